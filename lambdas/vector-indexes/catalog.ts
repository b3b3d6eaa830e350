import type { Session } from '../shared/database';
import type { Method, VectorIndex } from './contract';
import { buildLock, newName, oldName } from './names';
import { type BuildRecord, parseRecord } from './record';

/** A relation with the name of an index, or a vector index on the declared column. */
export interface Found {
  readonly oid: string;
  readonly name: string;
  /** Undefined when it is something else than a vector index on the declared table. */
  readonly vector: VectorFacts | undefined;
}

export interface VectorFacts {
  readonly method: Method;
  readonly operatorClass: string;
  readonly operatorClassName: string;
  readonly key: string;
  readonly predicate: string | null;
  readonly options: Readonly<Record<string, number>>;
  readonly valid: boolean;
  readonly onColumn: boolean;
  /** The rows that its build saw, until the next ANALYZE. */
  readonly rows: number;
  readonly record: BuildRecord | undefined;
}

export interface Places {
  readonly current: Found | undefined;
  readonly successor: Found | undefined;
  readonly predecessor: Found | undefined;
  /** All vector indexes on the declared column. */
  readonly onColumn: readonly Found[];
  /** The session that builds it now. */
  readonly builder: number | undefined;
}

interface Row {
  oid: string;
  name: string;
  method: Method | null;
  class: string;
  class_name: string;
  key: string;
  predicate: string | null;
  options: Record<string, string> | null;
  valid: boolean;
  on_column: boolean;
  rows: number;
  comment: string | null;
}

export async function readPlaces(
  session: Session,
  name: string,
  index: VectorIndex,
  tableOid: string,
): Promise<Places> {
  const names = [name, newName(name), oldName(name)];
  // A session that builds holds its lock before there is an index, so the lock is read first: what is seen without a
  // holder and invalid was left behind.
  const builder = await readBuilder(session, name, index);
  const { rows } = await session.query<Row>(
    `SELECT c.oid::text AS oid, c.relname AS name, am.amname AS method, i.indclass[0]::oid::text AS class,
            o.opcname AS class_name, pg_get_indexdef(c.oid, 1, false) AS key,
            pg_get_expr(i.indpred, i.indrelid) AS predicate, c.reltuples::float8 AS rows,
            (SELECT json_object_agg(option_name, option_value) FROM pg_options_to_table(c.reloptions)) AS options,
            i.indisvalid AND i.indisready AND i.indislive AS valid,
            i.indkey[0] = a.attnum
              OR i.indkey[0] = 0 AND position(quote_ident($4) IN pg_get_indexdef(c.oid, 1, false)) > 0 AS on_column,
            obj_description(c.oid, 'pg_class') AS comment
     FROM pg_class c
     LEFT JOIN pg_index i ON i.indexrelid = c.oid AND i.indrelid = $2
     LEFT JOIN pg_am am ON am.oid = c.relam AND am.amname IN ('ivfflat', 'hnsw') AND i.indexrelid IS NOT NULL
     LEFT JOIN pg_opclass o ON o.oid = i.indclass[0]
     LEFT JOIN pg_attribute a ON a.attrelid = $2 AND a.attname = $4
     WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = $2)
       AND (c.relname = ANY ($1) OR c.relname <> ALL ($3) AND am.amname IS NOT NULL)
     ORDER BY c.relname`,
    [names, tableOid, names, index.column],
  );
  const found = rows.map(fromRow);
  const byName = (wanted: string | undefined) => found.find((each) => each.name === wanted);
  return {
    current: byName(names[0]),
    successor: byName(names[1]),
    predecessor: byName(names[2]),
    onColumn: found.filter((each) => each.vector?.onColumn),
    builder,
  };
}

export async function readBuilder(session: Session, name: string, index: VectorIndex): Promise<number | undefined> {
  const [family, key] = buildLock(index.table.schema, name);
  // pg_locks shows both halves unsigned.
  const { rows } = await session.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1::oid AND objid = $2::oid
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [family, key >>> 0],
  );
  return rows[0]?.pid;
}

const defaults = { ivfflat: { lists: 100 }, hnsw: { m: 16, ef_construction: 64 } } as const;

function fromRow(row: Row): Found {
  const { oid, name, method } = row;
  if (method === null) return { oid, name, vector: undefined };
  const given = Object.entries(row.options ?? {}).map(([key, value]) => [key, Number(value)] as const);
  return {
    oid,
    name,
    vector: {
      method,
      operatorClass: row.class,
      operatorClassName: row.class_name,
      key: row.key,
      predicate: row.predicate,
      options: { ...defaults[method], ...Object.fromEntries(given) },
      valid: row.valid,
      onColumn: row.on_column,
      rows: row.rows,
      record: parseRecord(row.comment),
    },
  };
}
