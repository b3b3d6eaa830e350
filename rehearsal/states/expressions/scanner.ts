/** What is wrong with a path or an intrinsic function, in a sentence that ends with where. */
export class SyntaxProblem extends Error {}

const plainName = /[\p{L}\p{N}_-]+/uy;
const variableName = /[\p{L}_][\p{L}\p{N}_]*/uy;
const wholeNumber = /-?(?:0|[1-9]\d*)/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Reads a text from left to right. */
export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.position >= this.text.length;
  }

  get next(): string {
    return this.text[this.position] ?? '';
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.problem(`expected ${token}`);
  }

  blanks(): void {
    while (/\s/.test(this.next)) this.position++;
  }

  name(): string | undefined {
    return this.match(plainName);
  }

  variable(): string | undefined {
    return this.match(variableName);
  }

  integer(): number | undefined {
    const text = this.match(wholeNumber);
    return text === undefined ? undefined : Number(text);
  }

  number(): number | undefined {
    const text = this.match(number);
    return text === undefined ? undefined : Number(text);
  }

  /** A text in quotes, in which a backslash takes the next character as it stands. */
  quoted(): string | undefined {
    const quote = this.next;
    if (quote !== "'" && quote !== '"') return undefined;
    let text = '';
    for (this.position++; this.next !== quote; this.position++) {
      if (this.done) throw this.problem(`a text is not closed by ${quote}`);
      if (this.next === '\\') this.position++;
      text += this.next;
    }
    this.position++;
    return text;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found) this.position += found.length;
    return found;
  }

  problem(what: string): SyntaxProblem {
    return new SyntaxProblem(`${what} at character ${this.position + 1} of ${this.text}`);
  }
}
