import type { RecoveryRequest } from '../../../lambdas/recovery-plan/contract';
import { recoveryDefinition } from '../../../lib/constructs/recovery-definition';
import { edgesOf, type Json, parseStateMachine } from '../../../rehearsal/states';
import { boom, name, type Run, recovery, type Trouble, World } from './recovery-world';

const toTime: RecoveryRequest = { action: 'recover', time: '2026-11-21T03:30:00Z' };
const fromSnapshot: RecoveryRequest = { action: 'recover', snapshot: 'rds:shop-prod-2026-11-20' };
const swapBack: RecoveryRequest = { action: 'swapBack' };
const resume: RecoveryRequest = { action: 'resume' };

const stamp = '20261121-040000';
const restored = `${name}-restored-${stamp}`;
const damaged = `${name}-damaged-${stamp}`;
const original = 'db-ORIGINAL';
const copy = `db-RESTORED-${stamp}`;

/** As it was before, also with a restored instance beside it. */
const untouched = { [name]: original };
const beside = { [name]: original, [restored]: copy };
const swapped = { [name]: copy, [damaged]: original };
const between = { [damaged]: original, [restored]: copy };

const on =
  (wanted: string, act: () => unknown, upTo = Number.POSITIVE_INFINITY) =>
  (what: string, nth: number) => {
    if (what === wanted && nth <= upTo) act();
  };
const failing = (what: string, error = 'Rds.RdsException', upTo?: number): Trouble => ({
  before: on(what, () => boom(error), upTo),
});
/** Of the nth look at an instance on. */
const describing = (what: string, from: number, error: string): Trouble => ({
  before: (each, nth) => each === `describe ${what}` && nth >= from && boom(error),
});

interface Scenario {
  readonly request?: RecoveryRequest;
  /** What was done before. */
  readonly after?: readonly [RecoveryRequest, Trouble?][];
  readonly trouble?: Trouble;
  /** What somebody does to the instances before. */
  readonly given?: (world: World) => void;
  readonly status: string;
  readonly error?: string;
  readonly names: Record<string, string>;
}

const notFound = 'Rds.DbInstanceNotFoundException';
const failedCheck: Json = {
  Passed: false,
  Checks: [
    { Name: 'row-counts', Passed: false, Found: 'public.orders has lost 20 %.' },
    { Name: 'login', Passed: true, Found: 'x', Warning: 'The password is younger.' },
    { Name: 'schema', Passed: true, Found: 'x' },
  ],
};

