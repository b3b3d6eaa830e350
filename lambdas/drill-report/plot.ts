import { escaped } from './html';

export interface Point {
  readonly label: string;
  readonly value: number | undefined;
  readonly failed: boolean;
}

/** How values of a kind are written, and at which of them an axis may end. */
export interface Scale {
  readonly shown: (value: number) => string;
  readonly ends: readonly number[];
}

const width = 480;
const height = 170;
const margin = { left: 62, right: 8, top: 16, bottom: 26 };

/** Values of the last drills as bars, with the objective as a line. Text says everything that colour does. */
export function plot(
  title: string,
  points: readonly Point[],
  objective: number | undefined,
  { shown, ends: axis }: Scale,
): string {
  const known = points.flatMap(({ value }) => value ?? []);
  if (known.length === 0) return `<figure><figcaption>${escaped(title)}</figcaption><p>Not measured yet.</p></figure>`;
  const largest = Math.max(...known, objective ?? 0) * 1.05;
  const most = axis.find((end) => end >= largest) ?? largest;
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const y = (value: number) => margin.top + inner.height * (1 - value / most);
  const step = inner.width / Math.max(points.length, 8);
  const bars = points.map(({ label, value, failed }, i) => {
    const x = margin.left + i * step + step * 0.15;
    if (value === undefined)
      return `<text class="none" x="${(x + step * 0.35).toFixed(1)}" y="${height - margin.bottom - 4}">–</text>`;
    const top = y(value);
    const words = `${label}: ${shown(value)}${failed ? ', the drill failed' : ''}`;
    return `<rect class="${failed ? 'bad' : 'good'}" x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${(step * 0.7).toFixed(1)}" height="${Math.max(1, height - margin.bottom - top).toFixed(1)}" rx="2"><title>${escaped(words)}</title></rect>`;
  });
  const ticks = [0, most / 2, most].map(
    (value) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text class="tick" x="${margin.left - 8}" y="${(y(value) + 4).toFixed(1)}">${shown(value)}</text>`,
  );
  const line =
    objective === undefined
      ? ''
      : `<line class="objective" x1="${margin.left}" x2="${width - margin.right}" y1="${y(objective).toFixed(1)}" y2="${y(objective).toFixed(1)}"/><text class="objective-text" x="${width - margin.right}" y="${(y(objective) - 5).toFixed(1)}">objective ${shown(objective)}</text>`;
  const ends = [points[0], points.length > 1 ? points.at(-1) : undefined].map((point, i) =>
    point
      ? `<text class="${i === 0 ? 'first' : 'last'}" x="${i === 0 ? margin.left : (margin.left + step * points.length).toFixed(1)}" y="${height - 8}">${escaped(point.label)}</text>`
      : '',
  );
  const spoken = points
    .map(({ label, value }) => `${label} ${value === undefined ? 'not measured' : shown(value)}`)
    .join(', ');
  return `<figure><figcaption>${escaped(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${title}: ${spoken}`)}">${ticks.join('')}${bars.join('')}${line}${ends.join('')}</svg></figure>`;
}
