import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PostgresPlaceError } from '../place';
import { run } from './account';
import { exists } from './files';

/** Where the parts of an installation lie. A server finds them by their place relative to its own program. */
export interface Layout {
  readonly bin: string;
  readonly share: string;
  /** Its own shared libraries and its modules, none inside another. */
  readonly libs: readonly string[];
}

export async function layoutOf(folder: string): Promise<Layout> {
  const bin = await realpath(folder);
  // Debian keeps /usr/lib/postgresql/16/{bin,lib} apart from /usr/share/postgresql/16.
  const major = dirname(bin).split('/').at(-1) ?? '';
  const told = await askPgConfig(bin);
  const share = await firstWith('postgres.bki', [
    told.share,
    join(bin, '../share/postgresql'),
    join(bin, '../share'),
    join(bin, '../../../../share/postgresql', major),
  ]);
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  const modules =
    (await firstWith(`dict_snowball.${suffix}`, [told.modules, join(bin, '../lib/postgresql'), join(bin, '../lib')])) ??
    (await firstWith('dict_snowball.so', [told.modules, join(bin, '../lib/postgresql'), join(bin, '../lib')]));
  if (!share || !modules) {
    const missing = share ? 'modules (dict_snowball)' : 'shared files (postgres.bki)';
    throw new PostgresPlaceError(`The Postgres in ${folder} is not complete: its ${missing} were not found beside it.`);
  }
  const beside = join(bin, '../lib');
  const libs = (await exists(beside)) ? [await realpath(beside), modules] : [modules];
  return {
    bin,
    share,
    libs: libs.filter((lib, i) => !libs.some((other, j) => holds(other, lib) && (other !== lib || j < i))),
  };
}

function holds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

async function askPgConfig(bin: string): Promise<{ share?: string; modules?: string }> {
  const answer = await run(join(bin, 'pg_config'), ['--sharedir', '--pkglibdir']);
  const [share, modules] = answer.stdout.split('\n');
  return answer.code === 0 && share && modules ? { share, modules } : {};
}

async function firstWith(file: string, folders: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (folder !== undefined && (await exists(join(folder, file)))) return await realpath(folder);
  }
  return undefined;
}
