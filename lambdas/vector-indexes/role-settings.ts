import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { identifier, roleIdentifier } from '../shared/identifiers';
import type { VectorIndexesInput } from './contract';
import type { Inspection } from './inspect';
import { searchSetting } from './tune';

/**
 * Sets for each role that searches, in this database, how far it searches. There is one such setting for all indexes of
 * a kind, so the index that needs most decides. Returns what was changed; new sessions have it.
 */
export async function setForRoles(
  session: Session,
  input: VectorIndexesInput,
  serving: readonly Inspection[],
): Promise<readonly string[]> {
  const changed: string[] = [];
  const schema = serving[0]?.column.extensionSchema;
  if (schema === undefined) return changed;
  // Until pgvector is loaded, its settings are unknown to the server, and only a superuser may store unknown ones.
  await session.query(`SELECT '[1]'::${identifier(schema)}.vector`);
  for (const role of input.searchRoles) {
    const before = await readSettings(session, role);
    for (const [name, value] of Object.entries(wantedSettings(serving))) {
      if (before.get(name) === String(value)) continue;
      const sql = `ALTER ROLE ${roleIdentifier(role)} IN DATABASE ${await database(session)} SET ${name} = ${value}`;
      await session.query(sql).catch((error: Error) => {
        throw new OperationError(`${name} = ${value} cannot be set for the role "${role}": ${error.message}.`);
      });
      changed.push(`${role}: ${name} = ${value}`);
    }
  }
  return changed;
}

export function wantedSettings(serving: readonly Inspection[]): Readonly<Record<string, number>> {
  const wanted: Record<string, number> = {};
  for (const { index, places } of serving) {
    if (!places.current?.vector) continue;
    const [name, value] = searchSetting(index, places.current.vector);
    wanted[name] = Math.max(wanted[name] ?? 0, value);
  }
  return wanted;
}

async function readSettings(session: Session, role: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await session.query<{ settings: string[] | null }>(
    `SELECT s.setconfig AS settings FROM pg_roles r LEFT JOIN pg_db_role_setting s
       ON s.setrole = r.oid AND s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
     WHERE r.rolname = $1`,
    [role],
  );
  if (!rows[0]) throw new OperationError(`There is no role "${role}" to set ivfflat.probes and hnsw.ef_search for.`);
  return new Map((rows[0].settings ?? []).map((each) => [each.split('=', 1)[0] ?? '', each.replace(/^[^=]*=/, '')]));
}

async function database(session: Session): Promise<string> {
  const { rows } = await session.query<{ name: string }>('SELECT current_database() AS name');
  return identifier(rows[0]?.name ?? '', 'database');
}
