import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cachedFolder } from '../cache';
import { PostgresPlaceError } from '../place';
import { type Account, run } from './account';
import { copyTree, makeFolder, removeTree } from './files';
import type { ServerTree, TreeOptions } from './tree';

/** RDS's own superuser has this name; nobody reaches it but us, over a socket. */
export const superuser = 'rdsadmin';

// One order of texts on every machine. macOS has no C.UTF-8.
const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
const settings = [`--username=${superuser}`, '--encoding=UTF8', `--locale=${locale}`, '--auth=reject', '--no-sync'];

/**
 * A data directory fresh from initdb, which takes a third of a second and is the same every time, so it is made once
 * and copied for each instance. All of them share one system identifier for that reason.
 */
export async function pristineCluster(tree: ServerTree, options: TreeOptions): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([tree.key, settings]))
    .digest('hex')
    .slice(0, 12);
  const made = join(options.runFolder, 'cluster');
  // Readable by its maker alone, so each user keeps one.
  const kept = await cachedFolder(`cluster-${key}-${process.getuid?.()}`, async (folder) => {
    await initialise(tree, made, options.account);
    await copyTree(made, folder);
    await removeTree(made);
  });
  if (!kept) await initialise(tree, made, options.account);
  return kept ?? made;
}

async function initialise(tree: ServerTree, folder: string, account: Account | undefined): Promise<void> {
  await makeFolder(folder, 0o700, account);
  const answer = await run(join(tree.bin, 'initdb'), [`--pgdata=${folder}`, ...settings], { account });
  if (answer.code === 0) return;
  const reason = answer.stderr.split('\n').find((line) => /error|fatal/i.test(line)) ?? answer.failure;
  throw new PostgresPlaceError(`initdb of PostgreSQL ${tree.version} (${tree.origin}) failed: ${reason.trim()}`);
}
