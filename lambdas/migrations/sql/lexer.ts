// Just enough of PostgreSQL's lexical rules to know where a statement ends: what is text, what is comment, what is code.
// Every character that matters is ASCII, so offsets are those of the JavaScript string.

export type TokenKind = 'space' | 'comment' | 'word' | 'quoted' | 'string' | 'dollar' | 'number' | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

const space = /[ \t\n\r\f\v]+/y;
const lineComment = /--[^\n\r]*/y;
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const number = /\$?[0-9]+/y;
// Two literals with a line break between them are one; the second keeps the escapes of the first. The look-ahead keeps
// the pattern linear.
const continuation = /(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The end of what opens at `at`, doubled quotes included; the end of the text where it never closes. */
function endOfQuoted(text: string, at: number, quote: string): number {
  let close = text.indexOf(quote, at + 1);
  while (close !== -1 && text[close + 1] === quote) close = text.indexOf(quote, close + 2);
  return close === -1 ? text.length : close + 1;
}

function endOfEscaped(text: string, quoteAt: number): number {
  for (let at = quoteAt + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === "'") {
      if (text[at + 1] === "'") at++;
      else {
        const next = match(continuation, text, at + 1);
        return next === -1 ? at + 1 : endOfEscaped(text, next - 1);
      }
    }
  }
  return text.length;
}

function endOfBlockComment(text: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start + 2;
  for (let depth = 1; depth > 0; ) {
    const found = edge.exec(text);
    if (found === null) return text.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return edge.lastIndex;
}

function endOfDollar(text: string, start: number): number {
  const afterTag = match(dollarTag, text, start);
  if (afterTag === -1) return -1;
  const close = text.indexOf(text.slice(start, afterTag), afterTag);
  return close === -1 ? text.length : close + afterTag - start;
}

export function tokenAt(text: string, start: number): Token {
  const token = (kind: TokenKind, end: number): Token => ({ kind, start, end });
  const first = text[start];
  const second = text[start + 1];
  if (first === "'") return token('string', endOfQuoted(text, start, "'"));
  if (first === '"') return token('quoted', endOfQuoted(text, start, '"'));
  if (first === '-' && second === '-') return token('comment', match(lineComment, text, start));
  if (first === '/' && second === '*') return token('comment', endOfBlockComment(text, start));
  if ((first === 'e' || first === 'E') && second === "'") return token('string', endOfEscaped(text, start + 1));
  const dollar = first === '$' ? endOfDollar(text, start) : -1;
  if (dollar !== -1) return token('dollar', dollar);
  const blank = match(space, text, start);
  if (blank !== -1) return token('space', blank);
  const name = match(word, text, start);
  if (name !== -1) return token('word', name);
  const digits = match(number, text, start);
  return digits === -1 ? token('symbol', start + 1) : token('number', digits);
}

export function* tokens(text: string, from = 0): Generator<Token> {
  for (let at = from; at < text.length; ) {
    const next = tokenAt(text, at);
    yield next;
    at = next.end;
  }
}
