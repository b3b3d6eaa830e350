import type { Names } from '../names';
import type { Report } from '../report';
import { plural, shortType } from './format';
import { type Html, html, section } from './html';
import { keyOf, type Layout, layOut, type Node } from './layout';

// Pixels; a line of text fits about twenty-four letters.
const size = { width: 158, height: 32, across: 30, down: 8, edge: 4 };
const letters = { name: 25, type: 28 };

/** Every resource, and what it needs: a drawing for each stack, layer by layer from what needs nothing. */
export function graph({ resources }: Report, names: Names): Html {
  if (resources.length === 0) return section('graph', 'Resources', 'Nothing stood at the end.');
  const stacks = [...new Set(resources.map(({ stack }) => stack))];
  const ids = new Map(resources.map((resource, at) => [keyOf(resource), `n${at}`]));
  return section(
    'graph',
    'Resources',
    'Each stands to the right of what it needs. Point at one to see its neighbours, in other stacks too; arrow keys step through a stack.',
    html`<div class="tools"><div role="group" aria-label="Stack"><button type="button" aria-pressed="true" data-stack-filter="">all</button>${stacks.map(
      (stack) =>
        html`<button type="button" aria-pressed="false" data-stack-filter="${stack}">${names.stack(stack)}</button>`,
    )}</div><label>Find <input type="search" data-find="graph" placeholder="name or type"></label></div>
<ul class="legend"><li class="k-real">runs here</li><li class="k-recorded">recorded as declared</li></ul>
<p class="told" role="status" data-told="graph"></p>
${stacks.map((stack) => drawing(layOut(stack, resources), ids, names))}`,
  );
}

const x = ({ layer }: Node) => size.edge + layer * (size.width + size.across);

function drawing(layout: Layout, ids: ReadonlyMap<string, string>, names: Names): Html {
  const { stack, nodes, edges, layers, rows } = layout;
  const width = layers * (size.width + size.across) - size.across + 2 * size.edge;
  const height = rows * (size.height + size.down) - size.down + 2 * size.edge;
  const heights = new Map<number, number>();
  for (const { layer } of nodes) heights.set(layer, (heights.get(layer) ?? 0) + 1);
  // A short layer stands in the middle of the tall ones.
  const y = ({ layer, row }: Node) =>
    size.edge + ((rows - (heights.get(layer) ?? 0)) / 2 + row) * (size.height + size.down);
  return html`<figure data-stack="${stack}"><figcaption>${names.stack(stack)} <span>${plural(nodes.length, 'resource')}</span></figcaption>
<div class="scroll"><svg class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="Resources of ${names.stack(stack)}" data-roving>
${edges.map(([from, to]) => {
  const [left, right] = [x(from) + size.width, x(to)];
  const [above, below] = [y(from) + size.height / 2, y(to) + size.height / 2];
  const bend = size.across * 0.6;
  return html`<path data-from="${ids.get(from.key)}" data-to="${ids.get(to.key)}" d="M${left} ${above}C${left + bend} ${above} ${right - bend} ${below} ${right} ${below}"/>`;
})}
${[...nodes]
  .sort((a, b) => a.layer - b.layer || a.row - b.row)
  .map((node, at) => nodeOf(node, at === 0, x(node), y(node), ids, names))}
</svg></div></figure>`;
}

function nodeOf(
  { key, resource }: Node,
  first: boolean,
  left: number,
  top: number,
  ids: ReadonlyMap<string, string>,
  names: Names,
): Html {
  const name = names.of(resource);
  const type = shortType(resource.type);
  const needs = resource.needs.flatMap((need) => ids.get(need) ?? []).join(' ');
  const kind = resource.kind === 'real' ? 'runs here' : 'recorded';
  return html`<g id="${ids.get(key)}" class="node ${resource.kind}" tabindex="${first ? 0 : -1}" role="img" aria-label="${name}, ${type}, ${kind}" data-needs="${needs}" data-name="${name}" transform="translate(${left} ${top})"><title>${name}
${type}</title><rect width="${size.width}" height="${size.height}" rx="5"/><text x="8" y="14">${tail(name, letters.name)}</text><text x="8" y="26" class="type">${tail(type, letters.type)}</text></g>`;
}

/** The end of a path tells more than its beginning. */
const tail = (text: string, most: number): string => (text.length > most ? `…${text.slice(1 - most)}` : text);
