import type { Names } from '../names';
import { asksAgain, type Report } from '../report';
import { clip, percent, plural, seconds, shortType } from './format';
import { type Html, html, section, table } from './html';
import { type Bar, barsOf, packed, stackSpans } from './spans';

// Narrower bars could not be pointed at.
const leastShare = 0.004;
const mostInvocations = 1_500;
// A lane is not made higher than this for what a stack does all at once; below 2 pixels nothing would be seen.
const laneHeight = 160;
const rowHeight = (rows: number) => Math.max(2, Math.min(6, laneHeight / rows));

/** What happened when: a lane for each stack, and one for each function. */
export function timeline(report: Report, names: Names): Html {
  const { events, totalMs, invocations } = report;
  const bars = barsOf(events);
  const stacks = [...new Set(events.map(({ stack }) => stack))];
  const functions = [...new Set(invocations.map((each) => each.function))];
  const slowest = [...bars].sort((a, b) => b.endMs - b.beginMs - (a.endMs - a.beginMs)).slice(0, 8);
  return section(
    'timeline',
    'Timeline',
    'Each bar is a resource, or an invocation of a function. Point at one, or step through a lane with the arrow keys.',
    html`<div class="scroll" tabindex="0" role="region" aria-label="Timeline"><div class="timeline">
${phasesOf(report)}
${stacks.map((stack) =>
  lane(
    names.stack(stack),
    bars.filter((bar) => bar.stack === stack),
    report,
    names,
  ),
)}
<p class="lanes-title">Functions</p>
${functions.map((name) => functionLane(name, report, names))}
${axis(totalMs)}
</div></div>
<p class="told" role="status" data-told="timeline"></p>
<ul class="legend"><li class="k-real">ran here</li><li class="k-recorded">recorded</li><li class="k-failed">failed</li><li class="k-cold">function, cold start</li><li class="k-warm">function, warm</li></ul>
${invocations.length > mostInvocations && html`<p class="lead">The first ${mostInvocations.toLocaleString('en')} of ${plural(invocations.length, 'invocation')} are drawn; report.json has all.</p>`}`,
    slowest.length > 0 &&
      html`<details><summary>What took longest</summary>${table(
        'What took longest',
        ['resource', 'type', 'phase', 'took'],
        slowest.map((bar) => [
          resourceName(bar, names),
          shortType(bar.type),
          bar.phase,
          seconds(bar.endMs - bar.beginMs),
        ]),
      )}</details>`,
  );
}

const place = (beginMs: number, endMs: number, totalMs: number) =>
  `left:${percent(beginMs, totalMs)};width:${percent(Math.max(endMs - beginMs, leastShare * totalMs), totalMs)}`;

function phasesOf({ phases, asides, totalMs }: Report): Html {
  const all = [
    ...phases.map((phase) => ({ ...phase, kind: phase.passed ? 'phase' : 'phase failed' })),
    ...asides.map((aside) => ({ ...aside, kind: 'phase aside' })),
  ];
  return html`<div class="lane phases"><span class="lane-name">phase</span><div class="track">${all.map(
    ({ title, beginMs, endMs, kind }) =>
      html`<span class="${kind}" style="${place(beginMs, endMs, totalMs)}" title="${title}, ${seconds(endMs - beginMs)}"><span>${
        endMs - beginMs > totalMs * 0.04 && title
      }</span></span>`,
  )}</div></div>`;
}

function lane(name: string, bars: readonly Bar[], report: Report, names: Names): Html {
  const { totalMs, resources } = report;
  const kinds = new Map(resources.map((each) => [`${each.stack}/${each.logicalId}`, each.kind]));
  const { rows, count } = packed(bars, leastShare * totalMs);
  const outer = bars[0] ? stackSpans(report.events, bars[0].stack) : [];
  return html`<div class="lane"><span class="lane-name">${name}</span><div class="track" style="--rows:${count};--row-height:${rowHeight(count).toFixed(1)}px" data-roving role="group" aria-label="Stack ${name}">${outer.map(
    (span) => html`<span class="whole" style="${place(span.beginMs, span.endMs, totalMs)}"></span>`,
  )}${bars.map((bar, at) => {
    const kind = bar.failed ? 'failed' : (kinds.get(`${bar.stack}/${bar.logicalId}`) ?? 'real');
    const told = `${resourceName(bar, names)}, ${shortType(bar.type)}: ${bar.verb}, ${seconds(bar.endMs - bar.beginMs)}${bar.reason === undefined ? '' : `. ${clip(bar.reason, 300)}`}`;
    return html`<i class="bar ${kind}" tabindex="${at === 0 ? 0 : -1}" role="img" aria-label="${told}" data-tell="timeline" style="${place(bar.beginMs, bar.endMs, totalMs)};--row:${rows[at] ?? 0}"></i>`;
  })}</div></div>`;
}

const resourceName = ({ stack, logicalId }: Bar, names: Names) => names.resource(`${stack}/${logicalId}`);

function functionLane(name: string, { invocations, totalMs }: Report, names: Names): Html {
  const own = invocations.slice(0, mostInvocations).filter((each) => each.function === name);
  const title = names.thing(name);
  return html`<div class="lane functions"><span class="lane-name" title="${name}">${title}</span><div class="track" style="--rows:1" data-roving role="group" aria-label="Function ${title}">${own.map(
    ({ at, milliseconds, coldStart, peakMiB, error }, index) => {
      const again = asksAgain({ error });
      const told = `${title}: ${seconds(milliseconds)}, ${coldStart ? 'cold start' : 'warm'}, ${Math.round(peakMiB)} MiB${again ? '. It was not done yet, and is asked again.' : error ? `. ${clip(error.errorMessage, 300)}` : ''}`;
      const kind = error && !again ? 'failed' : coldStart ? 'cold' : 'warm';
      return html`<i class="bar ${kind}" tabindex="${index === 0 ? 0 : -1}" role="img" aria-label="${told}" data-tell="timeline" style="${place(at, at + milliseconds, totalMs)};--row:0"></i>`;
    },
  )}</div></div>`;
}

function axis(totalMs: number): Html {
  const step =
    [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000].find((each) => totalMs / each <= 12) ??
    600_000;
  const marks = Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, at) => at * step);
  return html`<div class="lane axis" aria-hidden="true"><span class="lane-name"></span><div class="track">${marks.map(
    (ms) => html`<span style="left:${percent(ms, totalMs)}">${ms / 1000} s</span>`,
  )}</div></div>`;
}
