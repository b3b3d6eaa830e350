import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresPlaceError } from '../place';
import { type Door, withAdmin } from './admin';
import { takeBackup } from './backup';
import { exists, namesIn, removeTree } from './files';
import { endOfMillisecond } from './server-config';

// How long the server may take to archive a segment that is complete, in milliseconds; it is at once as a rule.
const patience = 60_000;

/** The base backups of an instance, each named by the millisecond from which on it serves. */
export class Bases {
  constructor(private readonly folder: string) {}

  async add(door: Door, data: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const half = join(this.folder, 'half');
    await removeTree(half);
    await takeBackup(door, data, half);
    // Recovery cannot stop within the backup: the next whole millisecond is after it.
    await rename(half, join(this.folder, `base-${Date.now() + 1}`));
  }

  /** The newest one that ended before `time`. */
  async before(time: Date): Promise<string> {
    const starts = (await namesIn(this.folder))
      .flatMap((name) => /^base-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
    const newest = starts.filter((start) => start <= time.getTime()).at(-1);
    if (newest === undefined) {
      const first =
        starts[0] === undefined ? 'there is none yet' : `the earliest is ${new Date(starts[0]).toISOString()}`;
      throw new PostgresPlaceError(
        `The instance cannot be restored to ${time.toISOString()}, before its creation; ${first}.`,
      );
    }
    return join(this.folder, `base-${newest}`);
  }
}

/**
 * Brings everything up to `time` into the archive. Recovery ends at the first transaction after its target and fails if
 * it finds none, so there has to be one: ours, empty, with an id of its own.
 */
export async function archiveUpTo(door: Door, time: Date, walFolder: string): Promise<void> {
  await withAdmin(door, async (admin) => {
    const passed = async () =>
      (
        await admin.query<{ passed: boolean }>('SELECT clock_timestamp() > $1::timestamptz AS passed', [
          endOfMillisecond(time),
        ])
      ).rows[0]?.passed;
    while (!(await passed())) await pause(1);
    await admin.query('SELECT pg_current_xact_id()');
    const switched = await admin.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file');
    const file = switched.rows[0]?.file ?? '';
    const deadline = Date.now() + patience;
    while (!(await exists(join(walFolder, file)))) {
      if (Date.now() > deadline) {
        throw new PostgresPlaceError(
          `The server did not archive its WAL segment ${file} within ${patience / 1000} s; its log says why.`,
        );
      }
      await pause(20);
    }
  });
}
