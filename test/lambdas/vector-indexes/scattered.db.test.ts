import type { Client } from 'pg';
import { makeVectors, type Spread, scattered } from '../../../bench/vector-data';
import { reconcile } from '../../../lambdas/vector-indexes/reconcile';
import { follow, status } from '../../../lambdas/vector-indexes/status';
import { verify } from '../../../lambdas/vector-indexes/verify';
import { testNeeding, usePostgres } from '../../support/postgres';
import { connector, indexesOf, input, ivfflat, prepare, reconcileOne } from './helpers';

const postgres = usePostgres();
let prepared = false;

// Ten thousand rows, a search for forty of them by each number of probes: too slow on the embedded server.
const scatteredTest = (name: string, body: (client: Client) => Promise<void>) =>
  testNeeding(['vector', 'concurrentSessions'], postgres, name, () =>
    postgres.withClient(async (client) => {
      if (!prepared) await prepare(client);
      prepared = true;
      await body(client);
    }),
  );

// Passages so close together that nearly every neighbour lies in the list of its row.
const clustered: Spread = { what: 'close documents', document: 1, passage: 0.05 };
const dimensions = 16;
const rows = 10_000;
const index = (changes = {}) => ivfflat({ dimensions, ...changes });
const auto = input({ items_index: index() });

async function fillWith(client: Client, spread: Spread): Promise<void> {
  await client.query('SET ROLE app_owner; DROP TABLE IF EXISTS app.items');
  await makeVectors(client, 'app.items', rows, dimensions, spread);
  await client.query('RESET ROLE');
}

async function listsNow(client: Client): Promise<number> {
  const [index, ...others] = await indexesOf(client);
  expect(others).toEqual([]);
  return Number(/lists='(\d+)'/.exec(index?.definition ?? '')?.[1]);
}

const once = ['built', 'finished', 'tuned'];
const follows = 'Its data are scattered, so its lists follow the square root of the rows.';

scatteredTest('automatic lists of clustered data stay at a thousandth of the rows', async (client) => {
  await fillWith(client, clustered);
  expect((await reconcileOne(client, auto)).report.actions).toEqual(once);
  expect(await listsNow(client)).toBe(10);
  expect((await reconcileOne(client, auto)).report.actions).toEqual([]);
});

scatteredTest(
  'automatic lists of scattered data become the square root of the rows, once, and follow it when rows come',
  async (client) => {
    await fillWith(client, scattered);
    const first = await reconcileOne(client, auto);
    expect(first).toMatchObject({ ok: true, report: { state: 'ready', actions: [...once, ...once] } });
    expect(first.report.sentences.join(' ')).toMatch(
      /built again: \d of its 10 lists have to be searched, so the data are scattered, and 10,000 rows ask for 100\./,
    );
    expect(await listsNow(client)).toBe(100);

    const second = await reconcileOne(client, auto);
    expect(second).toMatchObject({ ok: true, roleSettings: [], report: { state: 'ready', actions: [] } });
    expect(second.report.sentences).toContain(follows);
    expect((await status(client, auto)).indexes[0]?.sentences).toContain(follows);
    const verdict = await verify(client, auto, 'items_index', { minimumRecall: 0.95 });
    expect(verdict).toMatchObject({ ok: true, sentences: expect.arrayContaining([follows]) });

    // 50,000 rows: their square root is more than twice as much as 100.
    await client.query(`SET ROLE app_owner; INSERT INTO app.items
      SELECT id + k * ${rows}, embedding FROM app.items, generate_series(1, 4) AS k; RESET ROLE`);
    const third = await reconcileOne(client, auto);
    expect(third.report.actions).toEqual(once);
    expect(third.report.sentences).toContain('It was built again: lists is 100, and 50,000 rows ask for 224.');
    expect(await listsNow(client)).toBe(224);
    expect((await reconcileOne(client, auto)).report).toMatchObject({ actions: [], state: 'ready' });
  },
);

