import type { Client } from 'pg';
import { reconcile } from '../../../lambdas/vector-indexes/reconcile';
import { verify } from '../../../lambdas/vector-indexes/verify';
import { testNeeding, usePostgres } from '../../support/postgres';
import { fill, hnsw, input, ivfflat, prepare, reconcileOne } from './helpers';

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

vectorTest('a good index is measured: use, recall, both latencies, size, scans', async (client) => {
  await fill(client, 1_000);
  const declared = input({ items_index: hnsw({ efSearch: 100 }) });
  await reconcile(client, declared);
  const verdict = await verify(client, declared, 'items_index', { samples: 20 });
  expect(verdict).toMatchObject({ ok: true, samples: 20 });
  expect(['chosen', 'possible']).toContain(verdict.planner);
  expect(verdict.recall).toBeGreaterThan(0.97);
  for (const latency of [verdict.index, verdict.exact]) {
    expect(latency?.p50Ms).toBeGreaterThan(0);
    expect(latency?.p95Ms).toBeGreaterThanOrEqual(latency?.p50Ms ?? Number.POSITIVE_INFINITY);
  }
  expect(verdict.bytes).toBeGreaterThan(100_000);
});

for (const index of [
  hnsw({ storage: 'halfvec' }),
  hnsw({ storage: 'bit', metric: 'hamming' }),
  hnsw({ metric: 'l1' }),
  hnsw({ metric: 'ip', where: 'kind < 5' }),
  ivfflat({ lists: 4, probes: 4 }),
]) {
  const { method, storage, metric } = index;
  vectorTest(`${method} on ${storage} by ${metric} serves searches and finds what is there`, async (client) => {
    await fill(client, 400);
    const declared = input({ items_index: index });
    await reconcile(client, declared);
    const verdict = await verify(client, declared, 'items_index', { samples: 10 });
    expect(verdict).toMatchObject({ ok: true, planner: expect.stringMatching('chosen|possible') });
    expect(verdict.recall).toBeGreaterThan(0.95);
  });
}

vectorTest('a small table is rightly scanned, and that is no fault of the index', async (client) => {
  await fill(client, 3);
  const declared = input({ items_index: hnsw() });
  await reconcile(client, declared);
  const verdict = await verify(client, declared, 'items_index');
  expect(verdict).toMatchObject({ ok: true, planner: 'possible', recall: 1 });
  expect(verdict.sentences[0]).toBe(
    'The planner can take "items_index", and thinks that reading the whole table is cheaper now.',
  );
});

vectorTest('an index that finds too little fails, with the figure and the setting', async (client) => {
  await fill(client, 1_000);
  // Its centres were drawn when there was nothing to draw from.
  const declared = input({ items_index: ivfflat({ lists: 100, probes: 1 }) });
  await reconcile(client, declared);
  const verdict = await verify(client, declared, 'items_index', { samples: 20, minimumRecall: 0.999 });
  expect(verdict.ok).toBe(false);
  expect(verdict.recall).toBeLessThan(0.999);
  expect(verdict.sentences.join(' ')).toMatch(
    /Recall@10 is 0\.\d+, less than the 0.999 asked for, over 20 searches with ivfflat.probes = 1;/,
  );
});

vectorTest('an index that is absent, invalid, or not as declared fails', async (client) => {
  await fill(client, 100);
  const declared = input({ items_index: hnsw() });
  expect(await verify(client, declared, 'items_index')).toMatchObject({
    ok: false,
    sentences: ['There is no index "items_index" on app.items.'],
  });
  await reconcile(client, declared);
  const other = input({ items_index: hnsw({ m: 20 }) });
  const verdict = await verify(client, other, 'items_index', { samples: 5 });
  expect(verdict.ok).toBe(false);
  expect(verdict.sentences).toContain('"items_index" is not as declared: m is 16, declared 20.');
});

vectorTest('an empty table has nothing to measure', async (client) => {
  await fill(client, 0);
  const declared = input({ items_index: hnsw() });
  await reconcile(client, declared);
  const verdict = await verify(client, declared, 'items_index');
  expect(verdict).toMatchObject({ ok: true, bytes: expect.any(Number) });
  expect(verdict.recall).toBeUndefined();
});

testNeeding(
  ['vector', 'concurrentSessions'],
  postgres,
  'automatic probes are the least that find enough, measured once and kept with the index',
  async () => {
    await postgres.withClient(async (client) => {
      if (!prepared) await prepare(client);
      prepared = true;
      await fill(client, 12_000);
      const declared = input({ items_index: ivfflat({ lists: 120 }) });
      const first = await reconcileOne(client, declared);
      expect(first.report.actions).toEqual(['built', 'finished', 'tuned']);
      const probes = Number(/(\d+)$/.exec(first.roleSettings[0] ?? '')?.[1]);
      expect(probes).toBeGreaterThanOrEqual(1);
      expect(probes).toBeLessThanOrEqual(60);
      expect((await reconcileOne(client, declared)).report.actions).toEqual([]);
      const verdict = await verify(client, declared, 'items_index', { minimumRecall: 0.98 });
      expect(verdict).toMatchObject({ ok: true, planner: 'chosen' });
    });
  },
);
