import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './golden';

/** The packages of this program for another one, which keeps what it makes for itself; those that it edits are copied. */
export function providePackages(program: string, edited: readonly string[] = []): void {
  const [from, to] = [join(root, 'node_modules'), join(program, 'node_modules')];
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === '.cache') continue;
    if (edited.includes(name)) cpSync(join(from, name), join(to, name), { recursive: true });
    else symlinkSync(join(from, name), join(to, name));
  }
}
