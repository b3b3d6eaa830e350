import type { Measured } from '../drill-check/contract';
import type { DrillReportSettings, Finished } from './contract';
import { escaped } from './html';
import { duration } from './verdict';

/** The figures that anybody asks for first, and how the time went by. */
export function measured({ Times, Record }: Finished, { RtoMinutes, RpoMinutes }: DrillReportSettings): string {
  const { Checks = [], NotShown = 0 } = Record.Check ?? {};
  const passed = Checks.filter(({ Passed }) => Passed).length;
  const tiles = [
    against('Recovery time (RTO)', Times.Verified, RtoMinutes, 'from the request to a verified database'),
    against('Work lost (RPO)', Times.DataLoss, RpoMinutes, 'behind the newest heartbeat in the copy'),
    tile(
      'Checks passed',
      Checks.length === 0 ? 'none' : `${passed} of ${Checks.length + NotShown}`,
      Checks.length === 0 || passed < Checks.length,
      'on one snapshot of the restored copy',
    ),
    size(Record.Check?.Measured),
  ];
  return `<section><h2>Measured</h2><dl class="tiles">${tiles.join('')}</dl>${course(Times)}</section>`;
}

const tile = (name: string, value: string, bad: boolean, what: string, goal = '') =>
  `<div class="tile${bad ? ' missed' : ''}"><dt>${name}</dt><dd>${value}</dd><p>${what}</p>${goal}</div>`;

function against(name: string, seconds: number | undefined, minutes: number | undefined, what: string): string {
  const missed = minutes !== undefined && (seconds === undefined || seconds > minutes * 60);
  const value = seconds === undefined ? 'not reached' : duration(seconds);
  if (minutes === undefined) return tile(name, value, false, what, '<p class="goal">no objective</p>');
  const share = seconds === undefined ? 100 : Math.min(100, Math.round((seconds / (minutes * 60)) * 100));
  const words = `${missed ? 'missed' : 'met'}: objective ${minutes} min`;
  return tile(
    name,
    value,
    missed,
    what,
    `<div class="gauge"><i style="width:${share}%"></i></div><p class="goal">${words}</p>`,
  );
}

function size(found: Measured | undefined): string {
  const { Rows, DatabaseBytes } = found ?? {};
  if (typeof Rows !== 'number') return '';
  const bytes = typeof DatabaseBytes === 'number' ? ` in ${inBytes(DatabaseBytes)}` : '';
  return tile('Rows restored', Rows.toLocaleString('en'), false, `counted in the copy${bytes}`);
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

function inBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 && power > 0 ? 1 : 0)} ${units[power]}`;
}

/** From the request to a warm database, as one bar; the same in words below it. */
function course(times: Finished['Times']): string {
  const steps = (
    [
      ['instance available', times.Available],
      ['first query answered', times.Queryable],
      ['verified', times.Verified],
      ['warm', times.Warm],
    ] as const
  ).flatMap(([name, at]) => (at === undefined ? [] : [{ name, at }]));
  const total = steps.at(-1)?.at ?? 0;
  if (total === 0) return '';
  const parts = steps.map(({ name, at }, i) => {
    const took = Math.max(0, at - (steps[i - 1]?.at ?? 0));
    return { name, at, took, share: (took / total) * 100 };
  });
  const bar = parts.map(({ share }, i) => `<i class="step${i}" style="width:${share.toFixed(2)}%"></i>`).join('');
  const words = parts.map(
    ({ name, at, took }, i) =>
      `<li><i class="step${i}"></i><b>${name}</b> <span>after ${duration(at)}${i === 0 ? '' : ` (+ ${duration(took)})`}</span></li>`,
  );
  return `<div class="course" aria-hidden="true">${bar}</div><ol class="steps">${words.join('')}</ol>`;
}

/** What the searches and the critical queries took on the copy. */
export function latencies(found: Measured | undefined): string {
  const all = Object.entries(found?.Latencies ?? {});
  if (all.length === 0) return '';
  const ms = (value: number | null) =>
    value === null ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const rows = all.map(([name, { ColdMs, WarmP50Ms, WarmP95Ms, Runs, LimitMs }]) => {
    const over = LimitMs !== null && (WarmP95Ms === null || WarmP95Ms > LimitMs);
    const cells = [ms(ColdMs), ms(WarmP50Ms), ms(WarmP95Ms), LimitMs === null ? 'none' : ms(LimitMs), String(Runs)];
    return `<tr${over ? ' class="bad"' : ''}><th scope="row">${escaped(name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<section><h2>Queries</h2><p class="soft">The first run still loads blocks from the backup; only warm runs are judged.</p><div class="scroll"><table><thead><tr><th scope="col">query or index</th><th scope="col">first run</th><th scope="col">warm p50</th><th scope="col">warm p95</th><th scope="col">limit</th><th scope="col">runs</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}
