import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { identifier, qualified } from '../shared/identifiers';
import type { VectorIndexesInput } from './contract';
import { createIndexSql } from './desired';
import type { Inspection } from './inspect';
import { buildLock, newName } from './names';
import { type BuildPlan, buildSettings } from './plan';
import { asOwner, set, withSettings } from './session';

/** Opens another session to the same database as the same login, and ends it after the work. */
export type Connect = <T>(
  settings: { readonly applicationName: string },
  work: (session: Session) => Promise<T>,
) => Promise<T>;

/** Builds beside the old one while the caller waits. What a failed build leaves is removed at once. */
export async function buildInline(
  session: Session,
  input: VectorIndexesInput,
  seen: Inspection,
  plan: BuildPlan,
): Promise<void> {
  const lock = buildLock(seen.index.table.schema, seen.name);
  if (!(await takeLock(session, lock))) throw new OperationError(`"${seen.name}" is being built by another session.`);
  try {
    await withSettings(session, { ...buildSettings(plan), client_min_messages: 'error' }, () =>
      asOwner(session, input.owner, () => create(session, seen, plan)),
    );
  } finally {
    // When the connection is gone, so is the lock.
    await session.query('SELECT pg_advisory_unlock($1, $2)', [...lock]).catch(() => undefined);
  }
}

async function create(session: Session, seen: Inspection, plan: BuildPlan): Promise<void> {
  try {
    await session.query(successorSql(seen, plan));
  } catch (error) {
    const reason = (error as Error).message;
    const left = await dropIndex(session, seen.index.table.schema, newName(seen.name)).then(
      () => 'what it left is removed',
      () => 'what it left is replaced by the next run',
    );
    throw new OperationError(`The build of "${seen.name}" failed: ${reason}; ${left}.`);
  }
}

/**
 * Starts a build that goes on when this process is gone: a session of its own that sends nothing while it builds, so
 * that it never notices that nobody listens, and whose connection is cut as soon as the server is at work. Its advisory
 * lock tells everyone that it lives, and goes with it.
 */
export async function startDetached(
  session: Session,
  connect: Connect,
  input: VectorIndexesInput,
  seen: Inspection,
  plan: BuildPlan,
): Promise<'started' | 'running'> {
  return connect({ applicationName: `plinth: building ${seen.name}`.slice(0, 63) }, async (builder) => {
    await set(builder, {
      ...buildSettings(plan),
      client_min_messages: 'error',
      client_connection_check_interval: '0',
      statement_timeout: '0',
      // An old snapshot of some long query may hold it up for hours; it waits, and `follow` names the session.
      lock_timeout: '0',
    });
    if (!(await takeLock(builder, buildLock(seen.index.table.schema, seen.name)))) return 'running';
    // Not put back: the session ends as the owner.
    if (input.owner !== undefined) await builder.query(`SET ROLE ${identifier(input.owner, 'owner')}`);
    const { rows } = await builder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    let ended: { readonly error?: Error } | undefined;
    // The end of the connection rejects it too, when nobody asks any more.
    builder.query(successorSql(seen, plan)).then(
      () => {
        ended = {};
      },
      (error: Error) => {
        ended = { error };
      },
    );
    while (ended === undefined && !(await isBuilding(session, rows[0]?.pid))) await pause();
    if (ended?.error)
      throw new OperationError(`The build of "${seen.name}" failed at its start: ${ended.error.message}.`);
    return 'started';
  });
}

/** Active in this very statement: the server has all of it, and needs its client no more. */
async function isBuilding(session: Session, pid: number | undefined): Promise<boolean> {
  const { rows } = await session.query(
    "SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query LIKE 'CREATE INDEX CONCURRENTLY%'",
    [pid],
  );
  return rows.length > 0;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

const successorSql = (seen: Inspection, plan: BuildPlan) =>
  createIndexSql(seen.index, seen.column, { name: newName(seen.name), concurrently: true, lists: plan.lists });

async function takeLock(session: Session, lock: readonly [number, number]): Promise<boolean> {
  const { rows } = await session.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [...lock]);
  return rows[0]?.got === true;
}

/** As the owner. */
export async function dropIndex(session: Session, schema: string, name: string): Promise<void> {
  await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${qualified(schema, name, 'index')}`);
}
