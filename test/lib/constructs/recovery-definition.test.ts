import { recoveryDefinition } from '../../../lib/constructs/recovery-definition';
import { edgesOf, parseStateMachine } from '../../../rehearsal/states';
import { beside, copy, damaged, fromSnapshot, restored, resume, stamp, swapBack, toTime } from './recovery-names';
import { beforeTheSwap, begin, failedCheck, failing } from './recovery-scenarios';
import { inTheSwap } from './recovery-swap-scenarios';
import { name, type Run, recovery, World } from './recovery-world';

const scenarios = { ...beforeTheSwap, ...inTheSwap };

describe('a recovery', () => {
  const runs = new Map<string, { readonly run: Run; readonly world: World }>();
  beforeAll(async () => {
    for (const [title, { after = [], request = toTime, trouble = {}, given }] of Object.entries(scenarios)) {
      const world = new World();
      begin(world);
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
      'All that was found: s3://evidence/recoveries/x.json',
      `${name} is then called ${damaged}, and is kept. What was written into it after 2026-11-21T03:30:00.000Z is not in the restored one.`,
    ],
    Verb: 'recover approve',
  });
  expect(request?.['Subject']).toMatch(
    new RegExp(`^${restored} \\(${copy}\\), 1 of 3 checks failed, findings sha256:d1ge57$`),
  );
  world.close();
});

test('at the end it tells what has the name, what is kept, and what has to be set by hand', async () => {
  const world = new World();
  // The first of the two settings; the second one is made.
  await world.run(toTime, failing(`configure ${restored}`, 'Rds.KmsKeyNotAccessibleException', 1));
  expect(world.published).toEqual([
    `Recovered: ${name}`,
    [
      `${name}: the time that was asked for, 2026-11-21T03:30:00.000Z, from the backups of ${name}.`,
      `app_user logs in at ${name}.example.`,
      `The other one is called ${damaged}. Nothing was deleted. Keep it until 2026-12-05 at least.`,
      'What to do next: docs/recovery.md#afterwards',
      'RDS refused its monitoring, which has to be set by hand: Rds.KmsKeyNotAccessibleException. on purpose',
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

test('where no instance has the name, nobody is told that one is kept', async () => {
  const world = new World();
  world.instances.length = 0;
  await world.run(fromSnapshot);
  expect(world.asked[0]?.['Facts']).toEqual([
    'All 1 checks passed.',
    'All that was found: s3://evidence/recoveries/x.json',
    `No instance is called ${name} now, so nothing has to step aside.`,
    'What was written after 2026-11-20T00:00:00.000Z is not in the restored one.',
  ]);
  expect(world.names).toEqual({ [name]: copy });
  expect(world.published[0]).toBe(`Recovered: ${name}`);
  expect(world.published[1]).not.toContain(damaged);
  expect(world.published[1]).toContain('No other one was moved aside. Nothing was deleted.');
  world.close();
});

test('where it has gone since, the end says so too', async () => {
  const world = new World();
  const { output } = await world.run(toTime, {
    check: () => {
      world.instances.splice(0, 1);
      return failedCheck;
    },
  });
  expect(world.published[1]).toContain('No other one was moved aside.');
  expect(output).toMatchObject({ Aside: null });
  world.close();
});

test('resumed between the two renames, it says what was moved aside before', async () => {
  const world = new World();
  await world.run(toTime, failing(`rename ${restored}`));
  await world.settled();
  const { output } = await world.run(resume);
  expect(world.published.at(-1)).toContain(`The other one is called ${damaged}.`);
  expect(output).toMatchObject({ Aside: damaged });
  world.close();
});

test('where nothing was swapped, a swap back renames nothing and says so', async () => {
  const world = new World();
  await world.run(toTime, { decision: 'rejected' });
  await world.settled();
  const { status } = await world.run(swapBack);
  expect([status, world.names]).toEqual(['SUCCEEDED', beside]);
  expect(world.published).toEqual([
    `Has its name already: ${name}`,
    expect.stringContaining(`${name}: the instance from before the recovery ${stamp}, which has the name already.`),
  ]);
  world.close();
});
