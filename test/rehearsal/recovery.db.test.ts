// A recovery, whole: what is deployed, run by the command line, until the application reads its old rows by its own
// connection string. On native to a point in time, on embedded from a snapshot.
import { createHash } from 'node:crypto';
import type { DatabaseInstance } from '../../rehearsal/services/databases';
import { kind, testNeeding } from '../support/postgres';
import { expectInOrder, objectIn, settingsOfInstances, useDeployed } from './support/deployed';

const settings = {
  name: 'shop',
  environments: {
    prod: {
      account: '123456789012',
      region: 'eu-west-1',
      personalData: 'never',
      backups: { retentionDays: 7 },
      instance: { multiAz: true, maxStorageGiB: 200, maintenanceWindow: 'sat:03:00-sat:04:00' },
      recovery: { approvals: ['on-call'], keepDays: 30 },
      tags: { team: 'shop' },
    },
  },
};
const deployed = useDeployed(kind, 'prod', settings, {
  '001_orders.sql': 'CREATE TABLE public.orders (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());\n',
});
jest.setTimeout(240_000);

// Runs that prove the same on both are made where a session costs milliseconds.
const onServer = kind === 'native' ? test : () => {};

const original = 'shop-prod';
const count = async () =>
  Number((await deployed.query<{ n: string }>('SELECT count(*) AS n FROM public.orders'))[0]?.n);
const names = () => [...deployed.cloud.databases.instances.keys()].sort();
const named = (id: string): DatabaseInstance => deployed.cloud.databases.instance(id);
const stampOf = (): string => /\d{8}-\d{6}/.exec(names().find((name) => name !== original) ?? '')?.[0] ?? '';

/** Who is asked answers by the command line, as a person of their own. */
function answering(...words: string[]): { readonly answers: string[] } {
  const answers: string[] = [];
  deployed.cloud.answerer = async () => {
    // A rotation while somebody thinks: passwords are set once more after the answer.
    const [secret] = deployed.cloud.secrets.rotated();
    await deployed.cloud.secrets.rotate(secret?.arn ?? '');
    const { credentials } = deployed.cloud.people.named('anna');
    const { code, out, err } = await deployed.plinth(['recover', 'approve', '--yes', ...words], credentials);
    answers.push(`${code} ${out}${err}`);
  };
  return { answers };
}

/** Rows, and the books that a copy is judged by. */
let before: Date;
let resource: string;
beforeAll(async () => {
  await deployed.query('INSERT INTO public.orders (id) SELECT generate_series(1, 200)');
  const { cloud, clock } = deployed;
  const manifest = cloud.schedules.all().find(({ where }) => /Heartbeat.*Manifest/.test(where));
  for (const { failure } of await cloud.schedules.fire(manifest?.name ?? '')) expect(failure).toBeUndefined();
  resource = named(original).resourceId;
  const [snapshot] = cloud.databases.backUp();
  while (snapshot?.status === 'creating') await clock.sleep(30_000);
  const [row] = await deployed.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  before = new Date(Number(row?.now) + 1);
  // The passwords of today are not those of the backup.
  const [secret] = cloud.secrets.rotated();
  await cloud.secrets.rotate(secret?.arn ?? '');
});

const to = () =>
  kind === 'native'
    ? ['--to', before.toISOString()]
    : ['--from-snapshot', [...deployed.cloud.databases.snapshots.keys()][0] ?? ''];

