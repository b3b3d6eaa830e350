import type { Client } from 'pg';
import { reconcile } from '../../../lambdas/vector-indexes/reconcile';
import { status } from '../../../lambdas/vector-indexes/status';
import { testNeeding, usePostgres } from '../../support/postgres';
import { addRows, fill, hnsw, indexesOf, input, ivfflat, leaveInvalid, prepare, reconcileOne } from './helpers';

const postgres = usePostgres();
let prepared = false;

const vectorTest = (name: string, body: (client: Client) => Promise<void>) =>
  testNeeding(['vector'], postgres, name, () =>
    postgres.withClient(async (client) => {
      if (!prepared) await prepare(client);
      prepared = true;
      await body(client);
    }),
  );

vectorTest(
  'an absent index is built as declared, owned by the owner, and a second run changes nothing',
  async (client) => {
    await fill(client, 500);
    const declared = input({ items_index: hnsw({ m: 8, efConstruction: 40 }) });
    const first = await reconcileOne(client, declared);
    expect(first).toMatchObject({
      ok: true,
      pending: false,
      report: { state: 'ready', actions: ['built', 'finished'] },
    });
    expect(first.report.orderBy).toBe('"embedding" <=> $1');
    const [index, ...others] = await indexesOf(client);
    expect(others).toEqual([]);
    expect(index).toMatchObject({ name: 'items_index', valid: true });
    expect(index?.definition).toMatch(
      /USING hnsw \(embedding vector_cosine_ops\) WITH \(m='8', ef_construction='40'\)/,
    );
    const owner = await client.query(
      `SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname = 'items_index'`,
    );
    expect(owner.rows).toEqual([{ owner: 'app_owner' }]);
    const second = await reconcileOne(client, declared);
    expect(second).toMatchObject({ ok: true, roleSettings: [], report: { state: 'ready', actions: [] } });
    expect(second.report.sentences).toEqual(['"items_index" is as declared (m 8, ef_construction 40), on 500 rows.']);
  },
);

vectorTest('the session is left as it was: its role, its settings, its locks', async (client) => {
  await fill(client, 100);
  const look = async () =>
    (
      await client.query(`SELECT current_user, current_setting('maintenance_work_mem') AS memory,
        current_setting('client_min_messages') AS messages, current_setting('min_parallel_table_scan_size') AS least,
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`)
    ).rows;
  const before = await look();
  await reconcile(client, input({ items_index: hnsw() }));
  expect(await look()).toEqual(before);
});

const changes: readonly [string, ReturnType<typeof hnsw> | ReturnType<typeof ivfflat>, RegExp][] = [
  ['another metric', hnsw({ metric: 'l2' }), /operator class is vector_cosine_ops, declared vector_l2_ops/],
  ['another m', hnsw({ m: 24 }), /m is 16, declared 24/],
  ['another method', ivfflat({ lists: 7 }), /method is hnsw, declared ivfflat/],
  ['a condition', hnsw({ where: 'kind = 3' }), /condition is none, declared \(kind = 3\)/],
  ['halves', hnsw({ storage: 'halfvec' }), /operator class is vector_cosine_ops, declared halfvec_cosine_ops/],
  ['bits', hnsw({ storage: 'bit', metric: 'hamming' }), /declared bit_hamming_ops/],
];
for (const [what, changed, reason] of changes) {
  vectorTest(`${what} builds the index anew beside the old one, and back again`, async (client) => {
    await fill(client, 300);
    const original = input({ items_index: hnsw() });
    await reconcile(client, original);
    const before = await indexesOf(client);
    const there = await reconcileOne(client, input({ items_index: changed }));
    expect(there).toMatchObject({ ok: true, report: { state: 'ready', actions: ['built', 'finished'] } });
    expect(there.report.sentences.join(' ')).toMatch(reason);
    expect(await indexesOf(client)).toHaveLength(1);
    expect(await indexesOf(client)).not.toEqual(before);
    expect((await reconcileOne(client, input({ items_index: changed }))).report.actions).toEqual([]);
    expect((await reconcileOne(client, original)).report.actions).toEqual(['built', 'finished']);
    expect(await indexesOf(client)).toEqual(before);
  });
}

vectorTest('a condition that is only written differently is no other condition', async (client) => {
  await fill(client, 100);
  await reconcile(client, input({ items_index: hnsw({ where: 'kind IN (1,2) AND id > 5' }) }));
  const again = await reconcileOne(
    client,
    input({ items_index: hnsw({ where: '((kind = ANY (ARRAY[1, 2]))  and (id>5))' }) }),
  );
  expect(again.report).toMatchObject({ state: 'ready', actions: [] });
});

vectorTest('an index that somebody changed by hand is built again', async (client) => {
  await fill(client, 300);
  const declared = input({ items_index: ivfflat({ lists: 5 }) });
  await reconcile(client, declared);
  await client.query('SET ROLE app_owner; ALTER INDEX app.items_index SET (lists = 9); RESET ROLE');
  const seen = await status(client, declared);
  expect(seen).toMatchObject({ ok: false, indexes: [{ state: 'different' }] });
  expect((await reconcileOne(client, declared)).report.sentences).toContain(
    'It was built again: lists is 9, declared 5.',
  );
});

