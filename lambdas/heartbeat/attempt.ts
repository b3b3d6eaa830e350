import type { Session } from '../shared/database';

/**
 * Runs reading work within the transaction that is open, and takes back all that it set: its role, its search_path, its
 * timeouts. An error ends the work and not the transaction.
 */
export async function attempt<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT plinth_attempt');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT plinth_attempt; RELEASE SAVEPOINT plinth_attempt');
  }
}

/** Within a transaction: how long a statement may take, and how long it may wait for a lock. */
export const limits = (statementMs: number, lockMs: number) =>
  `SET LOCAL statement_timeout = ${Math.max(1, Math.round(statementMs))}; SET LOCAL lock_timeout = ${lockMs}`;

/** As a text in UTC with milliseconds, whatever the session's settings. */
export const isoText = (expression: string) =>
  `to_char((${expression}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
