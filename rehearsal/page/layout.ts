import type { ReportedResource } from '../report';

export interface Node {
  readonly key: string;
  readonly resource: ReportedResource;
  /** How many steps lie between it and what needs nothing of its stack. */
  readonly layer: number;
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

const sweeps = 6;

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
  const nodes = own.map((resource): Node => {
    const key = keyOf(resource);
    return { key, resource, layer: layer(key), row: 0 };
  });
  const at = new Map(nodes.map((node) => [node.key, node]));
  const edges = nodes.flatMap((node) => {
    const direct = needs(node.key);
    const plain = direct.filter((need) => !direct.some((other) => other !== need && behind(other).has(need)));
    return plain.flatMap((need): [Node, Node][] => {
      const from = at.get(need);
      return from ? [[from, node]] : [];
    });
  });
  const layers = Math.max(0, ...nodes.map((node) => node.layer + 1));
  const columns = Array.from({ length: layers }, (_, index) => nodes.filter((node) => node.layer === index));
  for (const column of columns) number(column);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forth = sweep % 2 === 0;
    for (const column of forth ? columns : [...columns].reverse()) {
      const wanted = new Map(column.map((node) => [node, middle(node, edges, forth) ?? node.row]));
      number([...column].sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0)));
    }
  }
  return { stack, nodes, edges, layers, rows: Math.max(0, ...columns.map((column) => column.length)) };
}

/** Where its neighbours on one side are, on average. */
function middle(node: Node, edges: Layout['edges'], forth: boolean): number | undefined {
  const rows = edges.flatMap(([from, to]) => (forth ? (to === node ? [from.row] : []) : from === node ? [to.row] : []));
  return rows.length === 0 ? undefined : rows.reduce((sum, row) => sum + row, 0) / rows.length;
}

function number(column: readonly Node[]): void {
  for (const [row, node] of column.entries()) node.row = row;
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
