import { beat, writeManifest } from '../../../lambdas/heartbeat/beat';
import type { HeartbeatSettings, Manifest } from '../../../lambdas/heartbeat/contract';
import { heartbeatFunction } from '../../../lambdas/heartbeat/function';
import type { OpenDatabase } from '../../../lambdas/shared/database';
import { testNeeding, usePostgres } from '../../support/postgres';
import { database, deploy, heartbeatSettings, roles, soon } from '../drill-check/deployed';
import { minutes, seamsOf } from '../shared/resources';

const postgres = usePostgres();
let open: OpenDatabase | undefined;

const heartbeatTest = (name: string, body: (open: OpenDatabase, settings: HeartbeatSettings) => Promise<void>) =>
  testNeeding(['vector'], postgres, name, async () => {
    open ??= await deploy(postgres.instance);
    await body(open, heartbeatSettings(postgres.instance));
  });

const newestManifest = (from: OpenDatabase) =>
  from(database, async (session) => {
    const { rows } = await session.query<{ manifest: Manifest }>(
      'SELECT manifest FROM plinth.manifests ORDER BY at DESC LIMIT 1',
    );
    if (!rows[0]) throw new Error('There is no manifest.');
    return rows[0].manifest;
  });

const asOwner = (from: OpenDatabase, ...statements: readonly string[]) =>
  from(database, async (session) => {
    await session.query(`SET ROLE ${roles.owner.name}`);
    for (const statement of statements) await session.query(statement);
  });

heartbeatTest(
  'a heartbeat is a row by the clock of the server, and one may follow the other',
  async (from, settings) => {
    const first = await from(database, (session) => beat(session, settings));
    const second = await from(database, (session) => beat(session, settings));
    expect(Math.abs(Date.parse(second.At) - Date.now())).toBeLessThan(60_000);
    expect(Date.parse(second.At)).toBeGreaterThanOrEqual(Date.parse(first.At));
    expect(second).toMatchObject({ Heartbeats: first.Heartbeats + 1, Pruned: 0 });
  },
);

heartbeatTest('its tables belong to the owner, and the application cannot see them', async (from, settings) => {
  await from(database, (session) => beat(session, settings));
  const { rows } = await from(database, (session) =>
    session.query(
      `SELECT tablename, tableowner, has_schema_privilege('app_user', 'plinth', 'USAGE') AS seen
       FROM pg_tables WHERE schemaname = 'plinth' AND tablename IN ('heartbeats', 'manifests') ORDER BY 1`,
    ),
  );
  expect(rows).toEqual([
    { tablename: 'heartbeats', tableowner: 'shop_owner', seen: false },
    { tablename: 'manifests', tableowner: 'shop_owner', seen: false },
  ]);
});

heartbeatTest(
  'what is older than a week is forgotten, and of manifests what is older than theirs',
  async (from, settings) => {
    await from(database, (session) => beat(session, settings));
    await asOwner(
      from,
      `INSERT INTO plinth.heartbeats SELECT now() - interval '8 days' + i * interval '1 minute' FROM generate_series(1, 5) i`,
      `INSERT INTO plinth.manifests VALUES (now() - interval '91 days', '{}')`,
    );
    expect(await from(database, (session) => beat(session, settings))).toMatchObject({ Pruned: 5 });
    const summary = await from(database, (session) => writeManifest(session, settings, soon()));
    const { rows } = await from(database, (session) =>
      session.query(
        "SELECT count(*)::int AS kept, min(at) > now() - interval '90 days' AS young FROM plinth.manifests",
      ),
    );
    expect(rows).toEqual([{ kept: summary.Manifests, young: true }]);
  },
);

