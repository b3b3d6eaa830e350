import type { Client } from 'pg';
import { type DatabaseInstance, running } from '../services/databases';
import { withClient } from './session';

/** What is inside of one database, as its catalogs tell. */
export interface DatabaseState {
  readonly instance: string;
  readonly database: string;
  /** After which phase it was looked at. */
  readonly after: string;
  readonly server: string;
  readonly roles: readonly RoleState[];
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly owner: string }[];
  readonly indexes: readonly IndexState[];
}

export interface RoleState {
  readonly name: string;
  readonly login: boolean;
  readonly connectionLimit: number;
  readonly memberOf: readonly string[];
}

export interface IndexState {
  readonly name: string;
  readonly table: string;
  readonly method: string;
  readonly valid: boolean;
  readonly bytes: number;
  readonly definition: string;
  /** Of vector indexes whose table has rows. */
  readonly search?: SearchState;
}

export interface SearchState {
  readonly rows: number;
  readonly queries: number;
  /** Whether PostgreSQL plans the search by this index. */
  readonly used: boolean;
  /** The share of the ten nearest that the index finds. */
  readonly recall: number;
  readonly exactMs: number;
  readonly indexMs: number;
}

const roles = `
  SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolconnlimit AS "connectionLimit",
         coalesce(array_agg(DISTINCT g.rolname::text) FILTER (WHERE g.rolname IS NOT NULL), '{}') AS "memberOf"
  FROM pg_roles r
  LEFT JOIN pg_auth_members m ON m.member = r.oid
  LEFT JOIN pg_roles g ON g.oid = m.roleid
  WHERE r.rolname !~ '^pg_' AND r.rolname <> 'rdsadmin'
  GROUP BY r.oid, r.rolname, r.rolcanlogin, r.rolconnlimit ORDER BY r.rolname`;

const tables = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_get_userbyid(c.relowner) AS owner
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)' ORDER BY 1`;

const indexes = `
  SELECT c.relname AS name, format('%I.%I', tn.nspname, t.relname) AS table, a.amname AS method, i.indisvalid AS valid,
         pg_relation_size(c.oid)::float8 AS bytes, pg_get_indexdef(c.oid) AS definition
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_am a ON a.oid = c.relam
  WHERE tn.nspname !~ '^(pg_|information_schema$)' ORDER BY 2, 1`;

/** The databases of an instance but its own `postgres`, each by its catalogs. */
export async function inspect(
  instance: DatabaseInstance,
  password: string,
  after: string,
): Promise<readonly DatabaseState[]> {
  const user = running(instance).master.user;
  const names = await withClient(instance, { user, password, database: 'postgres' }, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname NOT IN ('postgres', 'rdsadmin')",
    );
    return rows.map(({ datname }) => datname);
  });
  const states: DatabaseState[] = [];
  for (const database of names) {
    states.push(
      await withClient(instance, { user, password, database }, (client) => stateOf(client, instance, database, after)),
    );
  }
  return states;
}

async function stateOf(
  client: Client,
  instance: DatabaseInstance,
  database: string,
  after: string,
): Promise<DatabaseState> {
  const rowsOf = async <T extends object>(sql: string): Promise<T[]> => (await client.query<T>(sql)).rows;
  const found = await rowsOf<{ name: string; owner: string }>(tables);
  const counted = [];
  for (const { name, owner } of found) counted.push({ name, owner, rows: await rowCount(client, name) });
  return {
    instance: instance.id,
    database,
    after,
    server: running(instance).serverVersion,
    roles: await rowsOf<RoleState>(roles),
    extensions: await rowsOf('SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1'),
    tables: counted,
    indexes: await rowsOf<IndexState>(indexes),
  };
}

/** Exactly, and -1 where the master may not look. */
async function rowCount(client: Client, table: string): Promise<number> {
  try {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::float8 AS n FROM ${table}`);
    return rows[0]?.n ?? -1;
  } catch {
    return -1;
  }
}
