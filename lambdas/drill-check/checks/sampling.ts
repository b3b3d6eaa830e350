import { quote } from '../../app-database/roles-plan';
import type { TableName } from '../../heartbeat/contract';
import type { Session } from '../../shared/database';

export interface Sampling {
  /** Follows the table in FROM; empty where all of it is read. */
  readonly sql: string;
  /** 100 where all of it is read. */
  readonly percent: number;
  /** For a sentence: `all rows`, or `a sample of 3 % of the pages`. */
  readonly words: string;
}

export const tableSql = ({ schema, name }: TableName) => `${quote(schema)}.${quote(name)}`;
export const tableText = ({ schema, name }: TableName) => `${schema}.${name}`;

export async function tableExists(session: Session, { schema, name }: TableName): Promise<boolean> {
  const { rows } = await session.query(
    `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'm')`,
    [schema, name],
  );
  return rows.length > 0;
}

// A sample of less says nothing, and this is read in a second.
const leastBytes = 64 * 1024 * 1024;

/** How much of a table is read: all, or so many of its pages as fit. `withToast` counts what lies beside the rows, too. */
export async function samplingOf(
  session: Session,
  table: TableName,
  mostBytes: number,
  withToast = false,
): Promise<Sampling> {
  const size = withToast ? 'pg_table_size' : 'pg_relation_size';
  const { rows } = await session.query<{ bytes: number }>(
    `SELECT coalesce((SELECT sum(${size}(p.relid)) FROM pg_partition_tree(c.oid) p WHERE p.isleaf), ${size}(c.oid))::float8 AS bytes
     FROM pg_class c WHERE c.oid = $1::regclass`,
    [tableSql(table)],
  );
  const bytes = rows[0]?.bytes ?? 0;
  const read = Math.max(mostBytes, leastBytes);
  if (bytes <= read) return { sql: '', percent: 100, words: 'all rows' };
  const percent = (100 * read) / bytes;
  return {
    sql: ` TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`,
    percent,
    words: `a sample of ${percent < 1 ? percent.toPrecision(1) : Math.round(percent)} % of the pages`,
  };
}
