import type { ReportedResource } from '../report';

export interface Node {
  readonly key: string;
  readonly resource: ReportedResource;
  /** How many steps lie between it and what needs nothing of its stack. */
  layer: number;
  /** Where it stands within its layer: two of them are at least one apart. */
  row: number;
}

export interface Layout {
  readonly stack: string;
  readonly nodes: readonly Node[];
  /** Only those that say more than the others already say. */
  readonly edges: readonly (readonly [from: Node, to: Node])[];
  readonly layers: number;
  readonly rows: number;
}

export const keyOf = ({ stack, logicalId }: ReportedResource): string => `${stack}/${logicalId}`;

const sweeps = 24;

/** Each resource in the layer behind the last thing that it needs, beside its neighbours. */
export function layOut(stack: string, resources: readonly ReportedResource[]): Layout {
  const own = resources.filter((resource) => resource.stack === stack);
  const byKey = new Map(own.map((resource) => [keyOf(resource), resource]));
  const needs = (key: string) => (byKey.get(key)?.needs ?? []).filter((need) => need !== key && byKey.has(need));
  const behind = memo((key, of: (key: string) => ReadonlySet<string>): ReadonlySet<string> => {
    const direct = needs(key);
    return new Set([...direct, ...direct.flatMap((need) => [...of(need)])]);
  });
  const layer = memo((key, of: (key: string) => number): number => {
    return Math.max(-1, ...needs(key).map(of)) + 1;
  });
  const at = new Map<string, Node>();
  for (const [key, resource] of byKey) at.set(key, { key, resource, layer: layer(key), row: 0 });
  const nodes = [...at.values()];
  const edges = nodes.flatMap((node) => {
    const direct = needs(node.key);
    const plain = direct.filter((need) => !direct.some((other) => other !== need && behind(other).has(need)));
    return plain.flatMap((need): [Node, Node][] => {
      const from = at.get(need);
      return from ? [[from, node]] : [];
    });
  });
  drawNear(nodes, edges);
  const layers = Math.max(0, ...nodes.map((node) => node.layer + 1));
  const columns = Array.from({ length: layers }, (_, index) => nodes.filter((node) => node.layer === index));
  for (const column of columns) for (const [row, node] of column.entries()) node.row = row;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) settle(column, edges);
  }
  const top = Math.min(...nodes.map(({ row }) => row));
  for (const node of nodes) node.row -= top;
  return { stack, nodes, edges, layers, rows: Math.max(0, ...nodes.map(({ row }) => row + 1)) };
}

/** What is needed stands just before what needs it, not at the far left. */
function drawNear(nodes: readonly Node[], edges: Layout['edges']): void {
  for (const node of [...nodes].sort((a, b) => b.layer - a.layer)) {
    const users = edges.flatMap(([from, to]) => (from === node ? [to.layer] : []));
    if (users.length > 0) node.layer = Math.min(...users) - 1;
  }
}

/** Each beside its neighbours, on average, and none over another. */
function settle(column: readonly Node[], edges: Layout['edges']): void {
  const wanted = new Map(column.map((node) => [node, besideNeighbours(node, edges)]));
  const want = (node: Node) => wanted.get(node) ?? node.row;
  let last = Number.NEGATIVE_INFINITY;
  let moved = 0;
  for (const node of [...column].sort((a, b) => want(a) - want(b))) {
    node.row = Math.max(want(node), last + 1);
    moved += node.row - want(node);
    last = node.row;
  }
  for (const node of column) node.row -= moved / column.length;
}

function besideNeighbours(node: Node, edges: Layout['edges']): number {
  const rows = edges.flatMap(([from, to]) => (to === node ? [from.row] : from === node ? [to.row] : []));
  return rows.length === 0 ? node.row : rows.reduce((sum, row) => sum + row, 0) / rows.length;
}

/** Works each out once; a deployed stack has no circles. */
function memo<T>(work: (key: string, again: (key: string) => T) => T): (key: string) => T {
  const known = new Map<string, T>();
  const find = (key: string): T => {
    const there = known.get(key);
    if (there !== undefined) return there;
    const found = work(key, find);
    known.set(key, found);
    return found;
  };
  return find;
}
