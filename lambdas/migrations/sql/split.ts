import { type Token, tokenAt } from './lexer';

/** A statement without its semicolon, a psql command up to the end of its line, or the lines that COPY would read. */
export interface Piece {
  readonly kind: 'statement' | 'psql' | 'copy-data';
  readonly start: number;
  readonly end: number;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** In the middle of a statement, or after code on the same line. */
  readonly trails: boolean;
}

export interface SplitText {
  readonly pieces: readonly Piece[];
  /** Only those that speak to us: a file may have a hundred thousand others. */
  readonly comments: readonly Comment[];
}

const endOfLine = /[\n\r]|$/g;
const endOfCopy = /^\\\.[ \t]*(?:\r\n?|\n|$(?![\s\S]))/gm;

function find(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/** What has been seen of the statement that is being read. */
class Reading {
  start = -1;
  end = -1;
  private readonly words: string[] = [];
  private parentheses = 0;
  /** CREATE FUNCTION … BEGIN ATOMIC … END holds semicolons; CASE … END may stand within. */
  private bodyDepth = 0;
  private previous = '';

  get open(): boolean {
    return this.start !== -1;
  }

  get endsAtSemicolon(): boolean {
    return this.parentheses === 0 && this.bodyDepth === 0;
  }

  get copiesFromClient(): boolean {
    return this.words[0] === 'copy' && / from stdin\b/.test(this.words.join(' '));
  }

  take(token: Token, text: string): void {
    if (!this.open) this.start = token.start;
    this.end = token.end;
    const value = token.kind === 'word' || token.kind === 'symbol' ? text.slice(token.start, token.end) : token.kind;
    if (value === '(') this.parentheses++;
    if (value === ')') this.parentheses = Math.max(0, this.parentheses - 1);
    if (token.kind === 'word') this.takeWord(value.toLowerCase());
    else this.previous = value;
  }

  private takeWord(value: string): void {
    // A word behind AS or a dot is a name, even if it is spelled like a keyword.
    if (this.previous !== 'as' && this.previous !== '.') {
      if (this.bodyDepth > 0 && value === 'case') this.bodyDepth++;
      if (this.bodyDepth > 0 && value === 'end') this.bodyDepth--;
      if (value === 'atomic' && this.previous === 'begin' && this.isRoutine && this.parentheses === 0)
        this.bodyDepth = 1;
    }
    // 12 words hold the longest beginning that is asked for, and COPY's, whose options come last.
    if (this.words.length < 12 || this.words[0] === 'copy') this.words.push(value);
    this.previous = value;
  }

  private get isRoutine(): boolean {
    return /^create (or replace )?(function|procedure) /.test(this.words.join(' '));
  }
}

const speaksToUs = /^(--|\/\*)\s*plinth\b/i;

export function split(text: string): SplitText {
  const pieces: Piece[] = [];
  const comments: Comment[] = [];
  let reading = new Reading();
  let lastCodeEnd = -1;
  const finish = () => {
    if (reading.open) pieces.push({ kind: 'statement', start: reading.start, end: reading.end });
    reading = new Reading();
  };
  for (let at = 0; at < text.length; ) {
    const { kind, start, end } = tokenAt(text, at);
    at = end;
    if (kind === 'space') continue;
    if (kind === 'comment') {
      // 40 characters hold the marker; a comment may have megabytes.
      if (!speaksToUs.test(text.slice(start, start + 40))) continue;
      const sameLine = lastCodeEnd !== -1 && !/[\n\r]/.test(text.slice(lastCodeEnd, start));
      comments.push({ start, end, trails: reading.open || sameLine });
      continue;
    }
    lastCodeEnd = end;
    const symbol = kind === 'symbol' ? text[start] : undefined;
    if (symbol === '\\') {
      finish();
      at = find(endOfLine, text, start)?.index ?? text.length;
      pieces.push({ kind: 'psql', start, end: at });
    } else if (symbol === ';' && reading.endsAtSemicolon) {
      const data = reading.copiesFromClient ? copyData(text, end) : undefined;
      finish();
      if (data === undefined) continue;
      pieces.push({ kind: 'copy-data', ...data });
      at = data.end;
    } else reading.take({ kind, start, end }, text);
  }
  finish();
  return { pieces, comments };
}

/** From the line after the semicolon to the line that is `\.`; nothing where no such line follows. */
function copyData(text: string, semicolonEnd: number): { start: number; end: number } | undefined {
  const start = (find(endOfLine, text, semicolonEnd)?.index ?? text.length) + 1;
  const last = start < text.length ? find(endOfCopy, text, start) : null;
  return last === null ? undefined : { start, end: last.index + last[0].length };
}
