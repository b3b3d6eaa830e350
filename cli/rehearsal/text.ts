import type { Paint } from './screen';

export interface Look {
  readonly paint: Paint;
  readonly columns: number;
}

export const plural = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;

/** Names on the left, what is not empty on the right. */
export const aligned = (rows: readonly (readonly [string, string])[]): string[] =>
  rows.filter(([, text]) => text !== '').map(([name, text]) => `${name.padEnd(11)}${text}`);

/** Broken between words; what follows is set in. A word that is too long is left whole, so that it can be copied. */
export function wrapped(text: string, columns: number, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  const start = /^\s*/.exec(text)?.[0] ?? '';
  for (const word of text.trim().split(/ (?! )/)) {
    const next = line === '' ? `${lines.length === 0 ? start : ' '.repeat(indent)}${word}` : `${line} ${word}`;
    if (next.length > columns && line !== '') {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = next;
  }
  // A number and its unit stay together.
  return [...lines, line].map((each) => each.replaceAll('\u00a0', ' '));
}
