import { getEventListeners } from 'node:events';
import { follow, LostSight } from '../../../cli/recover/follow';
import type { Place } from '../../../cli/recover/machine';
import { type Reply, withWire } from '../support/wire';

// One try for each call: what is tested is what comes after the tries of the SDK.
process.env['AWS_MAX_ATTEMPTS'] = '1';

const execution = 'arn:aws:states:eu-west-1:111122223333:execution:shop-prod-recovery:e';
const environment = { name: 'prod', prefix: 'shop-prod' };
const entered = (id: number, name: string) => ({
  id,
  timestamp: 1_767_225_600 + id,
  type: 'TaskStateEntered',
  stateEnteredEventDetails: { name },
});
const asking = (id: number) => ({
  id,
  timestamp: 1_767_225_600 + id,
  type: 'TaskScheduled',
  taskScheduledEventDetails: {
    parameters: JSON.stringify({
      FunctionName: 'ask',
      Payload: {
        ...{ Action: 'ask', Id: 'recovery-e', Names: ['on-call'], Until: '2026-01-04T00:00:00.000Z' },
        Facts: ['2 of 14 checks failed.', 'row-counts: orders has 3 rows'],
      },
    }),
  },
});

/** Follows an execution of which AWS says this, look by look; the last one again and again. */
async function followed(
  looks: readonly { readonly status: Reply; readonly events?: readonly object[] }[],
  isNew = false,
) {
  const lines: string[] = [];
  const { signal } = new AbortController();
  const at = (nth: number) => looks[Math.min(nth, looks.length) - 1];
  let seen = 0;
  const reply = (operation: string, nth: number): Reply => {
    if (operation !== 'DescribeExecution') return { events: [...(at(seen)?.events ?? [])].reverse() };
    seen = nth;
    const status = at(nth)?.status ?? 'broken';
    return typeof status === 'object' && 'status' in status ? { executionArn: execution, ...status } : status;
  };
  const ended = await withWire(reply, ({ account }) => {
    const place = { environment, account } as unknown as Place;
    return follow(place, execution, (line) => void lines.push(line), signal, { every: 1, isNew });
  }).catch((error: unknown) => error);
  return { lines, ended, listeners: getEventListeners(signal, 'abort').length };
}
const running = { status: 'RUNNING' };
const done = { status: 'SUCCEEDED', output: '{"Verified":"app_user logs in."}' };

test('each thing is told once, and what is asked with what was found and the command that answers', async () => {
  const first = [entered(1, 'Plan'), entered(2, 'WhatIsThere'), entered(3, 'Ask')];
  const { lines, ended } = await followed([
    { status: running, events: first },
    { status: running, events: [...first, asking(4)] },
    { status: done, events: [...first, asking(4), entered(5, 'Settle')] },
  ]);
  expect(lines).toEqual([
    '00:00:01  looks at what is there',
    '00:00:03  waits for approval',
    '          2 of 14 checks failed.',
    '          row-counts: orders has 3 rows',
    '          Until 2026-01-04T00:00:00.000Z it waits for on-call. To approve, or with --reject to refuse:',
    '          npx plinth recover approve --env prod --as on-call',
    '00:00:05  reads what was answered',
  ]);
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { Verified: 'app_user logs in.' } });
});

test.each<[string, Reply]>([
  ['a connection that breaks', 'broken'],
  ['too much at once', { refusal: 'ThrottlingException', message: 'Rate exceeded' }],
  ['a fault of AWS’s own', { refusal: 'InternalFailure', message: 'Oops', code: 500 }],
])('%s is waited for, and told once', async (_, status) => {
  const { lines, ended } = await followed([{ status: running }, { status }, { status }, { status: done }]);
  expect(lines).toEqual([
    expect.stringMatching(/^ {10}AWS (cannot be reached|refuses it).*: .*\. It is asked again and again\.$/),
  ]);
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
});

test.each<[string, Reply, string]>([
  [
    'a session that is over',
    { refusal: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
    'AWS does not know who you are: The security token included in the request is expired. Sign in first.',
  ],
  [
    'a right that is gone',
    { refusal: 'AccessDeniedException', message: 'Not you.' },
    'AWS refuses it (AccessDeniedException): Not you.',
  ],
])('%s ends the looking on, and says nothing of the recovery', async (_, status, sentence) => {
  const { ended } = await followed([{ status: running }, { status }]);
  expect(ended).toBeInstanceOf(LostSight);
  expect((ended as Error).message).toBe(sentence);
});

const status = { refusal: 'ExecutionDoesNotExist', message: 'Execution Does Not Exist' };

test('one that was started this moment is not known at once', async () => {
  const { lines, ended } = await followed([{ status }, { status }, { status: running }, { status: done }], true);
  expect(lines).toEqual([]);
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  expect((await followed([{ status }], true)).ended).toBeInstanceOf(LostSight);
});

test('however often it looks, it listens for Ctrl-C once', async () => {
  const { listeners } = await followed([...Array.from({ length: 12 }, () => ({ status: running })), { status: done }]);
  expect(listeners).toBe(0);
});

test('an execution that there is not is told as such', async () => {
  const { ended } = await followed([{ status }]);
  expect(ended).not.toBeInstanceOf(LostSight);
  expect((ended as Error).message).toBe('AWS refuses it (ExecutionDoesNotExist): Execution Does Not Exist');
});
