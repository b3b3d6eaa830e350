import type { Names } from '../names';
import type { CountedConnection, Report } from '../report';
import { clip, plural, total } from './format';
import { type Html, html, section, table, type Value } from './html';

/** Who reached what, and what let it through. */
export function network(report: Report, names: Names): Html {
  const { connections, unusedRoutes } = report;
  const closed = connections.filter(({ open }) => !open);
  const lead =
    connections.length === 0
      ? 'No function connected to anything.'
      : `${plural(total(connections.map(({ count }) => count)), 'connection')}; each needs a route, and security groups on both sides.`;
  return section(
    'network',
    'Network',
    lead,
    closed.length > 0 && html`<ul class="failures">${closed.map(({ because }) => html`<li>${because}</li>`)}</ul>`,
    connections.length > 0 && drawing(connections, names),
    connections.length > 0 &&
      html`<details><summary>Through which rules</summary>${table(
        'Connections',
        ['from', 'to', 'times', 'through'],
        byTarget(connections, names),
      )}</details>`,
    unusedRoutes.length > 0 &&
      html`<details open><summary>Opened, never used: ${unusedRoutes.length}</summary><ul>${unusedRoutes.map((route) => html`<li>${names.place(route)}</li>`)}</ul></details>`,
  );
}

const byTarget = (connections: readonly CountedConnection[], names: Names): Value[][] =>
  [...connections]
    .sort((a, b) => a.to.localeCompare(b.to) || a.function.localeCompare(b.function))
    .map(({ function: from, to, port, count, open, by, because }) => [
      names.thing(from),
      html`<span title="${to}">${names.host(to)}:${port}</span>`,
      count,
      open
        ? by.length === 0
          ? html`<span class="dim">no VPC: the internet</span>`
          : html`<ul class="chips">${by.map((rule) => html`<li>${names.place(rule)}</li>`)}</ul>`
        : html`<span class="bad">${because}</span>`,
    ]);

// Pixels, and letters that fit beside the lines.
const size = { width: 880, row: 32, top: 8, left: 340, right: 560, letters: 42 };

function drawing(connections: readonly CountedConnection[], names: Names): Html {
  const sources = [...new Set(connections.map((each) => each.function))];
  const targets = [...new Set(connections.map(({ to, port }) => `${to}:${port}`))];
  const rows = Math.max(sources.length, targets.length);
  const height = rows * size.row + 2 * size.top;
  const y = (at: number, of: number) => size.top + ((rows - of) / 2 + at + 0.5) * size.row;
  const most = Math.max(...connections.map(({ count }) => count));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Who reached what"><svg class="reach" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="Lines from functions to the services and databases that they reached">
${connections.map(({ function: from, to, port, open, count, by, because }) => {
  const [above, below] = [
    y(sources.indexOf(from), sources.length),
    y(targets.indexOf(`${to}:${port}`), targets.length),
  ];
  const kind = !open ? 'closed' : by.length === 0 ? 'public' : 'inside';
  const middle = (size.left + size.right) / 2;
  return html`<path class="${kind}" stroke-width="${(1 + (3 * count) / most).toFixed(1)}" d="M${size.left} ${above}C${middle} ${above} ${middle} ${below} ${size.right} ${below}"><title>${names.thing(from)} to ${names.host(to)}:${port}, ${plural(count, 'time')}${because === undefined ? '' : `. ${because}`}</title></path>`;
})}
${sources.map((source, at) => html`<text x="${size.left - 8}" y="${y(at, sources.length) + 4}" text-anchor="end">${clip(names.thing(source), size.letters)}</text>`)}
${targets.map((target, at) => {
  const [host = '', port = ''] = target.split(/:(?=\d+$)/);
  return html`<text x="${size.right + 8}" y="${y(at, targets.length) + 4}">${clip(names.host(host), size.letters)}<tspan class="type">:${port}</tspan></text>`;
})}
</svg></div><ul class="legend"><li class="k-inside">inside of the VPC, by rules of the templates</li><li class="k-public">from outside of the VPC</li><li class="k-failed">no way</li></ul>`;
}
