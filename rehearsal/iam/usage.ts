import type { Statement } from './policy';

/** Which statements a call needed, and for which actions. */
export class Usage {
  readonly #used = new Map<string, Set<string>>();

  mark(statements: readonly Pick<Statement, 'from'>[], action: string): void {
    for (const { from } of statements) this.#used.set(from, (this.#used.get(from) ?? new Set()).add(action));
  }

  of(from: string): readonly string[] {
    return [...(this.#used.get(from) ?? [])];
  }
}
