import { randomBytes } from 'node:crypto';
import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { qualified } from '../shared/identifiers';
import type { VectorIndex } from './contract';
import { type ColumnType, createIndexSql } from './desired';
import { tableSql } from './names';
import { undone } from './session';

/** A declaration as the server itself writes it down. */
export interface Canonical {
  readonly operatorClass: string;
  readonly operatorClassName: string;
  readonly key: string;
  readonly predicate: string | null;
}

/**
 * Asks the server what it makes of a declaration. It is the one way to compare a condition written by a person with one
 * in the catalog, and a wrong condition is refused here, before anything is touched.
 */
export async function canonical(
  session: Session,
  name: string,
  index: VectorIndex,
  column: ColumnType,
): Promise<Canonical> {
  return onProbe(session, name, index, column, async ({ table }) => {
    const { rows } = await session.query<Canonical>(
      `SELECT i.indclass[0]::oid::text AS "operatorClass", o.opcname AS "operatorClassName",
              pg_get_indexdef(i.indexrelid, 1, false) AS key, pg_get_expr(i.indpred, i.indrelid) AS predicate
       FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0] WHERE i.indrelid = $1::regclass`,
      [table],
    );
    if (!rows[0]) throw new Error(`The index on ${table} is not in the catalog.`);
    return rows[0];
  });
}

export interface Probe {
  /** As SQL. */
  readonly table: string;
  /** The plain name. */
  readonly index: string;
}

/**
 * Makes an empty table of the same columns with the declared index on it, and undoes both after the work. Whoever may
 * create an index on a table may create a table in its schema, so no further privilege is needed.
 */
export async function onProbe<T>(
  session: Session,
  name: string,
  index: VectorIndex,
  column: ColumnType,
  work: (probe: Probe) => Promise<T>,
): Promise<T> {
  const probe = `plinth_probe_${randomBytes(8).toString('hex')}`;
  const table = qualified(index.table.schema, probe);
  return undone(session, async () => {
    await session.query(`SET LOCAL client_min_messages = error; CREATE TABLE ${table} (LIKE ${tableSql(index)})`);
    // The number of lists is compared apart, and one is the cheapest.
    const how = { name: `${probe}_index`, concurrently: false, lists: 1, table };
    await session.query(createIndexSql(index, column, how)).catch((error: Error) => {
      const condition = index.where === undefined ? '' : ` (where: ${index.where})`;
      throw new OperationError(`PostgreSQL does not take the index "${name}"${condition}: ${error.message}.`);
    });
    return work({ table, index: how.name });
  });
}
