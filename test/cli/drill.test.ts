import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openAccount } from '../../cli/aws/account';
import { actions, type DrillOptions } from '../../cli/drill/actions';
import { sourceOf } from '../../cli/drill/source';
import { type Environment, loadProject } from '../../lib/config';
import { allow, roleFor, useCloud } from '../rehearsal/support/cloud';

const test_ = useCloud();
let environment: Environment;
const nothing: DrillOptions = {
  ...{ execution: undefined, as: undefined, reject: false, comment: undefined, yes: true, json: true },
  ...{ snapshot: undefined, tier: undefined, to: undefined, 'random-within-days': undefined },
};

beforeAll(async () => {
  const project = await loadProject(join(__dirname, '..', '..'));
  environment = project.environments['prod'] as Environment;
  const machine = (name: string, States: object) => ({
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: name,
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Definition: { QueryLanguage: 'JSONata', StartAt: 'First', States },
    },
  });
  const result = await test_.deploy('S', {
    Role: roleFor('states.amazonaws.com', allow('states:StartExecution')),
    Snapshot: machine('ndis-chatbot-prod-drill-snapshot', {
      First: { Type: 'Pass', Output: { Report: '{% $string($states.input) %}' }, End: true },
    }),
    PointInTime: machine('ndis-chatbot-prod-drill-pointInTime', {
      First: { Type: 'Fail', Error: 'Drill.Failed', Cause: 'Rows are missing.' },
    }),
  });
  expect(result.outcome).toBe('created');
});

const act = async (name: keyof typeof actions, given: Partial<DrillOptions> = {}, word?: string) => {
  const account = openAccount(test_.client);
  try {
    return await actions[name](account, environment, { ...nothing, ...given }, word);
  } finally {
    account.close();
  }
};
const started = async (kind: string, given: Partial<DrillOptions> = {}) => {
  const { result } = await act('start', given, kind);
  const arn = (result as { execution: string }).execution;
  await test_.cloud.executions.find(arn).ended;
  return arn;
};

test('before any drill, the list says so', async () => {
  expect((await act('list')).lines).toEqual(['No drill has run yet.']);
  await expect(act('show')).rejects.toThrow('No drill has run yet.');
});

test('a drill is started with its source, listed, and shown with its report', async () => {
  const arn = await started('snapshot', { tier: 'daily' });
  const name = arn.split(':').at(-1) ?? '';
  expect((await act('list')).lines[0]).toMatch(new RegExp(`^\\d{4}-.* snapshot +${name} {2}succeeded$`));
  // As the machine makes it.
  const instance = `ndis-chatbot-prod-drill-${createHash('sha256').update(arn).digest('hex').slice(0, 12)}`;
  for (const execution of [name, arn, instance]) {
    const { lines, code } = await act('show', { execution });
    expect([code, lines[1]]).toEqual([0, '  Report: {"source":{"tier":"daily"}}']);
  }
});

test('a drill that failed is shown with its reason, and the exit code says so', async () => {
  await started('pointInTime');
  const { lines, code } = await act('show');
  expect([code, lines[1]]).toEqual([1, '  Drill.Failed: Rows are missing.']);
});

test('what is not there is told in one sentence', async () => {
  await expect(act('show', { execution: 'other' })).rejects.toThrow('There is no drill "other"; "plinth drill list"');
  await expect(act('start', {}, 'copy')).rejects.toThrow('one of snapshot, pointInTime; "copy" was given.');
  await expect(act('start')).rejects.toThrow('one of snapshot, pointInTime; none was given.');
  const elsewhere = { ...environment, prefix: 'other-prod' };
  const account = openAccount(test_.client);
  await expect(actions.list(account, elsewhere, nothing, undefined)).rejects.toThrow(
    'There are no drills of other-prod',
  );
  account.close();
});

test('somebody without a right learns which one is missing', async () => {
  const account = openAccount({ ...test_.client, credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } });
  await expect(actions.list(account, environment, nothing, undefined)).rejects.toThrow(
    /^AWS (refuses it|does not know who)/,
  );
  account.close();
});

test.each([
  ['snapshot', {}, {}],
  ['snapshot', { snapshot: 'a-b' }, { snapshot: 'a-b' }],
  ['pointInTime', { to: '2026-11-21T04:00:00Z' }, { time: '2026-11-21T04:00:00Z' }],
  ['pointInTime', { 'random-within-days': '7' }, { randomWithinDays: 7 }],
] as const)('the source of a drill %s with %j', (kind, given, source) => {
  expect(sourceOf(kind, { ...nothing, ...given })).toEqual(source);
});

test.each([
  [
    'snapshot',
    { to: '2026-11-21T04:00:00Z' },
    '--to is for a drill of the kind pointInTime or dump; this one is snapshot.',
  ],
  ['pointInTime', { tier: 'daily' }, '--tier is for a drill of the kind snapshot; this one is pointInTime.'],
  ['pointInTime', { to: 'yesterday' }, '--to takes a time like 2026-11-21T04:00:00Z; "yesterday" was given.'],
  ['snapshot', { tier: 'yearly' }, '--tier takes one of hourly, daily, weekly, monthly; "yearly" was given.'],
  ['snapshot', { tier: 'daily', snapshot: 'x' }, 'One source is enough; --snapshot and --tier were given.'],
] as const)('a drill %s with %j is refused', (kind, given, sentence) => {
  expect(() => sourceOf(kind, { ...nothing, ...given })).toThrow(sentence);
});
