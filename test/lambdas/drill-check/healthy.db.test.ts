import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillCheckResult } from '../../../lambdas/drill-check/contract';
import { scramVerifier } from '../../../lambdas/shared/scram';
import { parseProject } from '../../../lib/config';
import settings from '../../../plinth.config';
import { checkOf, failuresOf, inputFor, useCopies } from './copy';
import { appPassword, published, sqlFolder } from './deployed';

const { onCopy } = useCopies();

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => jest.restoreAllMocks());

const projectChecks = () => {
  const folder = join(sqlFolder, 'checks');
  return readdirSync(folder).map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
};

onCopy('a healthy copy passes every check of the default project, with something to show for each', async (copy) => {
  const { checks } = parseProject(settings, { folder: '/project' }).environments['dev'] ?? {};
  const answer = await copy.check({ input: { Checks: checks }, project: { checks: projectChecks() } });
  expect(failuresOf(answer)).toEqual([]);
  expect(answer).toMatchObject({ Passed: true, NotShown: 0 });
  expect(answer.Checks.map(({ Name }) => Name)).toEqual([
    ...[
      'queryable',
      'login',
      'heartbeat',
      'manifest',
      'migrations',
      'schema',
      'extensions',
      'row-counts',
      'newest-rows',
      'row-floors',
    ],
    ...['indexes', 'foreign-keys', 'orphans', 'dimensions:embeddings_ivfflat', 'no-nulls', 'privileges'],
    ...['sql:citations-belong-to-answers', 'sql:current-documents-have-passages'],
    ...['vector-index:embeddings_ivfflat', 'latency:nearest-passages', 'latency:own-conversations', 'amcheck'],
    ...['rpo', 'rto'],
  ]);
  for (const { Title, Expected, Found } of answer.Checks) {
    for (const text of [Title, Expected, Found]) expect(text).toMatch(/^\S.{3,}/);
  }
  expect(answer.Measured).toMatchObject({
    LossMeasuredFrom: 'request',
    Rows: 1450,
    Latencies: {
      'nearest-passages': { ColdMs: expect.any(Number), WarmP95Ms: expect.any(Number), Runs: 20, LimitMs: 250 },
      embeddings_ivfflat: { ColdMs: expect.any(Number), WarmP50Ms: expect.any(Number), Runs: 50, LimitMs: null },
    },
  });
  const { QueryableAt, VerifiedAt, WarmAt } = answer.Measured;
  expect([QueryableAt, VerifiedAt, WarmAt]).toEqual([QueryableAt, VerifiedAt, WarmAt].sort());
  if (process.env['PLINTH_SHOW']) process.stderr.write(`${JSON.stringify(answer, null, 1)}\n`);
});

