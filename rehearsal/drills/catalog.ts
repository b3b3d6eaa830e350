import type { Client } from 'pg';
import { RehearsalError } from '../errors';

// What an application made: not the server's own, not what keeps the books of migrations and heartbeats.
const ofApplication = `n.nspname !~ '^(pg_|information_schema$|plinth$)'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`;

export interface Table {
  readonly name: string;
  readonly owner: string;
  readonly rows: number;
}

/** Tables with rows, the fullest first. */
export async function tablesOf(client: Client): Promise<Table[]> {
  const found = await rows<{ name: string; owner: string }>(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, quote_ident(pg_get_userbyid(c.relowner)) AS owner
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${ofApplication} ORDER BY 1`,
  );
  const counted: Table[] = [];
  for (const { name, owner } of found) {
    const [{ n } = { n: 0 }] = await as(client, owner, () =>
      rows<{ n: number }>(client, `SELECT count(*)::int AS n FROM ${name}`),
    );
    if (n > 0) counted.push({ name, owner, rows: n });
  }
  return counted.sort((a, b) => b.rows - a.rows);
}

export interface Index {
  readonly name: string;
  readonly shown: string;
  readonly schema: string;
  /** A column, or an expression. */
  readonly first: string;
  readonly table: string;
  readonly owner: string;
  readonly method: string;
  readonly definition: string;
}

/** Indexes that stand behind no key and no constraint. */
export const indexesOf = (client: Client): Promise<Index[]> =>
  rows(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, quote_ident(c.relname) AS shown, a.amname AS method,
       quote_ident(n.nspname) AS schema, pg_get_indexdef(c.oid, 1, false) AS first,
       format('%I.%I', tn.nspname, t.relname) AS table, quote_ident(pg_get_userbyid(c.relowner)) AS owner,
       pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_am a ON a.oid = c.relam
     WHERE ${ofApplication} AND NOT i.indisprimary AND NOT i.indisunique
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid) ORDER BY 1`,
  );

export interface VectorColumn {
  readonly table: string;
  readonly column: string;
  readonly owner: string;
  readonly dimensions: number;
}

export const vectorColumnsOf = (client: Client): Promise<VectorColumn[]> =>
  rows(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(a.attname) AS column, a.atttypmod AS dimensions,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relkind = 'r' AND t.typname = 'vector' AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypmod > 0
       AND ${ofApplication} ORDER BY 1`,
  );

export interface ForeignKey {
  readonly name: string;
  readonly table: string;
  readonly owner: string;
  readonly column: string;
  readonly definition: string;
}

/** Keys of one column that is not nullable or filled, by which rows refer to others. */
export const foreignKeysOf = (client: Client): Promise<ForeignKey[]> =>
  rows(
    client,
    `SELECT quote_ident(k.conname) AS name, format('%I.%I', n.nspname, c.relname) AS table,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner, quote_ident(a.attname) AS column,
       pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND k.conrelid <> k.confrelid AND ${ofApplication} ORDER BY 2, 1`,
  );

/** As the owner, whom the admin may act as; then as itself again. */
export async function as<T>(client: Client, owner: string, work: () => Promise<T>): Promise<T> {
  await client.query(`SET ROLE ${owner}`);
  try {
    return await work();
  } finally {
    await client.query('RESET ROLE');
  }
}

export async function rows<T extends object>(client: Client, sql: string): Promise<T[]> {
  return (await client.query<T>(sql)).rows;
}

/** The first that there is; a project without any cannot be damaged like this. */
export function some<T>(found: readonly T[], what: string): T {
  const [first] = found;
  if (first !== undefined) return first;
  throw new RehearsalError(`This project has no ${what}, so it cannot be damaged like this; choose another --damage.`);
}
