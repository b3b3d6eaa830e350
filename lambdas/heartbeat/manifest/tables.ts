import { quote } from '../../app-database/roles-plan';
import type { Deadline } from '../../shared/clock';
import type { Session } from '../../shared/database';
import { attempt, isoText, limits } from '../attempt';
import type { NewestRow, TableState } from '../contract';
import { chooseColumn, type TimeColumn } from './newest';

export interface TableOptions {
  readonly newestRow: Readonly<Record<string, string>>;
  readonly exactUpToBytes: number;
  /** For one table, exact or sampled. */
  readonly tableMs: number;
  readonly until: Deadline;
  /** The ledger's schema, which is not the project's. */
  readonly ledgerSchema: string;
}

export interface Table {
  readonly schema: string;
  readonly table: string;
  readonly bytes: number;
  readonly unlogged: boolean;
  readonly columns: readonly TimeColumn[];
}

const list = `
  SELECT n.nspname AS schema, c.relname AS table, c.relpersistence = 'u' AS unlogged,
    coalesce((SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p WHERE p.isleaf),
             pg_relation_size(c.oid))::float8 AS bytes,
    (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'zoned', a.atttypid = 'timestamptz'::regtype,
        'default', pg_get_expr(d.adbin, d.adrelid), 'indexed', EXISTS (
          SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
          WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL
            AND m.amname = 'btree')) ORDER BY a.attnum), '[]')
     FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype)) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', $1)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1, 2`;

export async function listTables(session: Session, ledgerSchema: string): Promise<readonly Table[]> {
  return (await session.query<Table>(list, [ledgerSchema])).rows;
}

/** Rows and newest row of each table, each within its time; what did not fit is told. */
export async function readTables(session: Session, options: TableOptions) {
  const tables: TableState[] = [];
  const incomplete: string[] = [];
  for (const table of await listTables(session, options.ledgerSchema)) {
    const { state, problems } = await readTable(session, table, options);
    tables.push(state);
    incomplete.push(...problems);
  }
  return { tables, incomplete };
}

interface Counted {
  readonly rows: number;
  readonly newest: string | null;
}

async function readTable(session: Session, table: Table, options: TableOptions) {
  const name = `${table.schema}.${table.table}`;
  const sql = `${quote(table.schema)}.${quote(table.table)}`;
  const chosen = chooseColumn(table.columns, options.newestRow[name]);
  const problems: string[] = [];
  if (chosen === 'unknown') {
    problems.push(`${name} has no column "${options.newestRow[name]}" of a time, which the config names.`);
  }
  const column = chosen === 'unknown' ? undefined : chosen;
  const ask = (statement: string) =>
    attempt(session, async () => {
      const left = options.until - Date.now();
      if (left <= 0) throw Object.assign(new Error('no time was left'), { code: '57014' });
      await session.query(limits(Math.min(options.tableMs, left), 2_000));
      return (await session.query<Counted>(statement)).rows[0];
    });
  const orTell = async (what: string, statement: string): Promise<Counted | undefined> => {
    try {
      return await ask(statement);
    } catch (error) {
      problems.push(`${name}: ${what} (${reason(error)}).`);
      return undefined;
    }
  };
  let counted: Counted | undefined;
  if (table.bytes <= options.exactUpToBytes) {
    const newest = column ? newestByScan(column) : 'NULL::text';
    const statement = `SELECT count(*)::float8 AS rows, ${newest} AS newest FROM ${sql}`;
    counted = await orTell('its rows were not counted', statement);
  }
  const exact = counted !== undefined;
  if (counted === undefined) {
    const estimate = await orTell('its rows were not even estimated', sample(sql, table.bytes));
    const by = column?.indexed ? await orTell('its newest row was not found', newestByIndex(sql, column)) : undefined;
    if (column && !column.indexed)
      problems.push(
        `${name}: its newest row is not looked for, since it is large and no index begins with ${column.name}.`,
      );
    counted = estimate && { rows: estimate.rows, newest: by?.newest ?? null };
  }
  const newest: NewestRow | null = column ? { column: column.name, by: column.by, at: counted?.newest ?? null } : null;
  const state: TableState = {
    ...{ name, bytes: table.bytes, rows: counted?.rows ?? null, newest, unlogged: table.unlogged },
    counted: exact ? 'exact' : counted === undefined ? 'not' : 'estimate',
  };
  return { state, problems };
}

// 8,192 pages: the rows on a page vary, and of so many the mean is within a few per cent.
const sampledBytes = 64 * 1024 * 1024;

function sample(sql: string, bytes: number): string {
  const percent = Math.min(100, (100 * sampledBytes) / Math.max(bytes, 1));
  return `SELECT round(count(*) * ${100 / percent})::float8 AS rows, NULL::text AS newest
    FROM ${sql} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`;
}

const zonedTime = ({ zoned }: TimeColumn, expression: string) =>
  isoText(zoned ? expression : `(${expression}) AT TIME ZONE 'UTC'`);

const newestByScan = (column: TimeColumn) => {
  const name = quote(column.name);
  return zonedTime(column, `max(${name}) FILTER (WHERE isfinite(${name}))`);
};

const newestByIndex = (sql: string, column: TimeColumn) => {
  const name = quote(column.name);
  return `SELECT 0::float8 AS rows, ${zonedTime(column, name)} AS newest
    FROM ${sql} WHERE isfinite(${name}) ORDER BY ${name} DESC LIMIT 1`;
};

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === '57014') return 'it did not fit into its time';
  if (code === '55P03') return 'somebody holds a lock on it';
  return code === undefined ? message : `${message}, ${code}`;
}
