import { constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './account';
import { exists, namesIn } from './files';

/** What a dump and its restore are made with. */
export const clientPrograms = ['pg_dump', 'pg_restore', 'psql'] as const;

export interface Clients {
  /** The folder that holds all of them. */
  readonly bin: string;
  readonly version: string;
  readonly major: number;
}

/** Where `npm run postgres:native` puts them. */
export const providedClients = (root: string) => join(root, '.postgres/client/bin');

/** Clients that can read and write a server of this major version: those of the project, of PATH, or of Debian's folders. */
export async function findClients(
  atLeast: number,
  root: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Clients | undefined> {
  const debian = '/usr/lib/postgresql';
  const versions = (await namesIn(debian)).filter((name) => /^\d+$/.test(name));
  const folders = [
    providedClients(root),
    ...(env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ].filter((folder) => folder !== '');
  for (const bin of folders) {
    const there = await Promise.all(clientPrograms.map((program) => exists(join(bin, program), constants.X_OK)));
    if (!there.every(Boolean)) continue;
    const { stdout, code } = await run(join(bin, 'pg_dump'), ['--version'], { env });
    const version = / (\d+(?:[.]\d+)?)/.exec(stdout)?.[1];
    if (code === 0 && version !== undefined && Number.parseInt(version, 10) >= atLeast) {
      return { bin, version, major: Number.parseInt(version, 10) };
    }
  }
  return undefined;
}
