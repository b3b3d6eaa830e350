import { attempt, limits } from '../heartbeat/attempt';
import type { Deadline } from '../shared/clock';
import type { Session } from '../shared/database';
import { type Check, failed, result, runCheck } from './check';
import type { CheckResult } from './contract';

export interface Sharing {
  /** How many sessions may read at once. */
  readonly sessions: number;
  readonly until: Deadline;
}

// The longest reads a sample of each table; a check that needs more has met something that it was not made for.
const checkMs = 300_000;

/**
 * Runs checks that only read, all on one snapshot, on so many sessions at once. What a check sets or spoils is taken
 * back. A session that breaks fails the check that was running; the others go on, on another session.
 */
export async function onOneSnapshot<C extends { readonly session: Session }>(
  open: <T>(work: (session: Session) => Promise<T>) => Promise<T>,
  prepare: (session: Session) => Promise<Omit<C, 'session'>>,
  checksFor: (context: Omit<C, 'session'>) => readonly Check<C>[],
  { sessions, until }: Sharing,
): Promise<readonly CheckResult[]> {
  return open(async (leader) => {
    await leader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const context = await prepare(leader);
    const checks = checksFor(context);
    const results: (CheckResult | undefined)[] = checks.map(() => undefined);
    let next = 0;
    const work = async (session: Session): Promise<void> => {
      for (let at = next++; at < checks.length; at = next++) {
        const check = checks[at] as Check<C>;
        let broken: unknown;
        results[at] = await attempt(session, async () => {
          const left = until - Date.now();
          if (left <= 0) return result(check, failed(new Error('no time was left for it')));
          await session.query(limits(Math.min(checkMs, left), 5_000));
          return runCheck(check, { ...context, session } as C);
        }).catch((error) => {
          broken = error;
          return result(check, failed(error));
        });
        if (broken !== undefined) return;
      }
    };
    if (sessions > 1) {
      const { rows } = await leader.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
      const others = Array.from({ length: Math.min(sessions, checks.length) - 1 }, () =>
        open((session) => share(session, rows[0]?.id, work)),
      );
      // Whoever does not come is not missed: what is left is done by the others.
      await Promise.allSettled([work(leader), ...others]);
    } else await work(leader);
    let problem: unknown;
    // Where the leader broke. The copy is nobody else's, so a later snapshot shows the same.
    for (let tries = 0; next < checks.length && tries < 3; tries++) {
      await open((session) => share(session, undefined, work)).catch((error: unknown) => {
        problem = error;
      });
    }
    return checks.map((check, at) => results[at] ?? result(check, failed(problem)));
  });
}

async function share(session: Session, snapshot: string | undefined, work: (session: Session) => Promise<void>) {
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if (snapshot !== undefined) await session.query(`SET TRANSACTION SNAPSHOT '${snapshot.replaceAll("'", "''")}'`);
  await work(session);
  await session.query('COMMIT');
}