vectorTest('an index as declared that a migration made is taken as it is', async (client) => {
  await fill(client, 300);
  await client.query('SET ROLE app_owner');
  await client.query('CREATE INDEX items_index ON app.items USING hnsw (embedding vector_cosine_ops)');
  await client.query('RESET ROLE');
  expect((await reconcileOne(client, input({ items_index: hnsw() }))).report).toMatchObject({
    state: 'ready',
    actions: [],
  });
});

vectorTest('an invalid index in the way is replaced, under its own name or a name beside it', async (client) => {
  for (const name of ['items_index', 'items_index__new', 'items_index__old']) {
    await fill(client, 100);
    const sql = `CREATE INDEX CONCURRENTLY ${name} ON app.items USING hnsw (embedding vector_cosine_ops)
      WHERE app.fails(id - 50)`;
    await leaveInvalid(client, sql);
    expect(await indexesOf(client)).toMatchObject([{ name, valid: false }]);
    const declared = input({ items_index: hnsw() });
    const before = (await status(client, declared)).indexes[0]?.state;
    expect(before).toBe(name.endsWith('__old') ? 'absent' : 'failed');
    const { report } = await reconcileOne(client, declared);
    expect(report).toMatchObject({ state: 'ready' });
    expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }]);
  }
});

vectorTest('an old index that a run could not drop any more is dropped by the next', async (client) => {
  await fill(client, 100);
  const declared = input({ items_index: hnsw() });
  await reconcile(client, declared);
  await client.query('SET ROLE app_owner');
  await client.query(
    'CREATE INDEX items_index__old ON app.items USING ivfflat (embedding vector_l2_ops) WITH (lists = 1)',
  );
  await client.query('RESET ROLE');
  expect((await reconcileOne(client, declared)).report).toMatchObject({ state: 'ready', actions: ['cleaned'] });
  expect((await indexesOf(client)).map(({ name }) => name)).toEqual(['items_index']);
});

vectorTest('a name of 63 bytes and with a quote in its middle is no trouble, or refused', async (client) => {
  await fill(client, 100);
  const long = 'x'.repeat(63);
  for (const m of [8, 12]) {
    expect((await reconcileOne(client, input({ [long]: hnsw({ m }) }))).report.state).toBe('ready');
    expect(await indexesOf(client)).toMatchObject([{ name: long, valid: true }]);
  }
  for (const bad of ['x"; DROP TABLE app.items', 'x'.repeat(64), '']) {
    expect((await reconcileOne(client, input({ [bad]: hnsw() }))).report.state).toBe('refused');
  }
  expect(await indexesOf(client)).toHaveLength(1);
});

vectorTest('a build that fails says why and leaves nothing', async (client) => {
  await fill(client, 100);
  // More than a half can hold.
  await client.query(`SET ROLE app_owner; UPDATE app.items SET embedding = embedding * array_fill(1e6::real, ARRAY[32])::vector
    WHERE id = 50; RESET ROLE`);
  const { report, ok } = await reconcileOne(client, input({ items_index: hnsw({ storage: 'halfvec' }) }));
  expect(ok).toBe(false);
  expect(report.sentences.join(' ')).toMatch(
    /The build of "items_index" failed: ".*" is out of range for type halfvec; what it left is removed/,
  );
  expect(await indexesOf(client)).toEqual([]);
});

vectorTest('a condition that fails on a row is refused with its reason', async (client) => {
  await fill(client, 100);
  const { report } = await reconcileOne(client, input({ items_index: hnsw({ where: '1 / (id - 50) >= 0' }) }));
  expect(report.sentences).toEqual([
    'The rows of app.items where 1 / (id - 50) >= 0 cannot be counted: division by zero.',
  ]);
});

vectorTest('other vector indexes on the column are named, and dropped only when that is asked for', async (client) => {
  await fill(client, 100);
  await client.query('SET ROLE app_owner');
  await client.query('CREATE INDEX mine ON app.items USING hnsw (embedding vector_l2_ops)');
  await client.query('RESET ROLE');
  const indexes = { items_index: hnsw(), items_l1: hnsw({ metric: 'l1' }) };
  expect(await reconcile(client, input(indexes))).toMatchObject({ extra: ['app.mine'], droppedExtra: [] });
  const dropped = await reconcile(client, input(indexes, { dropExtra: true }));
  expect(dropped).toMatchObject({ extra: [], droppedExtra: ['app.mine'] });
  expect((await indexesOf(client)).map(({ name }) => name)).toEqual(['items_index', 'items_l1']);
});

