import type { Names } from '../names';
import type { Report } from '../report';
import { plural, shortType } from './format';
import { type Html, html, section } from './html';
import { keyOf, type Layout, layOut, type Node } from './layout';

// Pixels; a line of text fits about twenty-four letters.
const size = { width: 166, height: 32, across: 34, down: 8, edge: 4 };
const letters = { name: 23, type: 27 };

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
${stacks.map((stack) => drawing(layOut(stack, resources), ids, names))}
<p class="told" role="status" data-told="graph"></p>`,
  );
}

const x = ({ layer }: Node) => size.edge + layer * (size.width + size.across);

function drawing(layout: Layout, ids: ReadonlyMap<string, string>, names: Names): Html {
  const { stack, nodes, edges, layers, rows } = layout;
  const width = layers * (size.width + size.across) - size.across + 2 * size.edge;
  const height = Math.ceil(rows * (size.height + size.down) - size.down + 2 * size.edge);
  const labels = labelsOf(nodes, names);
  const y = ({ row }: Node) => size.edge + row * (size.height + size.down);
  return html`<figure data-stack="${stack}"><figcaption>${names.stack(stack)} <span>${plural(nodes.length, 'resource')}</span></figcaption>
<div class="scroll"><svg class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="Resources of ${names.stack(stack)}" data-roving>
${edges.map(([from, to]) => {
  const [left, right] = [x(from) + size.width, x(to)];
  const [above, below] = [y(from) + size.height / 2, y(to) + size.height / 2];
  const bend = size.across * 0.6;
  return html`<path data-from="${ids.get(from.key)}" data-to="${ids.get(to.key)}" d="M${left} ${above.toFixed(1)}C${left + bend} ${above.toFixed(1)} ${right - bend} ${below.toFixed(1)} ${right} ${below.toFixed(1)}"/>`;
})}
${[...nodes]
  .sort((a, b) => a.layer - b.layer || a.row - b.row)
  .map((node, at) => nodeOf(node, at === 0, x(node), y(node), ids, names, labels.get(node) ?? ''))}
</svg></div></figure>`;
}

function nodeOf(
  { key, resource }: Node,
  first: boolean,
  left: number,
  top: number,
  ids: ReadonlyMap<string, string>,
  names: Names,
  label: string,
): Html {
  const name = names.of(resource);
  const type = shortType(resource.type);
  const needs = resource.needs.flatMap((need) => ids.get(need) ?? []).join(' ');
  const kind = resource.kind === 'real' ? 'runs here' : 'recorded';
  return html`<g id="${ids.get(key)}" class="node ${resource.kind}" tabindex="${first ? 0 : -1}" role="img" aria-label="${name}, ${type}, ${kind}" data-needs="${needs}" data-name="${name}" transform="translate(${left} ${top.toFixed(1)})"><title>${name}
${type}</title><rect width="${size.width}" height="${size.height}" rx="5"/><text x="8" y="14">${label}</text><text x="8" y="26" class="type">${tail(type, letters.type)}</text></g>`;
}

/** Short names; those that would read the same show their ends instead. */
function labelsOf(nodes: readonly Node[], names: Names): ReadonlyMap<Node, string> {
  const short = nodes.map((node) => between(names.of(node.resource), letters.name));
  return new Map(
    nodes.map((node, at) => {
      const label = short[at] ?? '';
      const alone = short.filter((other) => other === label).length === 1;
      return [node, alone ? label : tail(names.of(node.resource), letters.name)];
    }),
  );
}

/** The end of a path tells more than its beginning. */
const tail = (text: string, most: number): string => (text.length > most ? `…${text.slice(1 - most)}` : text);

/** `Schema/Roles/Handler/Role/DefaultPolicy` as `Roles/…/DefaultPolicy`: whose it is, and what it is. */
function between(path: string, most: number): string {
  const parts = path.split('/');
  const own = parts.length > 1 ? parts.slice(1) : parts;
  if (own.join('/').length <= most) return own.join('/');
  const [first = '', last = ''] = [own[0], own.at(-1)];
  if (own.length === 1) return tail(first, most);
  const end = `${own.length > 2 ? '/…/' : '/'}${last}`;
  return end.length + 4 > most ? tail(path, most) : `${tailless(first, most - end.length)}${end}`;
}

const tailless = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
