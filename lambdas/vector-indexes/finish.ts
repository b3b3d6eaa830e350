import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { identifier, literal, qualified } from '../shared/identifiers';
import { dropIndex } from './build';
import type { VectorIndexesInput } from './contract';
import type { Inspection } from './inspect';
import { newName, oldName, tableSql } from './names';
import { plannerUse } from './planner';
import { recordText } from './record';
import { asOwner, transaction } from './session';
import { size } from './words';

/**
 * Puts a build into its place: it must be one that the planner can use, then it takes the name in one transaction, and
 * the old one goes without a lock that anybody waits for. A run that ends between two of these is taken up by the next.
 */
export async function putInPlace(session: Session, input: VectorIndexesInput, seen: Inspection): Promise<string> {
  const { index, column, name, places } = seen;
  const { schema } = index.table;
  const { successor, current } = places;
  if (!successor?.vector) throw new Error(`There is nothing to put into the place of "${name}".`);
  const rows = Math.max(0, successor.vector.rows);
  const builtAt = new Date().toISOString();
  const record = recordText({ rows, builtAt, ...(seen.scattered && { scattered: true }) });
  return asOwner(session, input.owner, async () => {
    const rivals = places.onColumn.filter(({ oid }) => oid !== successor.oid);
    if ((await plannerUse(session, name, index, column, successor, rivals)) === 'impossible') {
      await dropIndex(session, schema, successor.name);
      throw new OperationError(
        `The planner can not use the index that was built for "${name}" in a nearest-neighbour query, so it was removed.`,
      );
    }
    await transaction(session, 'BEGIN', 'COMMIT', async () => {
      const rename = (from: string, to: string) =>
        session.query(`ALTER INDEX ${qualified(schema, from, 'index')} RENAME TO ${identifier(to, 'index')}`);
      if (current) await rename(name, oldName(name));
      await rename(newName(name), name);
      await session.query(`COMMENT ON INDEX ${qualified(schema, name, 'index')} IS ${literal(record)}`);
    });
    if (current) await dropIndex(session, schema, oldName(name));
    await session.query(`ANALYZE ${tableSql(index)}`);
    const { rows } = await session.query<{ bytes: number }>('SELECT pg_relation_size($1::oid)::float8 AS bytes', [
      successor.oid,
    ]);
    return `"${name}" is in place, ${size(rows[0]?.bytes ?? 0)} large${current ? '; the one before is dropped' : ''}.`;
  });
}
