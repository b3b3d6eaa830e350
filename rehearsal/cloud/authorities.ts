import { renameSync, writeFileSync } from 'node:fs';

/**
 * The authorities of the endpoints and of every database, in one file: what a client here must trust. A process reads it
 * while it starts, so the file is replaced as a whole: one that starts meanwhile finds the old one or the new one.
 */
export class Authorities {
  #written = '';

  constructor(readonly file: string) {}

  trust(authorities: Iterable<string>): string {
    const text = [...new Set(authorities)].join('\n');
    if (text !== this.#written) {
      writeFileSync(`${this.file}.new`, text);
      renameSync(`${this.file}.new`, this.file);
      this.#written = text;
    }
    return this.file;
  }
}
