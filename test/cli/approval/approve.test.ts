import { type ApproveOptions, answerLines, approve } from '../../../cli/approval/approve';
import type { AwsAccount } from '../../../cli/aws/account';
import type { Answer, AnswerInput, PendingInput, PendingRequest } from '../../../lambdas/approval/contract';

const asked: PendingRequest = {
  Id: 'recovery-1',
  Title: 'Give the name shop-prod to what was restored: the state of 04:00',
  Facts: ['2 of 14 checks failed.', 'row-counts: orders has 3 rows'],
  Subject: 'shop-prod-restored-1 (db-A), findings sha256:abc',
  Names: ['on-call'],
  Until: '2026-01-04T00:00:00.000Z',
  Execution: 'arn:aws:states:eu-west-1:111122223333:execution:shop-prod-recovery:e',
  Verb: 'recover approve',
  AskedAt: '2026-01-01T00:00:00.000Z',
  Answered: null,
};
const answerOf = (Decision: 'approve' | 'reject', At = '2026-01-01T12:00:00.000Z'): Answer => ({
  ...{ Name: 'on-call', Decision, Comment: '', At, Subject: asked.Subject },
  ...{ Arn: 'arn:aws:iam::111122223333:user/ann', UserId: 'U', Account: '111122223333' },
});
const nothing: ApproveOptions = {
  ...{ as: undefined, execution: undefined, reject: false, comment: undefined, yes: false, json: false },
};

/** An account whose functions answer, and a terminal at which somebody says yes or no; both write into one list. */
function world(waiting: readonly PendingRequest[], says = true) {
  const seen: string[] = [];
  const sent: AnswerInput[] = [];
  const account: AwsAccount = {
    region: 'eu-west-1',
    sfn: undefined as never,
    credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }),
    invoke: async <T>(_: string, input: unknown) => {
      const given = input as PendingInput | AnswerInput;
      if (given.Action === 'pending') return waiting as T;
      seen.push(`sent: ${given.Decision} ${given.Id}`);
      sent.push(given);
      const { Title } = asked;
      return { Id: given.Id, Title, Answer: answerOf(given.Decision), Missing: [] } as T;
    },
    close: () => undefined,
  };
  const terminal = {
    say: (line: string) => void seen.push(line),
    confirmed: async (name: string) => {
      seen.push(`Type ${name}`);
      return says;
    },
  };
  const approvals = { prefix: 'shop-prod', verb: 'recover approve', names: ['on-call'] } as const;
  return {
    seen,
    sent,
    act: (given: Partial<ApproveOptions> = {}) => approve(account, approvals, { ...nothing, ...given }, terminal),
  };
}

test('what is asked is shown, then it is confirmed, and only then is it answered', async () => {
  const one = world([asked]);
  const given = await one.act();
  expect(one.seen).toEqual([
    'Give the name shop-prod to what was restored: the state of 04:00.',
    '',
    '  2 of 14 checks failed.',
    '  row-counts: orders has 3 rows',
    '  What is signed: shop-prod-restored-1 (db-A), findings sha256:abc',
    '  It waits until 2026-01-04T00:00:00.000Z.',
    '',
    'You approve this as on-call.',
    'Type shop-prod',
    'sent: approve recovery-1',
  ]);
  expect(given && answerLines(given)).toEqual([
    'Approved as on-call: Give the name shop-prod to what was restored: the state of 04:00.',
    '  Signed: shop-prod-restored-1 (db-A), findings sha256:abc',
    '  By arn:aws:iam::111122223333:user/ann, at 2026-01-01T12:00:00.000Z.',
    '  Nobody else is waited for.',
  ]);
});

test('whoever does not confirm has answered nothing', async () => {
  const one = world([asked], false);
  expect(await one.act({ reject: true })).toBeUndefined();
  expect(one.seen).toContain('You refuse this as on-call, which ends it at once.');
  expect(one.sent).toEqual([]);
});

test('--yes asks nothing, and still shows what is answered', async () => {
  const one = world([asked]);
  await one.act({ yes: true });
  expect(one.seen).toContain('  2 of 14 checks failed.');
  expect(one.seen).not.toContain('Type shop-prod');
  expect(one.sent).toHaveLength(1);
});

test('--json shows nothing, so it needs --yes', async () => {
  const one = world([asked]);
  await expect(one.act({ json: true })).rejects.toThrow('--json asks nothing; --yes says that it is meant.');
  expect((await one.act({ json: true, yes: true }))?.request.Id).toBe('recovery-1');
  expect(one.seen).toEqual(['sent: approve recovery-1']);
});

test('what was answered is answered again when nothing else waits, and says so', async () => {
  const again = { ...asked, Answered: answerOf('approve') };
  const one = world([again]);
  await one.act();
  expect(one.seen).toContain(
    '  on-call has answered: approve, by arn:aws:iam::111122223333:user/ann, at 2026-01-01T12:00:00.000Z.',
  );
  const two = world([again, { ...asked, Id: 'recovery-2' }]);
  await two.act({ yes: true });
  expect(two.sent).toMatchObject([{ Id: 'recovery-2' }]);
  await two.act({ yes: true, execution: 'recovery-1' });
  expect(two.sent.at(-1)).toMatchObject({ Id: 'recovery-1' });
});

test('a drill that waits for the same name is not approved by the verb of recoveries', async () => {
  const drill: PendingRequest = { ...asked, Id: 'drill-1', Verb: 'drill sign-off' };
  await expect(world([drill]).act({ yes: true })).rejects.toThrow('Nothing waits for on-call.');
  await expect(world([drill]).act({ yes: true, execution: 'drill-1' })).rejects.toThrow('Nothing waits for on-call.');
  const both = world([drill, asked]);
  await both.act({ yes: true });
  expect(both.sent).toMatchObject([{ Id: 'recovery-1' }]);
});

test.each([
  ['two that wait', [asked, { ...asked, Id: 'recovery-2' }], {}, 'Several wait for on-call; say which:'],
  ['another execution', [asked], { execution: 'other' }, '"other" does not wait for on-call. These do:'],
  ['another name', [asked], { as: 'cto' }, '--as takes one of on-call; "cto" was given.'],
  ['a long comment', [asked], { comment: 'x'.repeat(1_001) }, '--comment may have 1000 letters; it has 1001.'],
])('%s: one sentence, and nothing is sent', async (_, waiting, given, sentence) => {
  const one = world(waiting);
  await expect(one.act({ yes: true, ...given })).rejects.toThrow(sentence);
  expect(one.sent).toEqual([]);
});
