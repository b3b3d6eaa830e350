import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../cache';
import { run, superuser } from './cluster';
import { Engine } from './engine';
import { loadPGlite } from './pglite';

/** A new cluster in `dataDir`: made by initdb once (2 s), copied ever after (0.1 s). */
export async function createDataDir(dataDir: string): Promise<void> {
  const { version } = await loadPGlite();
  const template = await cachedFolder(`pglite-${version}-1`, makeTemplate);
  if (template) await cp(join(template, 'data'), dataDir, { recursive: true });
  else await initialise(dataDir);
}

const makeTemplate = (folder: string) => initialise(join(folder, 'data'));

async function initialise(dataDir: string): Promise<void> {
  if (existsSync(dataDir)) throw new Error(`${dataDir} exists already`);
  const as = async (user: string, statements: string[], initdb = false) => {
    const engine = await Engine.open({ dataDir, user, database: 'postgres', initdb });
    try {
      await run(engine, ...statements);
    } finally {
      await engine.close();
    }
  };
  // The server's owner is "postgres" when initdb is done, and nobody can rename the role that they are logged in as.
  await as('postgres', ['CREATE ROLE plinth_rename SUPERUSER LOGIN'], true);
  await as('plinth_rename', [`ALTER ROLE postgres RENAME TO ${superuser}`]);
  await as(superuser, ['DROP ROLE plinth_rename', 'CHECKPOINT']);
}
