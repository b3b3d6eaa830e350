import type { Names } from '../names';
import type { Report } from '../report';
import { clip, plural } from './format';
import { type Html, html, section } from './html';

type Line = Report['logs'][number];

// Letters; with the markup, about one and a half times as many bytes.
const mostLetters = 600_000;
const mostOfLine = 1_500;
/** What a line costs beside its text. */
const markup = 25;

/** What functions wrote, each by itself. A long log keeps its beginning and, more of it, its end. */
export function logs({ logs: all }: Report, names: Names): Html {
  const sources = [...new Set(all.map(({ source }) => source))];
  if (sources.length === 0) return section('logs', 'Logs', 'No function wrote anything.');
  const room = mostLetters / sources.length;
  return section(
    'logs',
    'Logs',
    `${plural(all.length, 'line')} of ${plural(sources.length, 'function')}; the time is in seconds from the beginning.`,
    html`<div class="tools"><label>Search the logs <input type="search" data-find="logs" placeholder="text"></label><span role="status" data-told="logs"></span></div>
${sources.map((source) =>
  logOf(
    source,
    all.filter((line) => line.source === source),
    room,
    names,
  ),
)}`,
  );
}

function logOf(source: string, lines: readonly Line[], room: number, names: Names): Html {
  const { head, left, tail } = shortened(lines, room);
  return html`<details class="log" data-log><summary>${names.thing(source)} <span class="dim">${plural(lines.length, 'line')}</span></summary><ol>${head.map(lineOf)}${
    left > 0 && html`<li class="left">${plural(left, 'line')} left out; report.json has them</li>`
  }${tail.map(lineOf)}</ol></details>`;
}

const lineOf = ({ at, text }: Line) => html`<li><i>${(at / 1000).toFixed(2)}</i>${clip(text, mostOfLine)}</li>`;

function shortened(
  lines: readonly Line[],
  room: number,
): { head: readonly Line[]; left: number; tail: readonly Line[] } {
  const cost = ({ text }: Line) => Math.min(text.length, mostOfLine) + markup;
  const fitting = (all: readonly Line[], letters: number) => {
    let spent = 0;
    const end = all.findIndex((line) => {
      spent += cost(line);
      return spent > letters;
    });
    return end < 0 ? all.length : end;
  };
  if (fitting(lines, room) === lines.length) return { head: lines, left: 0, tail: [] };
  const head = lines.slice(0, fitting(lines, room / 3));
  const rest = lines.slice(head.length);
  const tail = rest.slice(rest.length - fitting([...rest].reverse(), (room * 2) / 3));
  return { head, left: rest.length - tail.length, tail };
}