onCopy('the answer holds no row, no vector and no secret, and neither does the log', async (copy) => {
  await copy.run("UPDATE public.messages SET content = 'a very private sentence' WHERE id = 1");
  const leaking = {
    path: 'leaking.sql',
    text: '-- title: No number\n-- help: Look.\nSELECT content::int FROM public.messages WHERE id = 1;',
  };
  const answer = await copy.check({ project: { checks: [leaking] } });
  expect(failuresOf(answer)).toEqual(['sql:leaking']);
  expect(checkOf(answer, 'sql:leaking').Found).toBe(
    'The check ended with: PostgreSQL stopped it with the SQLSTATE 22P02',
  );
  for (const text of [JSON.stringify(answer), lines.join('')]) {
    expect(text).not.toContain('a very private sentence');
    expect(text).not.toMatch(/\[-?\d\.\d+,/);
    expect(text).not.toContain(appPassword);
    expect(text).not.toContain(copy.instance.master.password);
  }
  expect(JSON.stringify(answer).length).toBeLessThan(60_000);
});

onCopy('running the checks again finds the same, and leaves nothing behind', async (copy) => {
  const before = await copy.check();
  const again = await copy.check();
  expect(again.Checks.map(({ Name, Passed }) => [Name, Passed])).toEqual(
    before.Checks.map(({ Name, Passed }) => [Name, Passed]),
  );
  expect(checkOf(again, 'privileges').Warning).toBeUndefined();
  const { rows } = await copy.asMaster((session) =>
    session.query("SELECT extname FROM pg_extension WHERE extname = 'amcheck'"),
  );
  expect(rows).toEqual([]);
});

const hour = 3_600_000;

onCopy('a password that was rotated after the copy was made is set on the copy, and proven', async (copy) => {
  const parameter = { value: published(copy.instance, 'TheYoungerPassword'), modifiedAt: new Date(Date.now() + hour) };
  const times = { RequestedAt: new Date(Date.now() + 2 * hour).toISOString() };
  const Restored = { ...times, AvailableAt: times.RequestedAt };
  const answer = await copy.check({ parameter, input: { Restored, Objectives: undefined } });
  expect(failuresOf(answer)).toEqual([]);
  expect(checkOf(answer, 'login')).toMatchObject({
    Found: expect.stringMatching(/^Logged in as app_user over TLS/),
    Warning: expect.stringMatching(
      /^The password was changed at .*Z, after the copy was made; the published one was set on/,
    ),
  });
  const second = await copy.check({ parameter, input: { Restored, Objectives: undefined } });
  expect(checkOf(second, 'login').Warning).toBeUndefined();
});

onCopy('a password that is older than the copy and refused is a failure', async (copy) => {
  await copy.asMaster((session) => session.query(`ALTER ROLE app_user PASSWORD '${scramVerifier('AnotherOne')}'`));
  const answer = await copy.check();
  expect(failuresOf(answer)).toEqual(['login']);
  expect(checkOf(answer, 'login').Found).toMatch(
    /^The copy, of .*Z, refuses the published password of app_user \(28P01\), which was written at 2026-01-01T00:00:00.000Z.$/,
  );
});

onCopy('a login that the copy does not admit, and a parameter that is none, are failures', async (copy) => {
  const none = await copy.check({ input: { AppParameter: '/shop/dev/NONE' } });
  expect(checkOf(none, 'login').Found).toBe('There is no parameter /shop/dev/NONE.');
  const other = await copy.check({ parameter: { value: 'mysql://x', modifiedAt: undefined } });
  expect(checkOf(other, 'login').Found).toBe('The parameter /shop/dev/DATABASE_URL holds no connection string.');
  await copy.asMaster((session) => session.query('ALTER ROLE app_user NOLOGIN'));
  const shut = await copy.check();
  expect(failuresOf(shut)).toEqual(['login', 'privileges']);
});

const sql = (body: string) => `-- title: A title\n-- help: A help\n${body}`;
const checksOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => ({ path, text }));

onCopy('checks of the project pass by no row or by true, and anything else fails', async (copy) => {
  const answer = await copy.check({
    project: {
      checks: checksOf({
        'a-none.sql': sql('SELECT 1 FROM public.documents WHERE false;'),
        'b-true.sql': sql('SELECT true'),
        'c-rows.sql': sql('SELECT id, id FROM public.documents WHERE id <= 3 -- the first'),
        'd-false.sql': sql('SELECT count(*) = 0 FROM public.documents'),
        'e-null.sql': sql('SELECT NULL::boolean'),
        'f-many.sql': sql('SELECT true FROM generate_series(1, 2)'),
        'g-writes.sql': sql('WITH gone AS (DELETE FROM public.documents RETURNING id) SELECT id FROM gone'),
        'h-broken.sql': sql('SELECT * FROM public.nowhere'),
        'i-drops.sql': sql('DROP TABLE public.documents'),
        'j-thousands.sql': sql('SELECT i FROM generate_series(1, 5000) AS i'),
      }),
    },
  });
  const found = (name: string) => [checkOf(answer, `sql:${name}`).Passed, checkOf(answer, `sql:${name}`).Found];
  expect(found('a-none')).toEqual([true, 'No row.']);
  expect(found('b-true')).toEqual([true, 'true.']);
  expect(found('c-rows')).toEqual([false, '3 rows.']);
  expect(found('d-false')).toEqual([false, 'false.']);
  expect(found('e-null')).toEqual([false, 'null, which is not true.']);
  expect(found('f-many')).toEqual([false, '2 rows of a boolean; it must be one.']);
  expect(found('g-writes')[1]).toMatch(/^The check ended with: .*(WITH|read-only)/);
  expect(found('h-broken')[1]).toBe('The check ended with: relation "public.nowhere" does not exist (42P01)');
  expect(found('i-drops.sql')[1]).toBe(
    'The check ended with: sql/checks/i-drops.sql begins with DROP; a check is one SELECT.',
  );
  expect(found('j-thousands')).toEqual([false, 'More than 1000 rows.']);
  expect(checkOf(answer, 'sql:c-rows')).toMatchObject({ Title: 'A title', Help: 'A help' });
  expect(checkOf(answer, 'row-counts').Passed).toBe(true);
});