heartbeatTest(
  'a manifest holds rows, newest rows, indexes, keys, extensions, ledger and fingerprints',
  async (from, settings) => {
    const summary = await from(database, (session) => writeManifest(session, settings, soon()));
    expect(summary).toMatchObject({ Tables: 5, Rows: 1450, Incomplete: [] });
    const manifest = await newestManifest(from);
    expect(manifest.tables.map(({ name, rows, counted }) => [name, rows, counted])).toEqual([
      ['public.citations', 100, 'exact'],
      ['public.conversations', 100, 'exact'],
      ['public.documents', 50, 'exact'],
      ['public.embeddings', 1000, 'exact'],
      ['public.messages', 200, 'exact'],
    ]);
    for (const { newest } of manifest.tables) {
      expect(newest).toEqual({ column: 'created_at', by: 'default', at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) });
    }
    const byName = Object.fromEntries(manifest.indexes.map((each) => [each.name, each]));
    expect(byName['public.embeddings_ivfflat']).toEqual({
      name: 'public.embeddings_ivfflat',
      table: 'public.embeddings',
      definition: expect.stringContaining('USING ivfflat (embedding public.vector_cosine_ops)'),
      valid: true,
      method: 'ivfflat',
      partition: false,
    });
    expect(manifest.foreignKeys).toContainEqual({
      name: 'embeddings_document_id_fkey',
      table: { schema: 'public', name: 'embeddings' },
      columns: ['document_id'],
      references: { schema: 'public', name: 'documents' },
      referencedColumns: ['id'],
      validated: true,
    });
    expect(Object.keys(manifest.extensions).sort()).toEqual(['pg_trgm', 'plpgsql', 'vector']);
    expect(manifest.ledger).toEqual({
      head: '005_citations',
      count: 5,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(manifest.databaseBytes).toBeGreaterThan(5_000_000);
  },
);

heartbeatTest(
  'fingerprints stay while nothing changes, and follow the schema and the grants, each its own',
  async (from, settings) => {
    const fingerprints = async () => {
      await from(database, (session) => writeManifest(session, settings, soon()));
      const { schemaFingerprint, grantsFingerprint } = await newestManifest(from);
      return { schemaFingerprint, grantsFingerprint };
    };
    const before = await fingerprints();
    expect(await fingerprints()).toEqual(before);
    await asOwner(from, 'GRANT TRUNCATE ON public.documents TO app_user');
    const granted = await fingerprints();
    expect(granted.schemaFingerprint).toBe(before.schemaFingerprint);
    expect(granted.grantsFingerprint).not.toBe(before.grantsFingerprint);
    await asOwner(
      from,
      'REVOKE TRUNCATE ON public.documents FROM app_user',
      'ALTER TABLE public.documents ADD pages int',
    );
    const altered = await fingerprints();
    expect(altered.schemaFingerprint).not.toBe(before.schemaFingerprint);
    expect(altered.grantsFingerprint).toBe(before.grantsFingerprint);
    await asOwner(from, 'ALTER TABLE public.documents DROP pages');
  },
);

heartbeatTest(
  'a table that is large is estimated from a sample, and its newest row found by an index',
  async (from, settings) => {
    await asOwner(
      from,
      'CREATE TABLE public.events (id int, happened_at timestamptz)',
      `INSERT INTO public.events SELECT i, timestamptz '2026-01-01 00:00Z' + i * interval '1 second' FROM generate_series(1, 5000) i`,
      'CREATE INDEX ON public.events (happened_at)',
      'CREATE TABLE public.notes (id int, noted_at timestamptz DEFAULT now())',
      'INSERT INTO public.notes VALUES (1)',
    );
    const small = { ...settings, ExactRowsUpToMiB: 0, NewestRow: { 'public.events': 'happened_at' } };
    const { Incomplete } = await from(database, (session) => writeManifest(session, small, soon()));
    const { tables } = await newestManifest(from);
    expect(tables.find(({ name }) => name === 'public.events')).toMatchObject({
      rows: 5000,
      counted: 'estimate',
      newest: { column: 'happened_at', by: 'config', at: '2026-01-01T01:23:20.000Z' },
    });
    expect(Incomplete).toContain(
      'public.notes: its newest row is not looked for, since it is large and no index begins with noted_at.',
    );
    await asOwner(from, 'DROP TABLE public.events, public.notes');
  },
);

heartbeatTest('what has no time left is marked, and the rest of the manifest is there', async (from, settings) => {
  const { Incomplete } = await from(database, (session) => writeManifest(session, settings, Date.now() - 1));
  expect(Incomplete).toContain('public.documents: its rows were not counted (it did not fit into its time).');
  const { tables, indexes } = await newestManifest(from);
  expect(tables.find(({ name }) => name === 'public.documents')).toMatchObject({ rows: null, counted: 'not' });
  expect(indexes.length).toBeGreaterThan(10);
});

heartbeatTest('a partitioned table stands for its partitions, and an unlogged one says so', async (from, settings) => {
  await asOwner(
    from,
    'CREATE TABLE public.log (at timestamptz NOT NULL DEFAULT now(), id int) PARTITION BY RANGE (id)',
    'CREATE TABLE public.log_1 PARTITION OF public.log FOR VALUES FROM (0) TO (10)',
    'CREATE TABLE public.log_2 PARTITION OF public.log FOR VALUES FROM (10) TO (20)',
    'INSERT INTO public.log SELECT now(), i FROM generate_series(5, 14) i',
    'CREATE UNLOGGED TABLE public.cache (id int)',
  );
  await from(database, (session) => writeManifest(session, settings, soon()));
  const { tables } = await newestManifest(from);
  expect(
    tables.filter(({ name }) => /log|cache/.test(name)).map(({ name, rows, unlogged }) => [name, rows, unlogged]),
  ).toEqual([
    ['public.cache', 0, true],
    ['public.log', 10, false],
  ]);
  await asOwner(from, 'DROP TABLE public.log, public.cache');
});

describe('the function', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  });
  afterEach(() => jest.restoreAllMocks());

  heartbeatTest('logs in as the admin, and its log line is a metric of CloudWatch', async (_from, settings) => {
    const handler = heartbeatFunction(seamsOf(postgres), JSON.stringify(settings));
    const result = await handler({ manifest: true }, minutes(1));
    expect(result).toMatchObject({ At: expect.any(String), Manifest: { Tables: 5, Incomplete: [] } });
    const line = JSON.parse(lines.find((each) => each.includes('_aws')) ?? '{}');
    expect(line).toMatchObject({ Environment: 'shop-dev', Heartbeat: 1, level: 'INFO' });
    expect(line._aws.CloudWatchMetrics).toEqual([
      { Namespace: 'Plinth', Dimensions: [['Environment']], Metrics: [{ Name: 'Heartbeat' }] },
    ]);
    expect(lines.join('')).not.toContain(postgres.instance.master.password);
  });

  heartbeatTest('fails with one sentence, and then there is no metric', async (_from, settings) => {
    const handler = heartbeatFunction(seamsOf(postgres), JSON.stringify({ ...settings, Owner: 'nobody_owner' }));
    await expect(handler({ manifest: false }, minutes(1))).rejects.toThrow(
      /^The session cannot act as the owner "nobody_owner": .* See the log group /,
    );
    expect(lines.filter((each) => each.includes('_aws'))).toEqual([]);
  });

  test.each([
    [{}, '{}', 'The property manifest is missing; it takes true or false.'],
    [{ manifest: true }, undefined, 'The environment variable PLINTH_HEARTBEAT is not set.'],
    [{ manifest: true }, 'no', 'The environment variable PLINTH_HEARTBEAT is not JSON.'],
    [{ manifest: true }, '{}', 'The property PLINTH_HEARTBEAT.Prefix is missing; it takes a text.'],
  ])('refuses the event %j with the settings %s', async (event, settings, sentence) => {
    await expect(heartbeatFunction(seamsOf(postgres), settings)(event, minutes(1))).rejects.toThrow(sentence);
  });
});
