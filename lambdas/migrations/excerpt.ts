import { withoutByteOrderMark } from './checksum';

export interface Place {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in characters: a letter with four bytes is one, a tab is one. */
  readonly column: number;
}

// Wider than most terminals is of no use, and a line of a data load can have megabytes.
const widest = 120;
// What follows the word in CREATE ROLE, in the options of a user mapping, and in a connection string.
const secret = /(\bpassword\s*(?:=\s*|\s+E?))('(?:[^']|'')*(?:'|$)|[^\s']{1,200}(?=[^']*'))/gi;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** How many cells of a terminal the character takes. */
function cells(character: string): number {
  if (/\p{Mark}|\p{Cf}/u.test(character)) return 0;
  return wide.test(character) || /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}

/** An excerpt goes to logs. Every letter becomes one star, so that the caret stays where it was. */
export const withoutSecrets = (line: string) =>
  line.replace(secret, (_, word: string, value: string) => word + '*'.repeat(value.length));

/** Blanks exactly as wide as the text; its tabs stay tabs, so that the caret follows whatever width they have. */
const blanksFor = (text: string) => Array.from(text, (c) => (c === '\t' ? '\t' : ' '.repeat(cells(c)))).join('');

/** The text of a file, and the way from an offset in it to what a person looks for. Offsets are those of `text`. */
export class Source {
  readonly text: string;
  private readonly lineStarts: number[] = [0];

  constructor(
    readonly path: string,
    text: string,
  ) {
    this.text = withoutByteOrderMark(text);
    for (const found of this.text.matchAll(/\r\n?|\n/g)) this.lineStarts.push(found.index + found[0].length);
  }

  place(offset: number): Place {
    const line = this.lineAt(offset);
    return { line: line + 1, column: Array.from(this.text.slice(this.lineStarts[line], offset)).length + 1 };
  }

  /** The line in which the offset lies, with its number, and a caret below the character. */
  excerpt(offset: number): string {
    const line = this.lineAt(offset);
    const start = this.lineStarts[line] ?? 0;
    const written = this.text.slice(start, this.lineStarts[line + 1] ?? this.text.length).replace(/[\r\n]+$/, '');
    const whole = withoutSecrets(written);
    const at = Math.min(offset - start, whole.length);
    const first = at > widest - 20 ? at - widest / 2 : 0;
    const before = (first > 0 ? '…' : '') + whole.slice(first, at);
    const rest = whole.slice(at, Math.max(at, first + widest));
    const gutter = String(line + 1);
    return [
      `  ${gutter} | ${before}${rest}${first + widest < whole.length ? '…' : ''}`,
      `  ${' '.repeat(gutter.length)} | ${blanksFor(before)}^`,
    ].join('\n');
  }

  private lineAt(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** From PostgreSQL's `position` (characters from 1, within what was sent) to an offset in that text. */
export function offsetOfPosition(sent: string, position: number): number {
  let offset = 0;
  for (let character = 1; character < position && offset < sent.length; character++) {
    offset += (sent.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** From the parser's `location` (UTF-8 bytes from 0) to an offset. */
export function offsetOfByte(text: string, byte: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byte).toString('utf8').length;
}

/**
 * Where a database error lies in the file: `sentAt` is the offset in the file of the text that was sent, `position` is
 * what the error carries, absent where PostgreSQL names no place; then it is the beginning of what was sent.
 */
export function locate(source: Source, sent: { text: string; offset: number }, position?: number) {
  const offset = sent.offset + (position === undefined ? 0 : offsetOfPosition(sent.text, position));
  return { file: source.path, ...source.place(offset), excerpt: source.excerpt(offset) };
}
