import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { roleIdentifier } from '../shared/identifiers';

/** Runs work as the role that owns the tables, and becomes the login again. */
export async function asOwner<T>(session: Session, owner: string | undefined, work: () => Promise<T>): Promise<T> {
  if (owner === undefined) return work();
  const role = roleIdentifier(owner, 'owner');
  try {
    await session.query(`SET ROLE ${role}`);
  } catch (error) {
    throw new OperationError(`The session cannot act as the owner ${role}: ${(error as Error).message}.`);
  }
  try {
    return await work();
  } finally {
    await tidyUp(session, 'RESET ROLE');
  }
}

/** Runs work with settings of the session, for what cannot run in a transaction, and puts back what was there. */
export async function withSettings<T>(
  session: Session,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const names = Object.keys(settings);
  const { rows } = await session.query<{ name: string; value: string }>(
    'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name',
    [names],
  );
  await set(session, settings);
  try {
    return await work();
  } finally {
    const before = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    await tidyUp(session, 'SELECT set_config(key, value, false) FROM json_each_text($1)', [JSON.stringify(before)]);
  }
}

export async function set(session: Session, settings: Readonly<Record<string, string>>): Promise<void> {
  await session.query('SELECT set_config(key, value, false) FROM json_each_text($1)', [JSON.stringify(settings)]);
}

/** When the connection is gone, so are its settings, and the error of the work is the one to tell. */
async function tidyUp(session: Session, sql: string, values: readonly unknown[] = []): Promise<void> {
  await session.query(sql, [...values]).catch(() => undefined);
}

/** One transaction that changes nothing, and sees one moment. */
export async function readOnly<T>(session: Session, work: () => Promise<T>): Promise<T> {
  return transaction(session, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', 'COMMIT', work);
}

/** What work did is not kept. */
export async function undone<T>(session: Session, work: () => Promise<T>): Promise<T> {
  return transaction(session, 'BEGIN', 'ROLLBACK', work);
}

export async function transaction<T>(
  session: Session,
  begin: string,
  end: 'COMMIT' | 'ROLLBACK',
  work: () => Promise<T>,
): Promise<T> {
  await session.query(begin);
  try {
    const result = await work();
    await session.query(end);
    return result;
  } catch (error) {
    await tidyUp(session, 'ROLLBACK');
    throw error;
  }
}
