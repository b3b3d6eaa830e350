import type { Client } from 'pg';
import type { IndexState, SearchState } from './database';

const queries = 20;
const nearest = 10;
// As a drill demands where the project does not say otherwise.
const leastRecall = 0.9;

/** How much of the ten nearest an index finds, and how long that takes, against reading the whole table. */
export async function searchWith(client: Client, index: IndexState): Promise<SearchState | undefined> {
  const [, column = '', family = ''] = /USING \w+ \((.+?) ((?:vector|halfvec)_\w+_ops)\)/.exec(index.definition) ?? [];
  const operator = operators[family.replace(/^(vector|halfvec)_/, '')];
  if (operator === undefined || index.definition.includes(' WHERE ')) return undefined;
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::float8 AS n FROM ${index.table}`);
  const count = rows[0]?.n ?? 0;
  if (count < nearest) return undefined;
  const picked = await client.query<{ v: string }>(
    `SELECT (${column})::text AS v FROM ${index.table} TABLESAMPLE SYSTEM (100) WHERE (${column}) IS NOT NULL LIMIT ${queries}`,
  );
  const distance = `(${column}) ${operator} $1::${family.startsWith('halfvec') ? 'halfvec' : 'vector'}`;
  const sql = `SELECT ${distance} AS distance FROM ${index.table} ORDER BY ${distance} LIMIT ${nearest}`;
  const run = async (vector: string): Promise<{ distances: number[]; ms: number }> => {
    const begun = performance.now();
    const result = await client.query<{ distance: number }>(sql, [vector]);
    return { distances: result.rows.map((row) => row.distance), ms: performance.now() - begun };
  };
  let [found, exactMs, indexMs] = [0, 0, 0];
  let plan: string | undefined;
  for (const { v } of picked.rows) {
    await client.query('SET enable_indexscan = off');
    const exact = await run(v);
    await client.query('RESET enable_indexscan; SET enable_seqscan = off');
    plan ??= await planOf(client, sql, v);
    const approximate = await run(v);
    await client.query('RESET enable_seqscan');
    // By distance: of rows that are equally far away, any will do.
    const farthest = (exact.distances.at(-1) ?? 0) + 1e-6;
    found += approximate.distances.filter((each) => !(each > farthest)).length;
    exactMs += exact.ms;
    indexMs += approximate.ms;
  }
  const n = picked.rows.length;
  if (n === 0 || plan === undefined) return undefined;
  const used = plan.includes(index.name);
  return { rows: count, queries: n, used, recall: found / (n * nearest), exactMs: exactMs / n, indexMs: indexMs / n };
}

/** What a search shows that an index must not have, each in a sentence. */
export function problemsOf(index: string, { used, recall }: SearchState): string[] {
  return [
    ...(used
      ? []
      : [`No search uses the index ${index}: PostgreSQL plans without it even where it may not read the table.`]),
    ...(recall >= leastRecall
      ? []
      : [
          `The index ${index} finds ${(recall * 100).toFixed(0)} % of the ten nearest, and should find ${leastRecall * 100} %.`,
        ]),
  ];
}

async function planOf(client: Client, sql: string, vector: string): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [vector]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const operators: Readonly<Record<string, string>> = {
  cosine_ops: '<=>',
  l2_ops: '<->',
  ip_ops: '<#>',
  l1_ops: '<+>',
};
