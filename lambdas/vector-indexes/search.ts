import type { Session } from '../shared/database';
import { literal } from '../shared/identifiers';
import type { VectorIndex } from './contract';
import { type ColumnType, distance, indexedExpression, searchType, whereSql } from './desired';
import { columnSql, tableSql } from './names';
import { readOnly } from './session';

export interface Sample {
  /** Where the row lies: it is left out of its own neighbours. */
  readonly place: string;
  readonly vector: string;
}

// What was tuned to some rows is judged by others.
const draws = { tune: 1, verify: 2 } as const;
export type Draw = keyof typeof draws;

/** The same rows at each call, as long as the table does not change; at random over the whole of it. */
export async function sampleRows(
  session: Session,
  index: VectorIndex,
  column: ColumnType,
  samples: number,
  rows: number,
  draw: Draw,
): Promise<readonly Sample[]> {
  const seed = draws[draw];
  // Four times what is needed, so that chance leaves enough, and the first of them by a hash, not by their place.
  const percent = Math.min(100, (400 * samples) / Math.max(rows, 1));
  const expression = indexedExpression(index, column);
  const condition = index.where === undefined ? '' : `AND (${index.where})`;
  // A condition leaves few rows of the table, and the sample is of the table.
  const sampling = index.where === undefined ? `TABLESAMPLE BERNOULLI (${percent}) REPEATABLE (${seed})` : '';
  const { rows: found } = await session.query<Sample>(
    `SELECT ctid::text AS place, (${expression})::text AS vector FROM ${tableSql(index)} ${sampling}
     WHERE ${columnSql(index)} IS NOT NULL ${condition} ORDER BY md5(ctid::text || ${literal(draw)}) LIMIT ${samples}`,
  );
  return found;
}

export interface Answer {
  /** The distances of the nearest ones, without the row itself. */
  readonly distances: readonly number[];
  readonly milliseconds: number;
}

export type Way = 'index' | 'exact';

// One is in the way of the other, and each is off for the transaction only.
const ways: Readonly<Record<Way, string>> = {
  index: 'SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_indexscan = on',
  exact:
    'SET LOCAL enable_seqscan = on; SET LOCAL enable_sort = on; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off',
};

/** The nearest neighbours of one sample in several ways, on one and the same state of the table. */
export async function searchEach<K extends string>(
  session: Session,
  index: VectorIndex,
  column: ColumnType,
  sample: Sample,
  neighbours: number,
  searches: Readonly<Record<K, { readonly way: Way; readonly settings: readonly string[] }>>,
  /** Asked after each search, in their order: whether the others can be left out. */
  enough: (answers: Readonly<Partial<Record<K, Answer>>>) => boolean = () => false,
): Promise<Readonly<Partial<Record<K, Answer>>>> {
  const order = distance(index, column, `$1::${searchType(index, column)}`);
  const sql = `SELECT ctid::text AS place, (${order})::float8 AS distance FROM ${tableSql(index)}${whereSql(index)}
    ORDER BY ${order} LIMIT ${neighbours + 1}`;
  const answers: Partial<Record<K, Answer>> = {};
  await readOnly(session, async () => {
    for (const key of Object.keys(searches) as K[]) {
      const { way, settings } = searches[key];
      await session.query([ways[way], ...settings.map((each) => `SET LOCAL ${each}`)].join('; '));
      const start = performance.now();
      const { rows } = await session.query<{ place: string; distance: number | null }>(sql, [sample.vector]);
      const milliseconds = performance.now() - start;
      // A vector of zeros has no cosine: its distance is NaN or NULL, and it comes last.
      const others = rows.filter(({ place, distance }) => place !== sample.place && Number.isFinite(distance));
      const distances = others.slice(0, neighbours).map((each) => Number(each.distance));
      answers[key] = { distances, milliseconds };
      if (enough(answers)) break;
    }
  });
  return answers;
}

/**
 * The part of the true neighbours that was found. Distances are compared, not rows: of rows at the same distance any is
 * right. The last digits differ between the two ways of computing.
 */
export function recallOf(found: readonly number[], exact: readonly number[]): number {
  if (exact.length === 0) return 1;
  const farthest = Math.max(...exact);
  const limit = farthest + Math.abs(farthest) * 1e-5 + 1e-9;
  return Math.min(found.filter((distance) => distance <= limit).length, exact.length) / exact.length;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** The value that a part of the values does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
