import type { Client } from 'pg';
import type { IndexState, SearchState } from './database';

const queries = 20;
const nearest = 10;

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
  let [found, exactMs, indexMs] = [0, 0, 0];
  const type = family.startsWith('halfvec') ? 'halfvec' : 'vector';
  const run = async (vector: string): Promise<{ ids: string[]; ms: number }> => {
    const begun = performance.now();
    const sql = `SELECT ctid::text AS id FROM ${index.table} ORDER BY (${column}) ${operator} $1::${type} LIMIT ${nearest}`;
    const result = await client.query<{ id: string }>(sql, [vector]);
    return { ids: result.rows.map(({ id }) => id), ms: performance.now() - begun };
  };
  for (const { v } of picked.rows) {
    await client.query('SET enable_indexscan = off');
    const exact = await run(v);
    await client.query('RESET enable_indexscan; SET enable_seqscan = off');
    const approximate = await run(v);
    await client.query('RESET enable_seqscan');
    found += approximate.ids.filter((id) => exact.ids.includes(id)).length;
    exactMs += exact.ms;
    indexMs += approximate.ms;
  }
  const n = picked.rows.length;
  if (n === 0) return undefined;
  return { rows: count, queries: n, recall: found / (n * nearest), exactMs: exactMs / n, indexMs: indexMs / n };
}

const operators: Readonly<Record<string, string>> = {
  cosine_ops: '<=>',
  l2_ops: '<->',
  ip_ops: '<#>',
  l1_ops: '<+>',
};
