import type { Client } from 'pg';
import { reservedWords } from '../../../lib/config/reserved';
import { metricsOf } from '../../../lib/config/sections/vector-indexes';
import { testNeeding, usePostgres } from '../../support/postgres';

// What the config takes for rules of Postgres and pgvector is asked of the real ones.
const postgres = usePostgres();

const ask = <T extends object>(sql: string) => postgres.withClient(async (client) => (await client.query<T>(sql)).rows);

test('the reserved words are those of Postgres 16', async () => {
  const rows = await ask<{ word: string; version: number }>(`
    SELECT word, current_setting('server_version_num')::int AS version FROM pg_get_keywords() WHERE catcode IN ('R', 'T')`);
  const words = rows.map(({ word }) => word);
  // A newer server, which a native Postgres may be, may have reserved a few more.
  const isOurs = Math.floor((rows[0]?.version ?? 0) / 10_000) === 16;
  expect(isOurs ? words.sort() : words).toEqual(
    isOurs ? [...reservedWords].sort() : expect.arrayContaining([...reservedWords]),
  );
});

const withVector = (name: string, body: () => Promise<void>) => testNeeding(['vector'], postgres, name, body);

withVector('the metrics of each method and storage are the operator classes of pgvector', async () => {
  const rows = await postgres.withClient(async (client) => {
    await client.query('CREATE EXTENSION IF NOT EXISTS vector');
    const sql = `
      SELECT amname || ' ' || opcname AS class FROM pg_opclass JOIN pg_am ON pg_am.oid = opcmethod
      WHERE amname IN ('ivfflat', 'hnsw') AND opcname NOT LIKE 'sparsevec%'`;
    return (await client.query<{ class: string }>(sql)).rows;
  });
  const ours = Object.entries(metricsOf).flatMap(([method, storages]) =>
    Object.entries(storages).flatMap(([storage, metrics]) => metrics.map((each) => `${method} ${storage}_${each}_ops`)),
  );
  expect(ours.sort()).toEqual(rows.map((row) => row.class).sort());
});

/** Builds such an index on an empty table, and says what pgvector had against it. */
async function objection(client: Client, type: string, operators: string, using: string): Promise<string> {
  const [method, options = ''] = using.split(' with ');
  await client.query(`DROP TABLE IF EXISTS t; CREATE TEMPORARY TABLE t (v ${type})`);
  try {
    await client.query(`CREATE INDEX ON t USING ${method} (v ${operators}) ${options && `WITH (${options})`}`);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

const limits = [
  ['vector(2000)', 'vector_cosine_ops', 'hnsw', 'none'],
  ['vector(2001)', 'vector_cosine_ops', 'hnsw', '2000 dimensions'],
  ['vector(2000)', 'vector_cosine_ops', 'ivfflat with lists = 1', 'none'],
  ['vector(2001)', 'vector_cosine_ops', 'ivfflat with lists = 1', '2000 dimensions'],
  ['halfvec(4000)', 'halfvec_l2_ops', 'hnsw', 'none'],
  ['halfvec(4001)', 'halfvec_l2_ops', 'hnsw', '4000 dimensions'],
  ['bit(64000)', 'bit_hamming_ops', 'hnsw', 'none'],
  ['bit(64001)', 'bit_hamming_ops', 'hnsw', '64000 dimensions'],
  ['vector(3)', 'vector_l2_ops', 'ivfflat with lists = 32768', 'none'],
  ['vector(3)', 'vector_l2_ops', 'ivfflat with lists = 32769', 'out of bounds'],
  ['vector(3)', 'vector_l2_ops', 'hnsw with m = 100, ef_construction = 200', 'none'],
  ['vector(3)', 'vector_l2_ops', 'hnsw with m = 101', 'out of bounds'],
  ['vector(3)', 'vector_l2_ops', 'hnsw with m = 2, ef_construction = 4', 'none'],
  ['vector(3)', 'vector_l2_ops', 'hnsw with m = 1', 'out of bounds'],
  ['vector(3)', 'vector_l2_ops', 'hnsw with m = 40, ef_construction = 79', 'ef_construction must be greater'],
  ['vector(3)', 'vector_l2_ops', 'hnsw with ef_construction = 1001', 'out of bounds'],
] as const;

withVector('pgvector draws the line where we do: dimensions, lists, m and ef_construction', async () => {
  const wrong: string[] = [];
  await postgres.withClient(async (client) => {
    await client.query('CREATE EXTENSION IF NOT EXISTS vector');
    for (const [type, operators, using, expected] of limits) {
      const said = await objection(client, type, operators, using);
      if (!said.includes(expected)) wrong.push(`${type} ${using}: ${said}`);
    }
  });
  expect(wrong).toEqual([]);
});