vectorTest('the roles that search get the settings of the index that needs most, once', async (client) => {
  await fill(client, 100);
  const declared = input({
    first: ivfflat({ lists: 10, probes: 3 }),
    second: ivfflat({ lists: 20, probes: 'auto', metric: 'l2' }),
    third: hnsw({ efSearch: 77, metric: 'ip' }),
  });
  const settings = (await reconcile(client, declared)).roleSettings;
  expect(settings).toEqual(['app_user: ivfflat.probes = 4', 'app_user: hnsw.ef_search = 77']);
  expect((await reconcile(client, declared)).roleSettings).toEqual([]);
  const { rows } = await client.query(
    `SELECT unnest(setconfig) AS setting FROM pg_db_role_setting WHERE setrole = 'app_user'::regrole AND setdatabase <> 0 ORDER BY 1`,
  );
  expect(rows).toEqual([{ setting: 'hnsw.ef_search=77' }, { setting: 'ivfflat.probes=4' }]);
});

vectorTest('an index built on an empty table is reported, and built again when the rows are there', async (client) => {
  await fill(client, 0);
  const declared = input({ items_index: ivfflat({ lists: 10 }) });
  const early = await reconcileOne(client, declared);
  expect(early.report.sentences.join(' ')).toMatch(/built on 0 rows for 10 lists, so it finds little/);
  expect((await reconcileOne(client, declared)).report.actions).toEqual([]);
  await client.query('SET ROLE app_owner');
  await addRows(client, 1, 400);
  await client.query('RESET ROLE');
  const late = await reconcileOne(client, declared);
  expect(late.report.actions).toEqual(['built', 'finished']);
  expect(late.report.sentences.join(' ')).toMatch(/built on 0 rows, too few for 10 lists, and now there are 400/);
  expect((await reconcileOne(client, declared)).report.actions).toEqual([]);
});

const refusals: readonly [string, (client: Client) => Promise<void>, ReturnType<typeof hnsw>, RegExp][] = [
  [
    'a table that is not there',
    async () => undefined,
    hnsw({ table: { schema: 'app', name: 'nowhere' } }),
    /There is no table app.nowhere .*migrations come first/,
  ],
  ['a column that is not there', (c) => fill(c, 1), hnsw({ column: 'vec' }), /app.items has no column "vec"/],
  [
    'a column of another type',
    (c) => fill(c, 1),
    hnsw({ column: 'kind' }),
    /app.items.kind is integer; "bad" takes a vector/,
  ],
  [
    'another dimension',
    (c) => fill(c, 1),
    hnsw({ dimensions: 64 }),
    /is vector\(32\), and "bad" declares 64 dimensions/,
  ],
  [
    'a wrong condition',
    (c) => fill(c, 1),
    hnsw({ where: 'colour = 1' }),
    /where: colour = 1\): column "colour" does not exist/,
  ],
  [
    'a column without a dimension that holds odd rows',
    async (client) => {
      await fill(client, 20, 'vector');
      await client.query('SET ROLE app_owner');
      await addRows(client, 101, 112, 24);
      await client.query('RESET ROLE');
    },
    hnsw(),
    /^vector_dims\(embedding\): 12 rows of 24 in a column declared 32, in app.items/,
  ],
  [
    'a name that a table has',
    async (client) => {
      await fill(client, 1);
      await client.query('SET ROLE app_owner; DROP TABLE IF EXISTS app.bad; CREATE TABLE app.bad (); RESET ROLE');
    },
    hnsw(),
    /The name "bad" is taken by something that is no vector index of this table/,
  ],
];
for (const [what, arrange, declaration, sentence] of refusals) {
  vectorTest(`${what} is refused in one sentence, and the other indexes are built`, async (client) => {
    await arrange(client);
    const good = hnsw({ where: 'kind = 1', column: 'embedding' });
    const result = await reconcile(client, input({ bad: declaration }));
    expect(result).toMatchObject({ ok: false, indexes: [{ state: 'refused', actions: [] }] });
    expect(result.indexes[0]?.sentences).toEqual([expect.stringMatching(sentence)]);
    if (declaration.table.name !== 'nowhere') {
      const both = await reconcile(client, input({ bad: declaration, good }));
      expect(both.indexes[1]).toMatchObject({ name: 'good', state: what.includes('odd') ? 'refused' : 'ready' });
    }
    await client.query('SET ROLE app_owner; DROP TABLE IF EXISTS app.bad; RESET ROLE');
  });
}

vectorTest(
  'a column without a dimension is indexed by a cast, and rows without a vector are counted',
  async (client) => {
    await fill(client, 200, 'vector');
    await client.query('SET ROLE app_owner; UPDATE app.items SET embedding = NULL WHERE id <= 7; RESET ROLE');
    const { report } = await reconcileOne(client, input({ items_index: hnsw() }));
    expect(report).toMatchObject({ state: 'ready', orderBy: '(("embedding")::vector(32)) <=> $1' });
    expect(report.sentences.join(' ')).toMatch(/on 193 rows\. 7 rows of app.items have no embedding/);
  },
);