/** By the edge that it is there for; what it comes to is asserted below. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'all goes well': { status: 'SUCCEEDED', names: swapped },
  'a snapshot is restored': { request: fromSnapshot, status: 'SUCCEEDED', names: swapped },
  'it makes no sense': {
    request: { action: 'recover' },
    status: 'FAILED',
    error: 'OperationError',
    names: untouched,
  },
  'an instance is still being renamed when it begins': {
    given: (world) => {
      const instance = world.find(name);
      if (instance) instance.status = 'renaming';
      void world.clock.sleep(300_000).then(() => instance && Object.assign(instance, { status: 'available' }));
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the restore is refused': {
    trouble: failing(`restore ${restored}`),
    status: 'FAILED',
    error: 'Rds.RdsException',
    names: untouched,
  },
  'the restore from a snapshot is refused': {
    request: fromSnapshot,
    trouble: failing(`restore ${restored}`),
    status: 'FAILED',
    names: untouched,
  },
  'the answer of the restore was lost': {
    trouble: { after: on(`restore ${restored}`, () => boom('Rds.SdkClientException'), 1) },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the answer of the restore from a snapshot was lost': {
    request: fromSnapshot,
    trouble: { after: on(`restore ${restored}`, () => boom('Rds.SdkClientException'), 1) },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'it never becomes available': {
    trouble: { restoreMinutes: 1_000 },
    status: 'FAILED',
    error: 'Recovery.NotAvailable',
    names: beside,
  },
  'it ends in a state that it does not leave': {
    trouble: { restoredAs: 'incompatible-restore' },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: beside,
  },
  'it cannot be looked at while it is restored': {
    trouble: describing(restored, 1, 'Rds.RdsException'),
    status: 'FAILED',
    names: beside,
  },
  'RDS refuses the settings, and the data come back all the same': {
    trouble: failing(`configure ${restored}`),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the settings are never done, and nothing else can be changed meanwhile': {
    trouble: { settingsMinutes: 1_000 },
    status: 'FAILED',
    error: 'NotNow',
    names: beside,
  },
  'it cannot be looked at while settings are made': {
    trouble: { before: afterConfigure(() => boom('Rds.RdsException')) },
    status: 'FAILED',
    names: beside,
  },
  'it fails while settings are made': {
    trouble: { before: afterConfigure((world) => set(world, restored, 'failed')) },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: beside,
  },
  'the password cannot be set': { trouble: failing('password', 'OperationError'), status: 'FAILED', names: beside },
  'the password is never set': {
    trouble: { passwordMinutes: 1_000 },
    status: 'FAILED',
    error: 'Recovery.PasswordNotSet',
    names: beside,
  },
  'it fails while the password is set': {
    trouble: { before: afterPassword((world) => set(world, restored, 'storage-full')) },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: beside,
  },
  'it cannot be looked at while the password is set': {
    trouble: { before: afterPassword(() => boom('Rds.RdsException')) },
    status: 'FAILED',
    names: beside,
  },
  'the published logins cannot be made to work': {
    trouble: failing('prepare', 'Error'),
    status: 'FAILED',
    error: 'Error',
    names: beside,
  },
  'the logins work at the second try': { trouble: failing('prepare', 'Error', 1), status: 'SUCCEEDED', names: swapped },
  'a check fails, and it is approved in spite of it': {
    trouble: { check: () => failedCheck },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the checks throw': { trouble: failing('check', 'OperationError'), status: 'SUCCEEDED', names: swapped },
  'the checks answer with too much': {
    trouble: { check: () => ({ ...failedCheck, Evidence: 'x'.repeat(300_000) }) },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'nobody can be asked': {
    trouble: { ...failing('ask', 'OperationError'), decision: 'missing' },
    status: 'FAILED',
    error: 'Recovery.NotApproved',
    names: beside,
  },
  'it is refused': {
    trouble: { decision: 'rejected' },
    status: 'FAILED',
    error: 'Recovery.NotApproved',
    names: beside,
  },
  'what was answered cannot be read': {
    trouble: failing('settle', 'OperationError'),
    status: 'FAILED',
    names: beside,
  },
  'nobody has the name any more': {
    trouble: {
      before: function (this: void, what) {
        if (what === 'settle')
          gone?.instances.splice(
            gone.instances.findIndex(({ id }) => id === name),
            1,
          );
      },
    },
    status: 'SUCCEEDED',
    names: { [name]: copy },
  },
  'it cannot be seen who has the name': {
    trouble: describing(name, 1, 'Rds.RdsException'),
    status: 'FAILED',
    names: beside,
  },
  'the tag is refused': { trouble: failing('tag'), status: 'SUCCEEDED', names: swapped },
  'the damaged one cannot be renamed': {
    trouble: failing(`rename ${name}`),
    status: 'FAILED',
    names: beside,
  },
  'the damaged one is being backed up': {
    trouble: failing(`rename ${name}`, 'Rds.InvalidDbInstanceStateException', 3),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the answer of the first rename was lost': {
    trouble: {
      after: on(`rename ${name}`, () => boom('Rds.SdkClientException'), 1),
      before: (what, nth) => what === `rename ${name}` && nth > 1 && boom(notFound),
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the damaged one never steps aside': {
    trouble: describing(damaged, 1, notFound),
    status: 'FAILED',
    error: 'Recovery.NotAside',
    names: between,
  },
  'it cannot be seen whether it stepped aside': {
    trouble: describing(damaged, 1, 'Rds.RdsException'),
    status: 'FAILED',
    names: between,
  },
  'the damaged one is full under its new name, and that is no matter': {
    trouble: { renamedAs: (id) => (id === damaged ? 'storage-full' : 'available') },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the restored one cannot be renamed': {
    trouble: failing(`rename ${restored}`),
    status: 'FAILED',
    names: between,
  },
  'the name is not free at once': {
    trouble: failing(`rename ${restored}`, 'Rds.DbInstanceAlreadyExistsException', 3),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the answer of the second rename was lost': {
    trouble: {
      after: on(`rename ${restored}`, () => boom('Rds.SdkClientException'), 1),
      before: (what, nth) => what === `rename ${restored}` && nth > 1 && boom(notFound),
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the restored one never has the name': {
    trouble: describing(name, 2, notFound),
    status: 'FAILED',
    error: 'Recovery.NotNamed',
    names: swapped,
  },
  'it cannot be seen whether it has the name': {
    trouble: describing(name, 2, 'Rds.RdsException'),
    status: 'FAILED',
    names: swapped,
  },
  'it fails under its new name': {
    trouble: { renamedAs: (id) => (id === name ? 'failed' : 'available') },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: swapped,
  },
  'its logs cannot be exported': { trouble: failing('export logs'), status: 'SUCCEEDED', names: swapped },
  'it answers by its name at the third try': {
    trouble: failing('verify', 'Error', 2),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'it never answers by its name': { trouble: failing('verify', 'Error'), status: 'FAILED', names: swapped },
  'nobody can be told': {
    trouble: failing('publish', 'Sns.SnsException'),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'it is swapped back': { after: [[toTime]], request: swapBack, status: 'SUCCEEDED', names: beside },
  'it is swapped back, and forth again': {
    after: [[toTime], [swapBack]],
    request: resume,
    status: 'SUCCEEDED',
    names: swapped,
  },
  'what is done is done again': { after: [[toTime]], request: resume, status: 'SUCCEEDED', names: swapped },
};

let gone: World | undefined;
let current: World | undefined;

function afterConfigure(act: (world: World) => void) {
  return afterCall(`configure ${restored}`, act);
}
function afterPassword(act: (world: World) => void) {
  return afterCall('password', act);
}
/** At the next look after that call. */
function afterCall(call: string, act: (world: World) => void) {
  return (what: string) => {
    const calls = current?.calls ?? [];
    const last = calls.slice(0, -1).findLast((each) => !each.startsWith('describe'));
    if (what.startsWith('describe') && last === call && current) act(current);
  };
}
function set(world: World, id: string, status: string): void {
  const instance = world.find(id);
  if (instance) instance.status = status;
}

