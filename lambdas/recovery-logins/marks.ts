import { ledgerSchema } from '../heartbeat/manifest/collect';
import type { Session } from '../shared/database';
import { asOwner } from '../vector-indexes/session';

const table = `${ledgerSchema}.recoveries`;

/** Writes into a restored database that it is one, and by which recovery: how it is told from the one that it replaces. */
export function mark(session: Session, owner: string, recovery: string, restoresTo: string | null): Promise<void> {
  return asOwner(session, owner, async () => {
    const { rows } = await session.query<{ schema: boolean }>(
      'SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS schema',
      [ledgerSchema],
    );
    if (!rows[0]?.schema) await session.query(`CREATE SCHEMA ${ledgerSchema}`);
    await session.query(
      `CREATE TABLE IF NOT EXISTS ${table} (name text PRIMARY KEY, restored_to timestamptz, at timestamptz NOT NULL DEFAULT now())`,
    );
    await session.query(
      `COMMENT ON TABLE ${table} IS 'By which recoveries this database was restored, and as of which time'`,
    );
    await session.query(`INSERT INTO ${table} (name, restored_to) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, [
      recovery,
      restoresTo,
    ]);
  });
}

/** The recovery that restored this database last; undefined where none did. */
export async function lastMark(session: Session): Promise<string | undefined> {
  const { rows: there } = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  if (!there[0]?.there) return undefined;
  const { rows } = await session.query<{ name: string }>(
    `SELECT name FROM ${table} ORDER BY at DESC, name DESC LIMIT 1`,
  );
  return rows[0]?.name;
}
