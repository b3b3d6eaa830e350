import type { PostgresInstance, PostgresPlace } from '../../postgres/place';
import type { Assembly } from '../../rehearsal/assembly';
import type { LocalCloud } from '../../rehearsal/cloud/cloud';
import { differences } from '../../rehearsal/differences';
import { chooseFault, faults } from '../../rehearsal/faults/faults';
import { rehearse } from '../../rehearsal/rehearse';
import { stackOf } from './support/stacks';

// Nothing here asks for a database.
const place = { kind: 'embedded', description: 'no database', cannot: {} } as PostgresPlace;
const app = (name: string, sections = {}): Assembly => ({
  folder: '/nowhere',
  stacks: [stackOf('S', { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: name } } }, sections)],
});
const run = (more: Partial<Parameters<typeof rehearse>[0]>) =>
  rehearse({ name: 'again', assembly: app('first'), place, ...more });
const outcomes = ({ phases }: Awaited<ReturnType<typeof run>>) =>
  phases.flatMap(({ name, stacks }) => stacks.map(({ outcome }) => `${name} ${outcome}`));

test('what is synthesized beside the deploy is waited for when its turn comes', async () => {
  let made = (_: Assembly) => {};
  const report = await run({
    again: Promise.resolve(app('first')),
    changed: new Promise<Assembly>((resolve) => {
      made = resolve;
    }),
    phase: (name) => name === 'again' && void setTimeout(() => made(app('changed')), 50),
  });
  expect(report.failures).toEqual([]);
  expect(report.notes).toEqual([]);
  expect(outcomes(report)).toEqual(['deploy created', 'again unchanged', 'change updated', 'destroy deleted']);
});

test('a synth that differs each time fails, with the place', async () => {
  const report = await run({ again: app('second') });
  expect(report.failures).toEqual([
    'S was updated, and should be unchanged.',
    'Each synth makes another S, so every deploy would change it: Resources.Topic.Properties.DisplayName is "first", and then "second".',
  ]);
});

test.each([
  ['again', 'The same project'],
  ['changed', 'The change'],
] as const)('where "%s" cannot be synthesized, the rest is told all the same', async (which, what) => {
  const refused = Promise.reject(new Error('there is no such setting'));
  const { passed, failures, phases } = await run({ again: app('first'), [which]: refused });
  expect({ passed, failures }).toEqual({
    passed: false,
    failures: [`${what} could not be synthesized: there is no such setting`],
  });
  expect(phases.at(-1)?.name).toBe('destroy');
});

test('where an app is given, the report says that it was compared with itself', async () => {
  expect((await run({})).notes).toEqual([
    'The app was given, so the one that was deployed again is the same: no second synth was compared.',
  ]);
});

test('an instance without a server is told, one that cannot be looked into fails, and the report is there', async () => {
  const given = { port: 5432, parameters: {}, archive: false, securityGroups: [], subnets: [], settings: {}, tags: {} };
  let cloud: LocalCloud | undefined;
  const report = await run({
    opened: (opened) => {
      cloud = opened;
    },
    phase: (name) => {
      if (name !== 'schedules') return;
      cloud?.databases.reserve({ id: 'coming', ...given });
      const gone = cloud?.databases.reserve({ id: 'gone', ...given });
      const master = { user: 'master', password: 'a-password' };
      if (gone) gone.postgres = { port: 1, master, ca: '' } as unknown as PostgresInstance;
    },
  });
  expect(report.notes).toContain('Nobody could look into coming, which is creating.');
  expect(report.failures).toEqual([expect.stringMatching(/^The look into gone failed: .*ECONNREFUSED/)]);
  expect(report.phases.at(-1)?.name).toBe('destroy');
});

describe('a fault', () => {
  test('is named in the report; what it brought about is forgiven, and what was there before is not', async () => {
    let cloud: LocalCloud | undefined;
    const report = await run({
      fault: chooseFault('fail-create:SNS'),
      opened: (opened) => {
        cloud = opened;
        opened.broken.push('It was broken before.');
      },
      watch: ({ phase }) => phase === 'fault' && void cloud?.broken.push('The fault broke it.'),
    });
    expect(report.fault).toBe('fail-create:SNS');
    expect(report.failures).toEqual(['It was broken before.']);
    expect(outcomes(report).slice(0, 2)).toEqual(['fault rolled back', 'deploy created']);
  });

  test('lets go of everything that it took hold of', async () => {
    await run({
      opened: (cloud) => {
        const { databases, hooks, authorizer } = cloud;
        const usual = databases.snapshotMs();
        for (const { arm } of faults) {
          const letGo = arm(cloud, 'x', () => {});
          letGo();
          expect([databases.snapshotMs(), hooks, authorizer.forbidden.size]).toEqual([usual, {}, 0]);
        }
      },
    });
  });
});

describe('where two synths differ', () => {
  const told = (second: Assembly) => differences(app('first'), second);

  test.each([
    ['nothing', app('first'), []],
    ['a section more', app('first', { Description: 'x' }), ['Description is nothing, and then "x"']],
    ['a stack less', { folder: '', stacks: [] }, ['is missing from a second synth']],
  ])('%s', (_, second, sentences) => {
    expect(told(second)).toEqual(sentences.map((sentence) => expect.stringContaining(sentence)));
  });

  test('another order', () => {
    const stacks = [stackOf('S', { B: { Type: 'T' }, A: { Type: 'T' } })];
    const before = [stackOf('S', { A: { Type: 'T' }, B: { Type: 'T' } })];
    expect(differences({ folder: '', stacks: before }, { folder: '', stacks })).toEqual([
      expect.stringContaining('Resources has its entries in another order'),
    ]);
  });
});