test('what would be done is told in plain words, and nothing is done', async () => {
  await deployed.clock.sleep(10 * 60_000);
  const { code, out, err } = await deployed.plinth(['recover', ...to(), '--dry-run']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('1. RDS restores the ');
  expect(out).toContain('It waits for on-call to approve, for 72 hours at most.');
  expect(out).toContain('Nothing is deleted.');
  expect(names()).toEqual([original]);
});

test.each<[string, () => string[], string | RegExp]>([
  [
    'a time in the future',
    () => ['recover', '--to', new Date(Date.now() + 7 * 86_400_000).toISOString(), '--yes'],
    kind === 'native' ? / is in the future; it is .*, and shop-prod has .* to / : / is in the future; /,
  ],
  [
    'a time before all backups',
    () => ['recover', '--to', '2020-01-01T00:00:00Z', '--yes'],
    /cannot be restored: shop-prod has .* to /,
  ],
  [
    'a snapshot that there is not',
    () => ['recover', '--from-snapshot', 'shop-prod-none', '--yes'],
    'There is no snapshot "shop-prod-none" in this region.\n',
  ],
  [
    'nothing to swap back',
    () => ['recover', 'swap-back', '--yes'],
    'There is no recovery of shop-prod to go on with; start one by "plinth recover --env prod --to TIME".\n',
  ],
  [
    'nobody to ask',
    () => ['recover', ...to()],
    'Nobody can be asked here, for the input is no terminal; --yes says that it is meant.\n',
  ],
  ['nothing that waits', () => ['recover', 'approve', '--yes'], 'Nothing waits for on-call.\n'],
  ['no recovery to look at', () => ['recover', 'follow'], 'There has been no recovery of shop-prod.\n'],
])('refused in one sentence: %s', async (_, args, sentence) => {
  const { code, err } = await deployed.plinth(args());
  expect(code).toBe(1);
  expect(err).toMatch(sentence);
  expect(names()).toEqual([original]);
});

test('damaged rows come back under the application’s own host name and connection string', async () => {
  const { cloud } = deployed;
  const parameters = () => cloud.parameters.names().map((name) => [name, cloud.parameters.plain(name)]);
  const published = parameters();
  await deployed.query('DELETE FROM public.orders');
  await deployed.clock.sleep(10 * 60_000);
  const { answers } = answering('--comment', 'looked at the orders');
  const { code, out, err } = await deployed.plinth(['recover', ...to(), '--yes']);
  expect([code, err]).toEqual([0, '']);
  expect(await count()).toBe(200);
  expect(parameters()).toEqual(published);

  const stamp = stampOf();
  expect(names()).toEqual([original, `${original}-damaged-${stamp}`]);
  expect(named(`${original}-damaged-${stamp}`).resourceId).toBe(resource);
  expect(answers).toEqual([
    expect.stringMatching(/^0 Give the name shop-prod to what was restored.*\nApproved as on-call: Give the name/s),
  ]);
  expect(answers[0]).toMatch(/All \d+ checks passed\./);
  // What was signed is the digest of what was kept.
  const [, signed] = /findings sha256:([0-9a-f]{64})/.exec(answers[0] ?? '') ?? [];
  const [, bucket = '', key = ''] = /s3:\/\/([^/]+)\/(recoveries\/\S+)/.exec(answers[0] ?? '') ?? [];
  const text = await objectIn(cloud, bucket, key);
  expect(createHash('sha256').update(text).digest('hex')).toBe(signed);
  expect(JSON.parse(text).Check.Checks.length).toBeGreaterThan(5);
  for (const words of [
    'waits until the instance is available',
    'checks what is in it',
    'waits for approval',
    'Done. app_user logs in at ',
  ]) {
    expect(out).toContain(words);
  }
  expectInOrder(deployed.cloud);
});

testNeeding(['pointInTime'], deployed, 'the copy is as of the very time that was asked for', async () => {
  expect(named(original).tags).toMatchObject({
    'plinth:recovery-to': before.toISOString(),
    'plinth:recovery-from': 'time',
  });
});

test('the restored instance has the settings of the environment, and the tags of what it is', () => {
  const { settings: own, tags, status } = named(original);
  const { settings: declared } = named(`${original}-damaged-${stampOf()}`);
  const of = (all: Readonly<Record<string, unknown>>) => settingsOfInstances.map((name) => [name, String(all[name])]);
  expect(of(own)).toEqual(of(declared));
  expect(own['CloudwatchLogsExportConfiguration']).toEqual({ EnableLogTypes: declared['EnableCloudwatchLogsExports'] });
  expect(named(original).securityGroups).toEqual(named(`${original}-damaged-${stampOf()}`).securityGroups);
  expect(status).toBe('available');
  expect(tags).toMatchObject({
    'plinth:project': 'shop',
    'plinth:environment': 'prod',
    team: 'shop',
    'plinth:recovery': stampOf(),
    'plinth:recovery-from': kind === 'native' ? 'time' : expect.stringContaining('rds:shop-prod-'),
  });
  expect(named(`${original}-damaged-${stampOf()}`).tags['plinth:keep-until']).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test('what runs by itself goes on with the restored instance: heartbeat, rotation, sweeper, watch', async () => {
  const { cloud } = deployed;
  const clocks = cloud.schedules
    .all()
    .filter(({ where, expression }) => expression !== undefined && !/Drills.*Schedule$|SnapshotSchedule/.test(where));
  expect(clocks.length).toBeGreaterThan(3);
  for (const { name } of clocks)
    for (const { failure } of await cloud.schedules.fire(name)) expect(failure).toBeUndefined();
  const [secret] = cloud.secrets.rotated();
  await cloud.secrets.rotate(secret?.arn ?? '');
  expect(names()).toHaveLength(2);
  expectInOrder(deployed.cloud);
});

test('it is told what is there, and how to go on', async () => {
  const { code, out } = await deployed.plinth(['recover', 'status']);
  expect(code).toBe(0);
  expect(out).toContain(`shop-prod: available; restored by ${stampOf()} as of `);
  expect(out).toContain(`shop-prod-damaged-${stampOf()}: available; worth keeping until `);
  expect(out).toContain('To swap back:  npx plinth recover swap-back --env prod');
  const { out: text } = await deployed.plinth(['recover', 'status', '--json']);
  expect(JSON.parse(text)).toMatchObject({ instance: original, live: { recovery: stampOf() }, underWay: [] });
});

test('it is swapped back, with the passwords of today, and nobody is asked', async () => {
  deployed.cloud.answerer = undefined;
  const { code, out, err } = await deployed.plinth(['recover', 'swap-back', '--yes']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('without asking for approvals');
  expect(await count()).toBe(0);
  expect(named(original).resourceId).toBe(resource);
  expect(names()).toEqual([original, `${original}-restored-${stampOf()}`]);
  expectInOrder(deployed.cloud);
});

onServer('stopped between the two renames, nobody has the name; resumed, it is finished', async () => {
  const { cloud } = deployed;
  answering();
  const stamp = stampOf();
  // The first of the two is done, and the second one not begun.
  const watching = (async () => {
    for (;;) {
      const running = [...cloud.executions.executions.values()].find(({ status }) => status === 'RUNNING');
      const free = !cloud.databases.instances.has(original);
      if (running && free) return running.stop.abort();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const stopped = await deployed.plinth(['recover', 'resume', '--yes', '--json']);
  await watching;
  expect(stopped.code).toBe(1);
  expect(JSON.parse(stopped.out)).toMatchObject({ status: 'ABORTED' });
  expect(names()).toEqual([`${original}-damaged-${stamp}`, `${original}-restored-${stamp}`]);

  const other = await deployed.plinth(['recover', '--from-snapshot', 'rds:shop-prod-1', '--yes']);
  expect(other.err).toContain(`The recovery ${stamp} stands between its two renames`);
  const { out } = await deployed.plinth(['recover', 'status']);
  expect(out).toContain('shop-prod: no instance has this name.');
  expect(out).toContain('Finish it:  npx plinth recover resume --env prod');

  // It was approved before: nobody is asked a second time.
  cloud.answerer = undefined;
  const { code, err } = await deployed.plinth(['recover', 'resume', '--yes']);
  expect([code, err]).toEqual([0, '']);
  expect(await count()).toBe(200);
  expectInOrder(deployed.cloud);
});

onServer('what nobody approves changes nothing for the application', async () => {
  const there = names();
  const { answers } = answering('--reject', '--comment', 'not this one');
  const [snapshot] = deployed.cloud.databases.backUp();
  while (snapshot?.status === 'creating') await deployed.clock.sleep(30_000);
  const { code, out } = await deployed.plinth(['recover', '--from-snapshot', snapshot?.id ?? '', '--yes', '--json']);
  expect(code).toBe(1);
  expect(answers).toEqual([expect.stringMatching(/^0 Give the name .*\nRefused as on-call: /s)]);
  expect(JSON.parse(out)).toMatchObject({
    error: 'Recovery.NotApproved',
    cause: expect.stringContaining('not this one'),
  });
  expect(await count()).toBe(200);
  expect(names().filter((name) => !there.includes(name))).toEqual([expect.stringContaining('shop-prod-restored-')]);
  expectInOrder(deployed.cloud);
});

onServer('with Ctrl-C only the looking on stops, and the recovery goes on to its end', async () => {
  const { cloud } = deployed;
  let go = () => {};
  const waited = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { answers } = answering();
  const answer = cloud.answerer;
  cloud.answerer = async (waiting) => {
    await waited;
    await answer?.(waiting);
  };
  const child = deployed.spawn(['recover', 'resume', '--yes']);
  let out = '';
  const asked = new Promise<void>((resolve) => {
    child.stdout?.on('data', (data) => {
      out += data;
      if (out.includes('waits for approval')) resolve();
    });
  });
  await asked;
  const second = await deployed.plinth(['recover', 'resume', '--yes']);
  expect(second.err).toMatch(
    /^A recovery is under way since .* \(execution .*\); follow it by "plinth recover follow --env prod"\.\n$/,
  );
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, out]).toEqual([130, expect.stringContaining('The recovery goes on; only the looking on has stopped.')]);
  go();
  const followed = await deployed.plinth(['recover', 'follow']);
  expect([followed.code, followed.err]).toEqual([0, '']);
  expect(answers).toHaveLength(1);
});
