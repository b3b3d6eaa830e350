import type { Client } from 'pg';
import { problemsOf, searchWith } from '../../../rehearsal/inspect/search';
import { testNeeding, usePostgres } from '../../support/postgres';

const postgres = usePostgres();

const vectorTest = (name: string, body: (client: Client) => Promise<void>) =>
  testNeeding(['vector'], postgres, name, () =>
    postgres.withClient(async (client) => {
      await client.query(`
        CREATE EXTENSION IF NOT EXISTS vector;
        DROP TABLE IF EXISTS items;
        CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(8) NOT NULL);
        SELECT setseed(0.5);
        INSERT INTO items SELECT i, (SELECT array_agg(random() - 0.5) FROM generate_series(1, 8) WHERE i > 0)::vector
          FROM generate_series(1, 1000) AS i`);
      await body(client);
    }),
  );

async function search(client: Client, method: string, name = 'items_index') {
  const definition = `CREATE INDEX ${name} ON items USING ${method}`;
  if (name === 'items_index') await client.query(definition);
  const found = await searchWith(client, { name, table: 'items', method, valid: true, bytes: 0, definition });
  if (!found) throw new Error('It was not searched.');
  return found;
}

vectorTest('a sound index is planned, and finds what reading the whole table finds', async (client) => {
  const found = await search(client, 'hnsw (embedding vector_cosine_ops)');
  expect(found).toMatchObject({ rows: 1_000, queries: 20, used: true });
  expect(found.recall).toBeGreaterThan(0.97);
  expect(problemsOf('items_index', found)).toEqual([]);
});

vectorTest('an index that no search takes is told', async (client) => {
  await client.query('CREATE INDEX items_index ON items USING hnsw (embedding vector_l2_ops)');
  const found = await search(client, 'hnsw (embedding vector_cosine_ops)', 'items_cosine');
  expect(found).toMatchObject({ used: false, recall: 1 });
  expect(problemsOf('items_cosine', found)).toEqual([
    'No search uses the index items_cosine: PostgreSQL plans without it even where it may not read the table.',
  ]);
});

vectorTest('an index that finds too little is told', async (client) => {
  const found = await search(client, 'ivfflat (embedding vector_cosine_ops) WITH (lists = 200)');
  expect(found.used).toBe(true);
  expect(found.recall).toBeLessThan(0.9);
  expect(problemsOf('items_index', found)).toEqual([
    expect.stringMatching(/^The index items_index finds \d+ % of the ten nearest, and should find 90 %[.]$/),
  ]);
});

vectorTest('rows that are equally far away count as found', async (client) => {
  await client.query("UPDATE items SET embedding = '[1,1,1,1,1,1,1,1]'");
  expect(await search(client, 'hnsw (embedding vector_cosine_ops)')).toMatchObject({ recall: 1 });
});
