import type { CheckResult } from '../drill-check/contract';
import type { DrillReportSettings, Finished } from './contract';
import { escaped } from './html';
import { plot } from './plot';
import { signatures } from './signatures';
import { style } from './style';
import { duration } from './verdict';

/** The report as one file that needs nothing else: for the auditor, and for whoever is asked at night. */
export function page(drill: Finished, history: readonly Finished[], settings: DrillReportSettings): string {
  const { Record, Verdict, Reasons, Warnings } = drill;
  const title = `Restore drill of ${settings.Prefix}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${title}: ${Verdict}`)}</title>
<style>${style}</style>
</head>
<body>
<header class="${Verdict}">
<p class="verdict">${Verdict === 'passed' ? 'Passed' : 'Failed'}</p>
<h1>${escaped(title)}</h1>
<p>${escaped(kindInWords(Record.Kind))}, requested ${when(Record.RequestedAt)}, ended ${when(drill.EndedAt)}</p>
${Record.Chosen === undefined ? '' : `<p>Restored was ${escaped(Record.Chosen)}.</p>`}
</header>
<main>
${list('Why it failed', Reasons, 'reasons')}
${list('To be known', Warnings, 'warnings')}
<section><h2>Measured</h2>${measured(drill, settings)}</section>
${signatures(drill.SignOff)}
<section><h2>Checks</h2>${checks(Record.Check?.Checks ?? [])}</section>
<section><h2>The last drills of this kind</h2>${plots(history, settings)}</section>
<section><h2>Afterwards</h2><p>The temporary instance <code>${escaped(drill.Id)}</code> is ${
    drill.Gone ? 'gone.' : '<strong>not gone</strong>; the sweeper removes it by its tag.'
  }</p><p>Execution <code>${escaped(Record.Execution)}</code></p></section>
</main>
</body>
</html>
`;
}

const when = (time: string) =>
  `<time datetime="${escaped(time)}">${escaped(time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'))}</time>`;

const kindInWords = (kind: string) =>
  ({ snapshot: 'From a snapshot', pointInTime: 'To a point in time', dump: 'From a dump' })[kind] ?? kind;

const list = (title: string, items: readonly string[], name: string) =>
  items.length === 0
    ? ''
    : `<section class="${name}"><h2>${title}</h2><ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul></section>`;

function measured({ Times }: Finished, { RtoMinutes, RpoMinutes }: DrillReportSettings): string {
  const tile = (name: string, seconds: number | undefined, minutes: number | undefined, what: string) => {
    const missed = minutes !== undefined && (seconds === undefined || seconds > minutes * 60);
    const value = seconds === undefined ? 'not reached' : duration(seconds);
    const goal = minutes === undefined ? 'no objective' : `${missed ? 'missed' : 'met'}: objective ${minutes} min`;
    return `<div class="tile${missed ? ' missed' : ''}"><dt>${name}</dt><dd>${value}</dd><p>${what}<br>${goal}</p></div>`;
  };
  const steps = [
    ['available', Times.Available],
    ['first query', Times.Queryable],
    ['verified', Times.Verified],
    ['warm', Times.Warm],
  ] as const;
  return `<dl class="tiles">${tile('Recovery time', Times.Verified, RtoMinutes, 'from the request to a verified database')}${tile(
    'Work lost',
    Times.DataLoss,
    RpoMinutes,
    'between the last heartbeat and the moment restored to',
  )}</dl>${timeline(steps.flatMap(([name, seconds]) => (seconds === undefined ? [] : [{ name, seconds }])))}`;
}

function timeline(steps: readonly { readonly name: string; readonly seconds: number }[]): string {
  if (steps.length === 0) return '';
  const rows = steps.map(({ name, seconds }, i) => {
    const before = steps[i - 1]?.seconds ?? 0;
    return `<tr><th scope="row">${name}</th><td>${duration(seconds)}</td><td>${i === 0 ? '' : `+ ${duration(Math.max(0, seconds - before))}`}</td></tr>`;
  });
  return `<table class="steps"><caption>Since the request</caption><tbody>${rows.join('')}</tbody></table>`;
}

function checks(lines: readonly CheckResult[]): string {
  if (lines.length === 0) return '<p>None was reached.</p>';
  const passed = lines.filter(({ Passed }) => Passed).length;
  const items = [...lines]
    .sort((a, b) => Number(a.Passed) - Number(b.Passed))
    .map(({ Title, Passed, Expected, Found, Milliseconds, Evidence, Warning, Help }) => {
      const proof =
        Evidence === undefined
          ? ''
          : `<details><summary>Evidence</summary><pre>${escaped(typeof Evidence === 'string' ? Evidence : JSON.stringify(Evidence, undefined, 2))}</pre></details>`;
      return `<li class="${Passed ? 'good' : 'bad'}"><h3><span class="mark">${Passed ? 'passed' : 'failed'}</span> ${escaped(Title)} <small>${Math.round(Milliseconds)} ms</small></h3><dl><dt>Expected</dt><dd>${escaped(Expected)}</dd><dt>Found</dt><dd>${escaped(Found)}</dd>${more('To be known', Warning)}${more('What to do', Passed ? undefined : Help)}</dl>${proof}</li>`;
    });
  return `<p>${passed} of ${lines.length} passed.</p><ul class="checks">${items.join('')}</ul>`;
}

const more = (name: string, text: string | undefined) =>
  text === undefined ? '' : `<dt>${name}</dt><dd>${escaped(text)}</dd>`;

function plots(history: readonly Finished[], { RtoMinutes, RpoMinutes }: DrillReportSettings): string {
  const points = (value: (drill: Finished) => number | undefined) =>
    history.map((drill) => ({
      label: drill.EndedAt.slice(0, 10),
      value: value(drill),
      failed: drill.Verdict === 'failed',
    }));
  const seconds = (minutes: number | undefined) => (minutes === undefined ? undefined : minutes * 60);
  return `<div class="plots">${plot(
    'Recovery time',
    points(({ Times }) => Times.Verified),
    seconds(RtoMinutes),
  )}${plot(
    'Work lost',
    points(({ Times }) => Times.DataLoss),
    seconds(RpoMinutes),
  )}${plot(
    'From available to warm',
    points(({ Times }) =>
      Times.Warm === undefined || Times.Available === undefined ? undefined : Times.Warm - Times.Available,
    ),
    undefined,
  )}</div>`;
}
