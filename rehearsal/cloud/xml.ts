import { AwsError } from './errors';
import { escaped } from './query';

export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** XML as clients write it into their calls: elements and text, without anything that would have to be looked up. */
export function parseXml(source: string): Element {
  const root: Open = { name: '', children: [], text: '' };
  const stack: Open[] = [root];
  for (const [, tag, text] of source.matchAll(/<([^>]*)>|([^<]+)/g)) {
    const top = stack.at(-1) as Open;
    if (text !== undefined) top.text += unescaped(text);
    else if (tag?.startsWith('?')) continue;
    else if (tag?.startsWith('!')) throw malformed();
    else if (tag?.startsWith('/')) {
      if (stack.length < 2 || top.name !== tag.slice(1).trim()) throw malformed();
      stack.pop();
    } else {
      const name = (tag ?? '').split(/[\s/]/)[0] ?? '';
      const child: Open = { name, children: [], text: '' };
      top.children.push(child);
      if (!tag?.endsWith('/')) stack.push(child);
    }
  }
  const [only] = root.children;
  if (stack.length !== 1 || !only || root.children.length > 1) throw malformed();
  return only;
}

export const childrenOf = ({ children }: Element, name: string): Element[] =>
  children.filter((child) => child.name === name);

export const textOf = (element: Element | undefined, name: string): string | undefined =>
  element && childrenOf(element, name)[0]?.text;

const malformed = () =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescaped = (text: string) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? all;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
  });

/** Lists without an element around them, as S3 writes most of its own; `names` says how the others are called. */
export function flatXml(name: string, value: unknown, names: Readonly<Record<string, string>>): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const item = names[name] ?? name;
    const [outer, inner] = item.includes('/') ? item.split('/') : ['', item];
    const all = value.map((each) => flatXml(inner as string, each, names)).join('');
    return outer ? `<${outer}>${all}</${outer}>` : all;
  }
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value !== 'object') return `<${name}>${escaped(String(value))}</${name}>`;
  const children = Object.entries(value).map(([key, item]) => flatXml(key, item, names));
  return `<${name}>${children.join('')}</${name}>`;
}
