import type { DrillReportSettings, Finished } from './contract';
import { type Point, plot, type Scale } from './plot';
import { duration } from './verdict';

// More would be a wall; the numbers of all of them are in each report.
const mostQueries = 6;
const time: Scale = {
  shown: duration,
  // Twice a round time each, for the middle is written as well.
  ends: [
    10, 20, 60, 120, 240, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800, 1_209_600,
  ],
};
const latency: Scale = {
  shown: (value) => `${Number(value.toFixed(value < 10 ? 1 : 0)).toLocaleString('en')} ms`,
  ends: [-1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 4].map((first) => first * 10 ** power)),
};

/** How the last drills of this kind went: time, loss, warming, and each query. */
export function plots(history: readonly Finished[], { RtoMinutes, RpoMinutes }: DrillReportSettings): string {
  const points = (value: (drill: Finished) => number | undefined): Point[] =>
    history.map((drill) => ({
      label: drill.EndedAt.slice(0, 10),
      value: value(drill),
      failed: drill.Verdict === 'failed',
    }));
  const seconds = (minutes: number | undefined) => (minutes === undefined ? undefined : minutes * 60);
  const warming = ({ Times: { Warm, Available } }: Finished) =>
    Warm === undefined || Available === undefined ? undefined : Warm - Available;
  const newest = history.at(-1)?.Latencies ?? {};
  const queries = Object.entries(newest).slice(0, mostQueries);
  const all = [
    plot(
      'Recovery time',
      points(({ Times }) => Times.Verified),
      seconds(RtoMinutes),
      time,
    ),
    plot(
      'Work lost',
      points(({ Times }) => Times.DataLoss),
      seconds(RpoMinutes),
      time,
    ),
    plot('From available to warm', points(warming), undefined, time),
    ...queries.map(([name, { LimitMs }]) =>
      plot(
        `${name}, warm p95`,
        points(({ Latencies }) => Latencies?.[name]?.P95Ms),
        LimitMs,
        latency,
      ),
    ),
  ];
  return `<p class="soft">Each bar is a drill; a red one failed, for whatever reason.</p><div class="plots">${all.join('')}</div>`;
}
