import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PostgresPlaceError } from '../place';
import { type Account, run } from './account';
import { copyTree, exists, makeFolder, namesIn, removeTree, writeOwned } from './files';
import { readFrom } from './server-log';

/** The folders of one instance. */
export interface Home {
  /** In the run folder: gone with the instance. */
  readonly temporary: string;
  readonly socketFolder: string;
  readonly data: string;
  /** Archived WAL. */
  readonly wal: string;
  readonly bases: string;
  readonly logFile: string;
  /** Whether the data outlive the instance. */
  readonly kept: boolean;
}

export interface HomeOptions {
  runFolder: string;
  name: string;
  directory: string | undefined;
  account: Account | undefined;
}

export async function makeHome({ runFolder, name, directory, account }: HomeOptions): Promise<Home> {
  const temporary = join(runFolder, name);
  // Names of one letter: a socket's path may have 103 bytes on macOS, whose temporary folder alone takes 49.
  const socketFolder = join(temporary, 's');
  const longest = Buffer.byteLength(join(socketFolder, '.s.PGSQL.65535'));
  if (longest > 103) {
    throw new PostgresPlaceError(
      `The temporary folder ${runFolder} has so long a name that a socket in it would have ${longest} bytes, and 103 are allowed; set TMPDIR to a shorter one.`,
    );
  }
  const lasting = directory === undefined ? temporary : resolve(directory);
  if (directory !== undefined) await claim(lasting, account);
  await makeFolder(temporary, 0o700, account);
  await makeFolder(socketFolder, 0o700, account);
  const wal = join(lasting, 'wal');
  await makeFolder(wal, 0o700, account);
  return {
    temporary,
    socketFolder,
    data: join(lasting, 'data'),
    wal,
    bases: join(lasting, 'bases'),
    logFile: join(lasting, 'server.log'),
    kept: directory !== undefined,
  };
}

const ours = new Set(['data', 'data.half', 'wal', 'bases', 'server.log']);

async function claim(directory: string, account: Account | undefined): Promise<void> {
  const foreign = (await namesIn(directory)).find((name) => !ours.has(name));
  if (foreign !== undefined) {
    throw new PostgresPlaceError(
      `The directory ${directory} holds ${foreign}, which is not an instance's; name an empty or new one.`,
    );
  }
  await makeFolder(directory, 0o700, account);
  if (account && (await run('test', ['-x', join(directory, '.')], { account })).code !== 0) {
    throw new PostgresPlaceError(
      `The user ${account.name}, as whom Postgres runs for root, cannot reach ${directory}; name a directory that everybody can enter.`,
    );
  }
}

/** Whether an earlier instance left its data here; data of another major version are refused. */
export async function hasData(home: Home, major: number): Promise<boolean> {
  const file = join(home.data, 'PG_VERSION');
  if (!(await exists(file))) return false;
  const found = (await readFrom(file, 0)).trim();
  if (found === String(major)) return true;
  throw new PostgresPlaceError(`The data in ${home.data} are of PostgreSQL ${found}; the server here is ${major}.`);
}

/** Under another name until it is whole, so that a killed copy is never taken for data. */
export async function fillData(
  home: Home,
  source: string,
  account: Account | undefined,
  recover: boolean,
): Promise<void> {
  const half = `${home.data}.half`;
  await removeTree(half);
  await copyTree(source, half, { owner: account });
  if (recover) await writeOwned(join(half, 'recovery.signal'), '', 0o600, account);
  await rename(half, home.data);
}
