import type { Session } from '../shared/database';
import { onProbe } from './canonical';
import type { Found } from './catalog';
import type { PlannerUse, VectorIndex } from './contract';
import { type ColumnType, distance, searchType, whereSql } from './desired';
import { tableSql } from './names';
import { readOnly } from './session';

/**
 * Whether the planner takes an index for a nearest-neighbour query. The table's size does not decide: a small table is
 * rightly scanned, so it is asked once as it is, and once with everything else made dear.
 */
export async function plannerUse(
  session: Session,
  name: string,
  index: VectorIndex,
  column: ColumnType,
  wanted: Found,
  rivals: readonly Found[],
): Promise<PlannerUse> {
  const taken = await readOnly(session, async () => {
    const asItIs = await plannedIndexes(session, index, column, tableSql(index));
    if (asItIs.includes(wanted.name)) return 'chosen';
    await session.query(onlyIndexes);
    return plannedIndexes(session, index, column, tableSql(index));
  });
  if (taken === 'chosen') return taken;
  if (taken.includes(wanted.name)) return 'possible';
  if (!rivals.some((rival) => taken.includes(rival.name))) return 'impossible';
  // Another vector index is cheaper, as the one to be replaced often is. Whether this one would be taken without it, an
  // empty table with nothing but the same index tells; to drop the other for a moment would lock the real table.
  const alone = await onProbe(session, name, index, column, async (probe) => {
    await session.query(onlyIndexes);
    return (await plannedIndexes(session, index, column, probe.table)).includes(probe.index);
  });
  return alone ? 'other' : 'impossible';
}

// Without the second, the rows of a condition may come from an index on other columns, and be sorted.
const onlyIndexes = 'SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off';

async function plannedIndexes(session: Session, index: VectorIndex, column: ColumnType, table: string) {
  // Any vector does, except one of zeros, which has no direction.
  const ones = index.storage === 'bit' ? '1'.repeat(index.dimensions) : JSON.stringify(Array(index.dimensions).fill(1));
  const vector = `'${ones}'::${searchType(index, column)}`;
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (FORMAT JSON, COSTS OFF) SELECT 1 FROM ${table}${whereSql(index)}
     ORDER BY ${distance(index, column, vector)} LIMIT 10`,
  );
  return indexNames(rows[0]?.['QUERY PLAN']);
}

/** All "Index Name" in a plan, however deep. */
export function indexNames(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(indexNames);
  if (typeof plan !== 'object' || plan === null) return [];
  return Object.entries(plan).flatMap(([key, value]) =>
    key === 'Index Name' && typeof value === 'string' ? [value] : indexNames(value),
  );
}
