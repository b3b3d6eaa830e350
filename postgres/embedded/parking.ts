import { quoteLiteral, quoteName, run } from './cluster';
import type { Engine } from './engine';

/** What a session has set for itself, to be set again when it comes back. */
export interface SessionState {
  readonly settings: readonly (readonly [string, string])[];
  readonly role: string;
}

const inspect = `
SELECT pg_catalog.json_build_object(
  'held', CASE
    WHEN EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory') THEN 'an advisory lock'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_prepared_statements) THEN 'a prepared statement'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE name <> '') THEN 'a cursor'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_listening_channels()) THEN 'a LISTEN'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.pg_my_temp_schema()) THEN 'a temporary table'
  END,
  'settings', coalesce((SELECT pg_catalog.json_agg(ARRAY[name, pg_catalog.current_setting(name)])
    FROM pg_catalog.pg_settings WHERE source = 'session'), '[]'),
  'role', pg_catalog.current_setting('role'))`;

/** What a session of its own would lose if its engine were taken away now; else what is needed to give it back. */
export async function inspectSession(engine: Engine): Promise<{ held: string } | SessionState> {
  const rows = await run(engine, inspect);
  const { held, settings, role } = JSON.parse(rows[0]?.[0] ?? 'null') as SessionState & { held: string | null };
  return held === null ? { settings, role } : { held };
}

export async function restoreSession(engine: Engine, { settings, role }: SessionState): Promise<void> {
  for (const [name, value] of settings) {
    await run(engine, `SELECT pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, false)`);
  }
  if (role !== 'none') await run(engine, `SET ROLE ${quoteName(role)}`);
}

// Settings with a dot in their name are in no catalog view, so a session that may have made one keeps its engine.
const ownSetting = /\bset_config\b|\bset\s+(?:session\s+)?"?[a-z_][\w$]*"?\s*\./i;

export const mayHoldOwnSettings = (statement: Buffer) => ownSetting.test(statement.toString('latin1'));
