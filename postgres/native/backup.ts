import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresPlaceError } from '../place';
import { type Door, withAdmin } from './admin';
import { copyTree, makeFolder, namesIn, writeOwned } from './files';

// What a server makes anew: its locks, its statistics' shared memory, temporary files; and the WAL, which comes after.
const emptied = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/./;
const leftOut =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|recovery\.signal)$|(^|\/)pgsql_tmp|\/pg_internal\.init/;

/**
 * Copies a running server's data into `target`, with the WAL that makes them one consistent state: that of the copy's
 * end. This is what pg_basebackup does, over SQL. Answers the number of bytes.
 */
export function takeBackup(door: Door, data: string, target: string): Promise<number> {
  return withAdmin(door, async (admin) => {
    // The slot keeps the WAL from being recycled meanwhile; it goes with the session.
    await admin.query("SELECT pg_create_physical_replication_slot('plinth_' || pg_backend_pid(), true, true)");
    const started = await admin.query<{ file: string }>(
      "SELECT pg_walfile_name(lsn) AS file FROM pg_backup_start('plinth', true) AS lsn",
    );
    const skip = (path: string) => emptied.test(path) || leftOut.test(path);
    const copied = await copyTree(data, target, { skip, live: true });
    const stopped = await admin.query<{ file: string; label: string; spaces: string }>(
      'SELECT pg_walfile_name(lsn) AS file, labelfile AS label, spcmapfile AS spaces FROM pg_backup_stop(false)',
    );
    const first = started.rows[0]?.file;
    const end = stopped.rows[0];
    if (!first || !end) throw new Error('The server did not say which WAL its copy needs.');
    if (end.spaces.trim() !== '') {
      throw new PostgresPlaceError(
        'The instance has tablespaces of its own, which a copy cannot hold; RDS has none either.',
      );
    }
    await writeOwned(join(target, 'backup_label'), end.label, 0o600);
    return copied + (await copyWal(join(data, 'pg_wal'), join(target, 'pg_wal'), first, end.file));
  });
}

async function copyWal(from: string, to: string, first: string, last: string): Promise<number> {
  await makeFolder(to, 0o700);
  let bytes = 0;
  for (const name of await namesIn(from)) {
    const segment = /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last;
    if (!segment && !name.endsWith('.history')) continue;
    await copyFile(join(from, name), join(to, name));
    bytes += (await stat(join(to, name))).size;
  }
  return bytes;
}
