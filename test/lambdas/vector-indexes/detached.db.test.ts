import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { VectorIndexesInput } from '../../../lambdas/vector-indexes/contract';
import { reconcile } from '../../../lambdas/vector-indexes/reconcile';
import { follow } from '../../../lambdas/vector-indexes/status';
import { testNeeding, usePostgres } from '../../support/postgres';
import { connector, fill, hnsw, indexesOf, input, ivfflat, prepare, reconcileOne } from './helpers';

const postgres = usePostgres();
let prepared = false;

const detachedTest = (name: string, body: (client: Client) => Promise<void>) =>
  testNeeding(['vector', 'concurrentSessions', 'killBackend', 'restart'], postgres, name, () =>
    postgres.withClient(async (client) => {
      if (!prepared) await prepare(client);
      prepared = true;
      await body(client);
    }),
  );

// Some seconds of building: enough to look at it, to kill it, to restart the server under it.
const slow = (changes = {}) => hnsw({ m: 32, efConstruction: 400, buildInlineBelow: 0, ...changes });
const declared = input({ items_index: slow() });

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 45_000; Date.now() < end; ) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Waited in vain until ${what}.`);
}

const ended = (client: Client) =>
  until('the build has ended', async () => {
    const report = await follow(client, declared, 'items_index');
    return report.state === 'building' ? undefined : report;
  });

detachedTest(
  'a large index is started, followed by another session, and put into its place by the next run',
  async (client) => {
    await fill(client, 6_000);
    const started = await reconcileOne(client, declared, connector(postgres));
    expect(started).toMatchObject({ ok: true, pending: true, report: { state: 'building', actions: ['started'] } });
    const seen = await until('a part of it is done', () =>
      postgres.withClient(async (other) => {
        const { progress, sentences } = await follow(other, declared, 'items_index');
        return (progress?.percent ?? 0) >= 3 && progress?.remainingSeconds !== undefined ? sentences : undefined;
      }),
    );
    expect(seen.join(' ')).toMatch(
      /"items_index" is being built for .* \(building index: loading tuples, \d+ % done, about .* left\)\./,
    );
    // A second run, meanwhile, neither waits nor starts another.
    expect(await reconcileOne(client, declared, connector(postgres))).toMatchObject({
      pending: true,
      report: { state: 'building', actions: [] },
    });
    expect(await ended(client)).toMatchObject({ state: 'built' });
    const finished = await reconcileOne(client, declared, connector(postgres));
    expect(finished).toMatchObject({ ok: true, pending: false, report: { state: 'ready', actions: ['finished'] } });
    expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }]);
  },
);

detachedTest('the old index serves until a detached build of the new one has taken its place', async (client) => {
  await fill(client, 3_000);
  await reconcile(client, input({ items_index: ivfflat({ lists: 5 }) }));
  await reconcile(client, declared, { connect: connector(postgres) });
  expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }, { name: 'items_index__new' }]);
  await ended(client);
  await reconcile(client, declared, { connect: connector(postgres) });
  const [index, ...others] = await indexesOf(client);
  expect(others).toEqual([]);
  expect(index?.definition).toMatch(/USING hnsw/);
});

/** A process of its own that reconciles, printing what it did. */
async function runElsewhere(
  what: VectorIndexesInput,
  detached: boolean,
  work: (child: ChildProcess) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-vector-'));
  const { host, port, master, database, ca } = postgres.instance;
  const target = join(folder, 'target.json');
  writeFileSync(target, JSON.stringify({ target: { host, port, ...master, database, ca }, input: what, detached }), {
    mode: 0o600,
  });
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'elsewhere.ts'), target], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    await work(child);
  } finally {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true });
  }
}

const building = (client: Client) =>
  until('the server builds', async () => {
    const { progress } = await follow(client, declared, 'items_index');
    return progress?.phase === 'building index: loading tuples' ? progress : undefined;
  });

detachedTest('a detached build goes on when the process that started it is killed', async (client) => {
  await fill(client, 6_000);
  await runElsewhere(declared, true, async (child) => {
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await follow(client, declared, 'items_index')).toMatchObject({ state: 'building' });
  });
  expect(await ended(client)).toMatchObject({ state: 'built' });
  expect((await reconcileOne(client, declared)).report).toMatchObject({ state: 'ready', actions: ['finished'] });
});

detachedTest(
  'an inline build stops within seconds of its killed client, and the next run replaces what it left',
  async (client) => {
    await fill(client, 6_000);
    await runElsewhere(input({ items_index: slow({ buildInlineBelow: 1_000_000 }) }), false, async (child) => {
      await building(client);
      child.kill('SIGKILL');
      const killed = Date.now();
      expect(await ended(client)).toMatchObject({ state: 'failed' });
      expect(Date.now() - killed).toBeLessThan(3_000);
    });
    expect(await indexesOf(client)).toMatchObject([{ name: 'items_index__new', valid: false }]);
    const quick = input({ items_index: hnsw() });
    expect((await reconcileOne(client, quick)).report).toMatchObject({
      state: 'ready',
      actions: ['cleaned', 'built', 'finished'],
    });
    expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }]);
  },
);

detachedTest('two runs at once build once', async (client) => {
  await fill(client, 2_000);
  const quick = input({ items_index: hnsw() });
  const actions = await postgres.withClient(async (other) => {
    const both = await Promise.all([reconcileOne(client, quick), reconcileOne(other, quick)]);
    return both.map(({ report }) => report.actions.length).sort();
  });
  expect(actions).toEqual([0, 2]);
  expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }]);
});

detachedTest(
  'a build that waits longer for an old snapshot than lock_timeout allows leaves nothing in the way',
  async (client) => {
    await fill(client, 200);
    const quick = input({ items_index: hnsw() });
    await client.query("SET lock_timeout = '300ms'");
    await postgres.withClient(async (holder) => {
      await holder.query('BEGIN; SELECT FROM app.items LIMIT 1; DELETE FROM app.items WHERE id = 1');
      const { report } = await reconcileOne(client, quick);
      expect(report).toMatchObject({ state: 'refused' });
      expect(report.sentences.join(' ')).toMatch(
        /The build of "items_index" failed: canceling statement due to lock timeout/,
      );
      await holder.query('ROLLBACK');
    });
    await client.query('RESET lock_timeout');
    expect((await reconcileOne(client, quick)).report).toMatchObject({ state: 'ready' });
    expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }]);
  },
);

detachedTest('a detached build tells which session it waits for', async (client) => {
  await fill(client, 200);
  const { pid, sentences } = await postgres.withClient(async (holder) => {
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await holder.query('BEGIN; DELETE FROM app.items WHERE id = 1');
    await reconcile(client, declared, { connect: connector(postgres) });
    const report = await until('it waits', async () => {
      const seen = await follow(client, declared, 'items_index');
      return seen.progress?.waitsFor === undefined ? undefined : seen;
    });
    await holder.query('ROLLBACK');
    return { pid: rows[0]?.pid, sentences: report.sentences };
  });
  expect(sentences.join(' ')).toMatch(`waiting for session ${pid} to end its transaction`);
  await ended(client);
  expect((await reconcileOne(client, declared)).report.state).toBe('ready');
});

testNeeding(
  ['vector', 'concurrentSessions', 'restart'],
  postgres,
  'a server that restarts at once under a build leaves an invalid index, which the next run replaces',
  async () => {
    await postgres.withClient(async (client) => {
      if (!prepared) await prepare(client);
      prepared = true;
      await fill(client, 6_000);
      await reconcile(client, declared, { connect: connector(postgres) });
      await building(client);
      await postgres.instance.restart('immediate');
    });
    await postgres.withClient(async (client) => {
      expect(await follow(client, declared, 'items_index')).toMatchObject({ state: 'failed' });
      const { report } = await reconcileOne(client, input({ items_index: hnsw() }));
      expect(report).toMatchObject({ state: 'ready', actions: ['cleaned', 'built', 'finished'] });
      expect(await indexesOf(client)).toMatchObject([{ name: 'items_index', valid: true }]);
    });
  },
);
