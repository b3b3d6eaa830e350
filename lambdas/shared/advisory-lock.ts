import { type Clock, type Deadline, systemClock } from './clock';
import type { Session } from './database';
import { OperationError } from './errors';

// The first half of the key is ours alone ("plin" in ASCII), so that no application's lock meets it by chance.
const family = 0x706c696e;

/** What must not run twice at once, each with its own number. */
export const locks = { roles: 1, migrations: 2, vectorIndexes: 3, extensions: 4 } as const;

export interface LockOptions {
  readonly until: Deadline;
  readonly clock?: Clock;
  readonly onWait?: () => void;
}

/**
 * Runs work while holding a lock of this database. It asks again and again and never waits in the server: a session
 * that waits there holds a snapshot, and CREATE INDEX CONCURRENTLY of the holder would wait for it for ever.
 */
export async function withAdvisoryLock<T>(
  session: Session,
  lock: keyof typeof locks,
  { until, clock = systemClock, onWait }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const key = [family, locks[lock]];
  for (let wait = 100; ; wait = Math.min(wait * 1.5, 2_000)) {
    const { rows } = await session.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', key);
    if (rows[0]?.got) break;
    if (clock.now() + wait > until) throw new OperationError(await describeHolder(session, lock, key));
    onWait?.();
    await clock.sleep(wait);
  }
  try {
    return await work();
  } finally {
    // When the connection is gone, so is the lock, and the error of the work is the one to tell.
    await session.query('SELECT pg_advisory_unlock($1, $2)', key).catch(() => undefined);
  }
}

async function describeHolder(session: Session, lock: string, key: readonly number[]): Promise<string> {
  const { rows } = await session.query<{ pid: number; name: string; since: string }>(
    `SELECT a.pid, a.application_name AS name, date_trunc('second', now() - a.backend_start)::text AS since
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = $2
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [...key],
  );
  const holder = rows[0]
    ? `session ${rows[0].pid} (${rows[0].name}), connected for ${rows[0].since}`
    : 'another session';
  return `The lock "${lock}" was not free in time: ${holder} holds it.`;
}
