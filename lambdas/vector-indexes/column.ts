import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { checkIdentifier, identifier } from '../shared/identifiers';
import type { VectorIndex } from './contract';
import type { ColumnType } from './desired';
import { columnSql, tableSql, tableText } from './names';
import { count, rowsText } from './words';

export interface Column extends ColumnType {
  readonly tableOid: string;
  /** What ALTER TABLE … SET (parallel_workers) says, if it says something. */
  readonly parallelWorkers: number | undefined;
}

interface Row {
  extension: string | null;
  table_oid: string | null;
  relkind: string;
  workers: string | null;
  type: string | null;
  shown: string;
  typmod: number;
}

/** Finds the column and refuses what cannot be indexed as declared, from the catalog alone. */
export async function readColumn(session: Session, name: string, index: VectorIndex): Promise<Column> {
  checkIdentifier(name, 'index');
  const { rows } = await session.query<Row>(
    `SELECT (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE e.extname = 'vector') AS extension,
            c.oid::text AS table_oid, c.relkind::text AS relkind, t.typname AS type,
            (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'parallel_workers') AS workers,
            format_type(a.atttypid, a.atttypmod) AS shown, a.atttypmod AS typmod
     FROM (VALUES ($1::name, $2::name, $3::name)) AS declared (schema, name, attribute)
     LEFT JOIN pg_class c ON c.relname = declared.name
       AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = declared.schema)
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = declared.attribute AND NOT a.attisdropped AND a.attnum > 0
     LEFT JOIN pg_type t ON t.oid = a.atttypid`,
    [index.table.schema, index.table.name, index.column],
  );
  const found = rows[0];
  const table = tableText(index);
  const refuse = (sentence: string) => new OperationError(sentence);
  if (!found?.extension) {
    throw refuse(`The extension "vector" is not in this database; it is made before the indexes ("${name}").`);
  }
  if (found.table_oid === null) {
    throw refuse(`There is no table ${table} for the index "${name}"; migrations come first and make it.`);
  }
  if (found.relkind === 'p') {
    throw refuse(`${table} is partitioned; declare an index like "${name}" for each of its partitions.`);
  }
  if (!['r', 'm'].includes(found.relkind)) {
    throw refuse(`${table} is no table, so "${name}" cannot index it; a table or a materialized view can be indexed.`);
  }
  if (found.type === null) throw refuse(`The table ${table} has no column "${index.column}", which "${name}" indexes.`);
  const type = (['vector', 'halfvec', 'bit'] as const).find((each) => each === found.type);
  if (type === undefined) {
    throw refuse(`${table}.${index.column} is ${found.shown}; "${name}" takes a vector, a halfvec or a bit column.`);
  }
  if (type === 'bit' && index.storage !== 'bit') {
    throw refuse(
      `${table}.${index.column} is ${found.shown}, and "${name}" has the storage ${index.storage}; write bit.`,
    );
  }
  // For all three types the modifier is the number of dimensions, and -1 where there is none.
  const dimensions = found.typmod > 0 ? found.typmod : undefined;
  if (dimensions !== undefined && dimensions !== index.dimensions) {
    throw refuse(
      `${table}.${index.column} is ${found.shown}, and "${name}" declares ${count(index.dimensions)} dimensions.`,
    );
  }
  const parallelWorkers = found.workers === null ? undefined : Number(found.workers);
  return { type, dimensions, extensionSchema: found.extension, tableOid: found.table_oid, parallelWorkers };
}

export interface RowCounts {
  /** Rows that the index holds. */
  readonly indexed: number;
  /** Rows without a vector: no index holds them, and no nearest-neighbour search finds them. */
  readonly empty: number;
}

export async function countRows(session: Session, index: VectorIndex): Promise<RowCounts> {
  const where = index.where === undefined ? '' : `WHERE (${index.where})`;
  const column = columnSql(index);
  const { rows } = await session
    .query<{ indexed: number; empty: number }>(
      `SELECT count(${column})::float8 AS indexed, (count(*) - count(${column}))::float8 AS empty
     FROM ${tableSql(index)} ${where}`,
    )
    .catch((error: Error) => {
      const condition = index.where === undefined ? '' : ` where ${index.where}`;
      throw new OperationError(`The rows of ${tableText(index)}${condition} cannot be counted: ${error.message}.`);
    });
  return rows[0] ?? { indexed: 0, empty: 0 };
}

/** As the last ANALYZE or the last index saw it. */
export async function estimateRows(session: Session, column: Column): Promise<number> {
  const { rows } = await session.query<{ rows: number }>(
    'SELECT greatest(reltuples, 0)::float8 AS rows FROM pg_class WHERE oid = $1',
    [column.tableOid],
  );
  return rows[0]?.rows ?? 0;
}

/** A column whose type has no dimension takes vectors of any; the build would fail at the first one that is odd. */
export async function checkDimensions(session: Session, name: string, index: VectorIndex, column: Column) {
  if (column.dimensions !== undefined) return;
  const plain = columnSql(index);
  const measure =
    column.type === 'bit' ? `length(${plain})` : `${identifier(column.extensionSchema)}.vector_dims(${plain})`;
  const where = index.where === undefined ? '' : `AND (${index.where})`;
  const { rows } = await session.query<{ dimensions: number; rows: number }>(
    `SELECT ${measure} AS dimensions, count(*)::float8 AS rows FROM ${tableSql(index)}
     WHERE ${plain} IS NOT NULL ${where} GROUP BY 1 HAVING ${measure} <> $1 ORDER BY 2 DESC LIMIT 5`,
    [index.dimensions],
  );
  if (rows.length === 0) return;
  const odd = rows.map((each) => `${rowsText(each.rows)} of ${each.dimensions}`).join(', ');
  const what = column.type === 'bit' ? `length(${index.column})` : `vector_dims(${index.column})`;
  throw new OperationError(
    `${what}: ${odd} in a column declared ${index.dimensions}, in ${tableText(index)}; "${name}" is not built.`,
  );
}