scatteredTest(
  'declared lists are never touched, and what their probes say counts once lists are automatic',
  async (client) => {
    await fillWith(client, scattered);
    const fixed = input({ items_index: index({ lists: 10 }) });
    expect((await reconcileOne(client, fixed)).report.actions).toEqual(once);
    expect((await reconcileOne(client, fixed)).report.actions).toEqual([]);
    expect(await listsNow(client)).toBe(10);

    // As it also is when a run ends between measuring and building.
    const reason = /so the data are scattered, and 10,000 rows ask for 100\.$/;
    const seen = await status(client, auto);
    expect(seen).toMatchObject({ ok: false, indexes: [{ state: 'different' }] });
    expect(seen.indexes[0]?.sentences[0]).toMatch(reason);
    const verdict = await verify(client, auto, 'items_index');
    expect(verdict).toMatchObject({ ok: false, sentences: expect.arrayContaining([expect.stringMatching(reason)]) });
    expect((await reconcileOne(client, auto)).report.actions).toEqual(once);
    expect(await listsNow(client)).toBe(100);

    expect((await reconcileOne(client, fixed)).report.actions).toEqual(once);
    expect(await listsNow(client)).toBe(10);
  },
);

scatteredTest('a changed declaration starts over', async (client) => {
  await fillWith(client, scattered);
  await reconcile(client, auto);
  const euclidean = input({ items_index: index({ metric: 'l2' }) });
  expect((await reconcileOne(client, euclidean)).report.actions).toEqual([...once, ...once]);
  expect((await reconcileOne(client, euclidean)).report.actions).toEqual([]);
  // Another condition, with which there are too few rows to measure anything.
  const part = input({ items_index: index({ metric: 'l2', where: 'id <= 9000' }) });
  expect((await reconcileOne(client, part)).report.actions).toEqual(['built', 'finished']);
  expect(await listsNow(client)).toBe(9);
});

scatteredTest('where the memory does not allow the square root, the index is built again once', async (client) => {
  await fillWith(client, scattered);
  const tight = { ...auto, build: { memoryMb: 3 } };
  const first = await reconcileOne(client, tight);
  expect(first.report.actions).toEqual([...once, ...once]);
  const lists = await listsNow(client);
  expect(lists).toBeGreaterThan(10);
  expect(lists).toBeLessThan(50);
  const second = await reconcileOne(client, tight);
  expect(second.report).toMatchObject({ state: 'ready', actions: [] });
  expect(await listsNow(client)).toBe(lists);
  expect(second.report.sentences.join(' ')).toMatch(
    /10,000 rows ask for 100, for which a build may not use enough memory here/,
  );
});

scatteredTest('a detached build is followed by the second, also detached, while the first serves', async (client) => {
  await fillWith(client, scattered);
  const declared = input({ items_index: index({ buildInlineBelow: 0 }) });
  const run = () => reconcileOne(client, declared, connector(postgres));
  await client.query(`ALTER ROLE app_user IN DATABASE "${postgres.instance.database}" RESET ivfflat.probes`);
  await postgres.withClient(async (holder) => {
    await holder.query('BEGIN; DELETE FROM app.items WHERE id = 1');
    expect(await run()).toMatchObject({ pending: true, report: { state: 'building', actions: ['started'] } });
    expect(await run()).toMatchObject({ pending: true, report: { state: 'building', actions: [] } });
    await holder.query('ROLLBACK');
    await built(client);
    // An open transaction keeps the second build from being done before it is looked at.
    await holder.query('BEGIN; DELETE FROM app.items WHERE id = 1');
    const second = await run();
    expect(second).toMatchObject({ ok: true, pending: true });
    expect(second.report).toMatchObject({ state: 'building', actions: ['finished', 'tuned', 'started'] });
    expect(second.roleSettings).toEqual([expect.stringMatching(/^app_user: ivfflat\.probes = \d$/)]);
    expect(await run()).toMatchObject({ pending: true, roleSettings: [], report: { state: 'building', actions: [] } });
    expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }, { name: 'items_index__new' }]);
    await holder.query('ROLLBACK');
  });
  await built(client);
  expect(await run()).toMatchObject({ pending: false, report: { state: 'ready', actions: ['finished', 'tuned'] } });
  expect(await listsNow(client)).toBe(100);
  expect(await run()).toMatchObject({ pending: false, report: { state: 'ready', actions: [] } });

  async function built(other: Client): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      const { state } = await follow(other, declared, 'items_index');
      if (state === 'built') return;
      expect(state).toBe('building');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('Waited in vain until the build has ended.');
  }
});