describe('a recovery', () => {
  const runs = new Map<string, { readonly run: Run; readonly world: World }>();
  beforeAll(async () => {
    for (const [title, { after = [], request = toTime, trouble = {}, given }] of Object.entries(scenarios)) {
      const world = new World();
      current = world;
      gone = world;
      given?.(world);
      for (const [before, with_] of after) {
        await world.run(before, with_);
        await world.settled();
      }
      const run = await world.run(request, trouble);
      await world.settled();
      runs.set(title, { run, world });
      world.close();
    }
  }, 120_000);

  test.each(Object.entries(scenarios))('%s', (title, { status, error, names }) => {
    const { run, world } = runs.get(title) as { run: Run; world: World };
    expect([run.status, run.error, world.names]).toEqual([status, error ?? run.error, names]);
    // A sentence that says how to go on; and nothing but the instances of this environment was touched.
    if (status === 'FAILED') expect(run.cause).toContain('"npx plinth recover status --env prod"');
    expect(world.touched.filter((id) => ![name, restored, damaged].includes(id))).toEqual([]);
  });

  test('every edge of the machine is walked by one of these', () => {
    const machine = parseStateMachine(recoveryDefinition(recovery), { integrations: { supports: () => true } });
    const walked = new Set([...runs.values()].flatMap(({ run }) => run.edges));
    const names = edgesOf(machine).map((edge) => edge.name);
    expect(names.filter((each) => !walked.has(each))).toEqual([]);
  });
});

