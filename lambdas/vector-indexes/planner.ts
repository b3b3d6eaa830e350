import type { Session } from '../shared/database';
import type { Found } from './catalog';
import type { PlannerUse, VectorIndex } from './contract';
import { type ColumnType, distance, searchType, whereSql } from './desired';
import { tableSql } from './names';
import { readOnly } from './session';

/**
 * Whether the planner takes an index for a nearest-neighbour query. The table's size does not decide: a small table is
 * rightly scanned, so it is asked once as it is, and once with scans made dear.
 */
export async function plannerUse(
  session: Session,
  index: VectorIndex,
  column: ColumnType,
  wanted: Found,
  rivals: readonly Found[],
): Promise<PlannerUse> {
  return readOnly(session, async () => {
    const named = async () => indexNames(await explain(session, index, column));
    if ((await named()).includes(wanted.name)) return 'chosen';
    await session.query('SET LOCAL enable_seqscan = off');
    const taken = await named();
    if (taken.includes(wanted.name)) return 'possible';
    const rival = rivals.find((each) => taken.includes(each.name));
    if (!rival) return 'impossible';
    // The planner has one of the same kind, which is as good a proof; or of the other kind, which is made dear.
    if (sameKind(rival, wanted)) return 'other';
    await session.query(
      rival.vector?.method === 'ivfflat' ? 'SET LOCAL ivfflat.probes = 32768' : 'SET LOCAL hnsw.ef_search = 1000',
    );
    return (await named()).some((name) => name === wanted.name || isSameKindAs(name, wanted, rivals))
      ? 'other'
      : 'impossible';
  });
}

function sameKind(one: Found, other: Found): boolean {
  const kind = ({ vector }: Found) => [vector?.method, vector?.operatorClass, vector?.key, vector?.predicate];
  return JSON.stringify(kind(one)) === JSON.stringify(kind(other));
}

function isSameKindAs(name: string, wanted: Found, rivals: readonly Found[]): boolean {
  const rival = rivals.find((each) => each.name === name);
  return rival !== undefined && sameKind(rival, wanted);
}

async function explain(session: Session, index: VectorIndex, column: ColumnType): Promise<unknown> {
  // Any vector does, except one of zeros, which has no direction.
  const ones = index.storage === 'bit' ? '1'.repeat(index.dimensions) : JSON.stringify(Array(index.dimensions).fill(1));
  const vector = `'${ones}'::${searchType(index, column)}`;
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (FORMAT JSON, COSTS OFF) SELECT 1 FROM ${tableSql(index)}${whereSql(index)}
     ORDER BY ${distance(index, column, vector)} LIMIT 10`,
  );
  return rows[0]?.['QUERY PLAN'];
}

/** All "Index Name" in a plan, however deep. */
export function indexNames(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(indexNames);
  if (typeof plan !== 'object' || plan === null) return [];
  return Object.entries(plan).flatMap(([key, value]) =>
    key === 'Index Name' && typeof value === 'string' ? [value] : indexNames(value),
  );
}
