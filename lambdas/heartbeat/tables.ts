import type { Session } from '../shared/database';
import { ledgerSchema } from './manifest/collect';

const create = [
  `CREATE TABLE IF NOT EXISTS ${ledgerSchema}.heartbeats (at timestamptz PRIMARY KEY)`,
  `COMMENT ON TABLE ${ledgerSchema}.heartbeats IS 'When this database was alive, by its own clock: the newest one in a copy tells what the copy has lost'`,
  `CREATE TABLE IF NOT EXISTS ${ledgerSchema}.manifests (at timestamptz PRIMARY KEY, manifest jsonb NOT NULL)`,
  `COMMENT ON TABLE ${ledgerSchema}.manifests IS 'What this database held at a moment, in figures: a copy is judged by it'`,
];

// Somebody else made it between the look and the statement.
const alreadyThere = ['23505', '42P06', '42P07'];

/** As the owner, who also owns the ledger. Where all is there, it looks and does nothing. */
export async function ensureTables(session: Session): Promise<void> {
  const { rows } = await session.query<{ schema: boolean; tables: number }>(
    `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS schema,
            (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1 AND c.relname IN ('heartbeats', 'manifests')) AS tables`,
    [ledgerSchema],
  );
  if (rows[0]?.tables === 2) return;
  // IF NOT EXISTS would ask for the right to create schemas even where there is nothing to create.
  const statements = rows[0]?.schema ? create : [`CREATE SCHEMA ${ledgerSchema}`, ...create];
  for (const statement of statements) {
    await session.query(statement).catch((error: { code?: string }) => {
      if (!alreadyThere.includes(error.code ?? '')) throw error;
    });
  }
}
