// The Query protocol: dotted names in, XML out.

type Tree = { [key: string]: string | Tree };

/** `Tags.Tag.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
export function parseQuery(body: string): Record<string, unknown> {
  const tree: Tree = {};
  for (const [path, value] of new URLSearchParams(body)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let node = tree;
    for (const name of names) {
      const next = node[name];
      const inner: Tree = typeof next === 'object' ? next : {};
      node[name] = inner;
      node = inner;
    }
    node[last] = value;
  }
  const { Action: _, Version: __, ...input } = tree;
  return withLists(input) as Record<string, unknown>;
}

function withLists(value: string | Tree): unknown {
  if (typeof value === 'string') return value;
  const keys = Object.keys(value);
  const only = keys.length === 1 ? value[keys[0] as string] : undefined;
  if (typeof only === 'object' && Object.keys(only).every((key) => /^\d+$/.test(key))) {
    return Object.entries(only)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, item]) => withLists(item));
  }
  return Object.fromEntries(keys.map((key) => [key, withLists(value[key] as string | Tree)]));
}

/** A list whose items are elements of that name. */
export class Items {
  constructor(
    readonly name: string,
    readonly items: readonly unknown[],
  ) {}
}

export function toXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Items) return element(name, value.items.map((item) => toXml(value.name, item)).join(''));
  if (value instanceof Date) return element(name, value.toISOString());
  if (typeof value !== 'object') return element(name, escaped(String(value)));
  const inner = Object.entries(value).map(([key, item]) => toXml(key, item));
  return element(name, inner.join(''));
}

const element = (name: string, inner: string) => `<${name}>${inner}</${name}>`;

export const escaped = (text: string) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
