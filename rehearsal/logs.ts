export interface LogLine {
  readonly group: string;
  readonly source: string;
  readonly at: Date;
  readonly text: string;
}

/** What functions have written, by log group. */
export class Logs {
  readonly #lines: LogLine[] = [];
  readonly #groups = new Set<string>();
  /** Called with each line as it comes. */
  watch: (line: LogLine) => void = () => {};

  create(group: string): void {
    this.#groups.add(group);
  }

  has(group: string): boolean {
    return this.#groups.has(group);
  }

  remove(group: string): void {
    this.#groups.delete(group);
  }

  write(line: LogLine): void {
    this.#lines.push(line);
    this.watch(line);
  }

  lines(source?: string): readonly LogLine[] {
    return source === undefined ? this.#lines : this.#lines.filter((line) => line.source === source);
  }
}