onCopy('a critical query is judged warm, as the application, and one that cannot run fails', async (copy) => {
  const { Checks } = inputFor(copy.instance);
  const criticalQueries = {
    slow: { sql: 'SELECT count(*) FROM generate_series(1, 300000)', p95Ms: 1 },
    who: {
      sql: "SELECT 1 / (current_user = 'app_user')::int, 1 / (current_setting('ivfflat.probes') = '4')::int",
      p95Ms: 5_000,
    },
    forbidden: { sql: 'SELECT * FROM plinth.heartbeats', p95Ms: 100 },
    writes: { sql: 'WITH x AS (DELETE FROM public.citations RETURNING 1) SELECT 1 FROM x', p95Ms: 100 },
  };
  const answer = await copy.check({ input: { Checks: { ...Checks, criticalQueries } } });
  expect(failuresOf(answer)).toEqual(['latency:slow', 'latency:forbidden', 'latency:writes']);
  expect(checkOf(answer, 'latency:slow').Found).toMatch(
    /^p95 \S+ ms, p50 \S+ ms over \d+ runs in round 3; cold \S+ ms.$/,
  );
  expect(checkOf(answer, 'latency:slow').Evidence).toMatchObject({ ColdPlan: { Plan: {} }, WarmPlan: { Plan: {} } });
  expect(checkOf(answer, 'latency:forbidden').Found).toBe(
    'The check ended with: permission denied for schema plinth (42501)',
  );
  expect(answer.Measured.WarmAt).toBeNull();
  expect(answer.Measured.VerifiedAt).not.toBeNull();
});

onCopy('a server that does not answer is a failed check, and no error', async (copy) => {
  const Instance = { ...inputFor(copy.instance).Instance, Port: 1 };
  const answer = await copy.check({ input: { Instance } });
  expect(failuresOf(answer)).toEqual(['queryable', 'login', 'rpo', 'rto']);
  expect(checkOf(answer, 'queryable').Found).toMatch(/^The check ended with: Nothing listens at localhost:1;/);
  expect(answer.Measured).toMatchObject({ QueryableAt: null, VerifiedAt: null, DataLossSeconds: null });
});

onCopy('an input that makes no sense is refused with one sentence', async (copy) => {
  const { Expected, Restored } = inputFor(copy.instance);
  await expect(copy.check({ input: { Expected: { ...Expected, MigrationHead: '006_more' } } })).rejects.toThrow(
    'The bundle ends with the migration 005_citations, and the input says 006_more; they come from two versions of the project. See the log group',
  );
  await expect(copy.check({ input: { Restored: { ...Restored, To: 'yesterday' } } })).rejects.toThrow(
    'The property Restored.To is "yesterday"; it takes a time as ISO 8601 has it. See the log group',
  );
});

onCopy(
  'several sessions find what one finds',
  async (copy) => {
    await copy.run('TRUNCATE public.citations');
    const told = ({ Checks }: DrillCheckResult) => Checks.map(({ Name, Passed }) => [Name, Passed]);
    expect(told(await copy.check({ sessions: 3 }))).toEqual(told(await copy.check({ sessions: 1 })));
  },
  ['concurrentSessions'],
);

onCopy('a second login that is younger than the copy is stood in for by the first', async (copy) => {
  const value = published(copy.instance, 'TheYoungerPassword').replace('app_user', 'app_user_2');
  const later = new Date(Date.now() + 2 * hour).toISOString();
  const Restored = { RequestedAt: later, AvailableAt: later };
  const parameter = { value, modifiedAt: new Date(Date.now() + hour) };
  const answer = await copy.check({ parameter, input: { Restored, Objectives: undefined } });
  expect(failuresOf(answer)).toEqual([]);
  expect(checkOf(answer, 'login')).toMatchObject({
    Found: expect.stringMatching(/^Logged in as app_user over/),
    Warning: expect.stringMatching(/ app_user_2 itself is younger than the copy: publish app_user after a recovery.$/),
  });
});

onCopy('tables that are too large to be read are sampled, and the findings say so', async (copy) => {
  const { Checks } = inputFor(copy.instance);
  const answer = await copy.check({ input: { Checks: { ...Checks, exactRowsUpToMiB: 0 } } });
  expect(failuresOf(answer)).toEqual([]);
  const { Tables } = checkOf(answer, 'row-counts').Evidence as { Tables: readonly { Counted: string; Rows: number }[] };
  expect(Tables.map(({ Counted }) => Counted)).toEqual(Array(5).fill('estimate'));
  expect(Tables.map(({ Rows }) => Rows)).toEqual([100, 100, 50, 1000, 200]);
});