describe('a recovery that dies', () => {
  // The whole of one takes some fifty minutes. The names change in the second half, of which each minute is tried.
  const moments = [...Array.from({ length: 10 }, (_, i) => i * 3), ...Array.from({ length: 26 }, (_, i) => 30 + i)];

  test('at any time is finished by running it again', async () => {
    const ended = new Set<string>();
    for (const minutes of moments) {
      const world = new World();
      const first = await world.run(toTime, {}, minutes);
      ended.add(first.status);
      const made = world.instances.length > 1;
      // Where nothing is there to go on with, it is begun anew.
      const { status } = await world.run(made ? resume : toTime);
      await world.settled();
      const name_ = made
        ? world.names
        : Object.fromEntries(Object.entries(world.names).map(([id, who]) => [plain(id), plain(who)]));
      expect([minutes, status, name_]).toEqual([
        minutes,
        'SUCCEEDED',
        made ? swapped : { [name]: 'db-RESTORED', [`${name}-damaged`]: original },
      ]);
      world.close();
    }
    // Also after its end.
    expect(ended).toEqual(new Set(['ABORTED', 'SUCCEEDED']));
  });

  test('at any time is undone by swapping back, and the application has its instance again', async () => {
    const halves: number[] = [];
    for (const minutes of moments) {
      const world = new World();
      await world.run(toTime, {}, minutes);
      if (world.instances.length > 1) {
        if (!world.find(name)) halves.push(minutes);
        // A restored instance that is not available yet is left alone.
        const back = await world.run(swapBack);
        await world.settled();
        expect([minutes, back.status, world.names]).toEqual([minutes, 'SUCCEEDED', beside]);
      }
      world.close();
    }
    // That nobody has the name lasts for some minutes, and some of these have died in them.
    expect(halves.length).toBeGreaterThan(3);
  });

  test('while it is swapped back at any time is still swapped back by running that again', async () => {
    for (let minutes = 0; minutes < 25; minutes++) {
      const world = new World();
      await world.run(toTime);
      await world.settled();
      await world.run(swapBack, {}, minutes);
      const again = await world.run(swapBack);
      await world.settled();
      expect([minutes, again.status, world.names]).toEqual([minutes, 'SUCCEEDED', beside]);
      world.close();
    }
  });
});

const plain = (id: string) => id.replace(/-\d{8}-\d{6}$/, '');

test('who decides is told what the checks have found, and signs for this instance', async () => {
  const world = new World();
  await world.run(toTime, { check: () => failedCheck });
  const [request] = world.asked;
  expect(request).toMatchObject({
    Names: ['on-call'],
    Title: `Give the name ${name} to what was restored: the time that was asked for, 2026-11-21T03:30:00.000Z, from the backups of ${name}`,
    Facts: [
      '1 of 3 checks failed.',
      'row-counts: public.orders has lost 20 %.',
      'login passed, and warns: The password is younger.',
      `${name} is then called ${damaged}, and is kept. What was written into it after 2026-11-21T03:30:00.000Z is not in the restored one.`,
    ],
    Verb: 'recover approve',
  });
  expect(request?.['Subject']).toMatch(
    new RegExp(`^${restored} \\(${copy}\\), 1 of 3 checks failed, checks [0-9a-f]{64}$`),
  );
  world.close();
});

test('at the end it tells what has the name, what is kept, and what has to be set by hand', async () => {
  const world = new World();
  // The first of the two settings; the second one is made.
  await world.run(toTime, failing(`configure ${restored}`, 'Rds.RdsException', 1));
  expect(world.published).toEqual([
    `Recovered: ${name}`,
    [
      `${name}: the time that was asked for, 2026-11-21T03:30:00.000Z, from the backups of ${name}.`,
      `app_user logs in at ${name}.example.`,
      `The other one is called ${damaged}. Nothing was deleted. Keep it until 2026-12-05 at least.`,
      'What to do next: docs/recovery.md#afterwards',
      'RDS refused its monitoring, which has to be set by hand: Rds.RdsException. on purpose',
    ].join('\n'),
  ]);
  expect(world.find(damaged)?.tags).toEqual({ 'plinth:keep-until': '2026-12-05' });
  expect(world.find(name)?.tags).toEqual({
    'plinth:environment': 'prod',
    'plinth:recovery': stamp,
    'plinth:recovery-to': '2026-11-21T03:30:00.000Z',
    'plinth:recovery-from': 'time',
  });
  world.close();
});
