import { answer, pending } from '../../../lambdas/approval/answer';
import { ask, settle } from '../../../lambdas/approval/ask';
import type { AnswerInput, ApprovalSettings, AskInput, Decision } from '../../../lambdas/approval/contract';
import { type AskWho, personOf } from '../../../lambdas/approval/identity';
import { RequestBook } from '../../../lambdas/approval/requests';

const settings: ApprovalSettings = {
  ...{
    Prefix: 'shop-prod',
    Environment: 'prod',
    Bucket: 'b',
    Topic: 't',
    Account: '111122223333',
    Sts: 'sts.eu-west-1.amazonaws.com',
  },
};
const asked: AskInput = {
  Action: 'ask',
  Id: 'shop-prod-drill-1',
  Token: 'token-1',
  Title: 'A restore drill has passed',
  Facts: ['The report: s3://report'],
  Subject: 'report.json sha256:abc',
  Names: ['lead-engineer', 'auditor'],
  Until: '2026-01-04T00:00:00.000Z',
  Execution: 'arn:aws:states:eu-west-1:111122223333:execution:m:e',
  Verb: 'drill sign-off',
};
const at = new Date('2026-01-01T12:00:00Z');
const ann = 'arn:aws:iam::111122223333:user/ann';
const bob = 'arn:aws:iam::111122223333:user/bob';

// What the functions log.
beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const needed = 'host;x-amz-date;x-plinth-statement';
const signature = 'ab'.repeat(32);
const credential = 'Credential=AKIAEXAMPLE/20260101/eu-west-1/sts/aws4_request';
const header = (signed = 'content-type;host;x-amz-date;x-plinth-statement') =>
  `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${signed}, Signature=${signature}`;

/** The functions over objects that are kept in memory, and an STS that takes everybody's word. */
function world() {
  const objects = new Map<string, string>();
  const told: string[] = [];
  const woken: string[] = [];
  /** Of the machine: whether it goes on, and whether Step Functions can be reached. */
  const machine = { goesOn: true, reachable: true };
  const book = new RequestBook({
    read: async (key) => objects.get(key),
    write: async (key, body) => void objects.set(key, body),
    remove: async (key) => void objects.delete(key),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
  });
  const executions = {
    wake: async (token: string) => {
      if (!machine.reachable) throw new Error('Step Functions cannot be reached.');
      return machine.goesOn && woken.push(token) > 0;
    },
    isUnderWay: async () => machine.goesOn,
  };
  const who =
    (arn: string): AskWho =>
    async () => ({
      status: 200,
      body: `<Arn>${arn}</Arn><UserId>${arn.split('/').at(-1)}</UserId><Account>${arn.split(':')[4]}</Account>`,
    });
  const given = (decision: Decision, comment = 'seen'): AnswerInput => ({
    Action: 'answer',
    Id: asked.Id,
    Decision: decision,
    Comment: comment,
    Proof: { authorization: header(), 'x-amz-date': '20260101T000000Z' },
  });
  return {
    ...{ objects, told, woken, machine, book, given },
    pending: (name: string, now = at) => pending(book, executions, name, now),
    ask: (input = asked) => ask(book, async (_, text) => void told.push(text), settings, input, at),
    as: (name: string, arn: string, decision: Decision = 'approve', now = at, input = given(decision)) =>
      answer(book, executions, who(arn), { ...settings, As: name }, input, now),
    settle: (Failure?: { Error: string; Cause: string }) =>
      settle(book, { Action: 'settle', Id: asked.Id, Names: asked.Names, ...(Failure && { Failure }) }),
  };
}

describe('a request', () => {
  test('is told with the command for each name, and its token is told nobody', async () => {
    const { ask: asks, told, objects } = world();
    await asks();
    for (const name of asked.Names) {
      expect(told[0]).toContain(
        `npx plinth drill sign-off --env prod --execution shop-prod-drill-1 --as ${name} --comment`,
      );
    }
    expect(told[0]).toContain('until 2026-01-04T00:00:00.000Z');
    expect(told[0]).not.toContain('token-1');
    const holders = [...objects].filter(([, text]) => text.includes('token-1')).map(([key]) => key);
    expect(holders).toEqual(['approval-tokens/shop-prod-drill-1']);
  });

  test('waits though nobody could be told of it', async () => {
    const one = world();
    await ask(one.book, () => Promise.reject(new Error('SNS is away')), settings, asked, at);
    expect(await one.pending('auditor')).toMatchObject([{ Id: asked.Id }]);
  });

  test('is pending for a name until its time is over, it is settled, or its execution has ended', async () => {
    const one = world();
    expect(await one.pending('auditor')).toEqual([]);
    await one.ask();
    expect(await one.pending('auditor')).toMatchObject([{ Id: asked.Id, Answered: null }]);
    expect(await one.pending('somebody')).toEqual([]);
    expect(await one.pending('auditor', new Date('2026-01-04T00:00:00Z'))).toEqual([]);
    one.machine.goesOn = false;
    expect(await one.pending('auditor')).toEqual([]);
    one.machine.goesOn = true;
    await one.as('auditor', ann);
    expect(await one.pending('auditor')).toMatchObject([{ Id: asked.Id, Answered: { Arn: ann, Decision: 'approve' } }]);
    expect(await one.pending('lead-engineer')).toMatchObject([{ Answered: null }]);
    await one.settle();
    expect(await one.pending('lead-engineer')).toEqual([]);
  });
});

describe('an answer', () => {
  test('wakes the machine when it is the last one, and not before', async () => {
    const one = world();
    await one.ask();
    expect((await one.as('auditor', ann)).Missing).toEqual(['lead-engineer']);
    expect(one.woken).toEqual([]);
    expect((await one.as('lead-engineer', bob)).Missing).toEqual([]);
    expect(one.woken).toEqual(['token-1']);
    expect(await one.settle()).toMatchObject({
      Decision: 'approved',
      Reasons: [],
      Answers: [
        { Name: 'lead-engineer', Arn: bob, At: at.toISOString(), Comment: 'seen', Subject: asked.Subject },
        { Name: 'auditor', Arn: ann },
      ],
    });
  });

  test('that refuses wakes it at once, whoever is missing', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann, 'reject');
    expect(one.woken).toEqual(['token-1']);
    expect(await one.settle()).toMatchObject({
      Decision: 'rejected',
      Reasons: [`auditor has refused it (${ann}): seen`],
    });
  });

  test('can be given again by the same person, and by no other', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    expect((await one.as('auditor', ann)).Answer.Arn).toBe(ann);
    await expect(one.as('auditor', bob)).rejects.toThrow(`auditor has answered already: approve, by ${ann}`);
    await expect(one.as('auditor', ann, 'reject')).rejects.toThrow('auditor has answered already: approve');
  });

  test('wakes the machine when another comes in beside it, and neither saw the other', async () => {
    const one = world();
    await one.ask();
    const both = await Promise.all([one.as('auditor', ann), one.as('lead-engineer', bob)]);
    expect(both.map(({ Missing }) => Missing)).toContainEqual([]);
    expect(one.woken).toContain('token-1');
  });

  test.each(['approve', 'reject'] as const)('whose waking failed wakes when it is sent again: %s', async (decision) => {
    const one = world();
    await one.ask();
    if (decision === 'approve') await one.as('lead-engineer', bob);
    one.machine.reachable = false;
    await expect(one.as('auditor', ann, decision)).rejects.toThrow('cannot be reached');
    one.machine.reachable = true;
    expect(await one.pending('auditor')).toMatchObject([{ Id: asked.Id, Answered: { Decision: decision } }]);
    expect((await one.as('auditor', ann, decision)).Missing).toEqual([]);
    expect(one.woken).toEqual(['token-1']);
  });

  test('to an execution that has ended is refused, before and after it is kept', async () => {
    const one = world();
    await one.ask();
    one.machine.goesOn = false;
    const sentence =
      'Nothing waits for an answer to shop-prod-drill-1 any more: its execution e has ended without one.';
    await expect(one.as('auditor', ann)).rejects.toThrow(sentence);
    expect([...one.objects.keys()].filter((key) => key.includes('answers'))).toEqual([]);
    one.machine.goesOn = true;
    await one.as('lead-engineer', bob);
    // It is aborted while the last answer is on its way.
    const { objects } = one;
    const keep = objects.set.bind(objects);
    jest.spyOn(objects, 'set').mockImplementation((key, body) => {
      one.machine.goesOn = false;
      return keep(key, body);
    });
    await expect(one.as('auditor', ann)).rejects.toThrow(sentence);
  });

  test('that another has woken with is taken, though the machine has ended since', async () => {
    const one = world();
    await one.ask();
    await one.as('lead-engineer', bob);
    const { objects } = one;
    const keep = objects.set.bind(objects);
    jest.spyOn(objects, 'set').mockImplementation((key, body) => {
      one.machine.goesOn = false;
      keep('approvals/shop-prod-drill-1/settled.json', JSON.stringify({ Id: asked.Id, Decision: 'approved' }));
      return keep(key, body);
    });
    expect((await one.as('auditor', ann)).Missing).toEqual([]);
  });

  test('of one person for two names is refused', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    await expect(one.as('lead-engineer', ann)).rejects.toThrow(`${ann} has answered as auditor already.`);
  });

  test.each([
    [
      'another name',
      (one: ReturnType<typeof world>) => one.as('cto', ann),
      'does not wait for cto; it waits for lead-engineer and auditor.',
    ],
    [
      'after its time',
      (one: ReturnType<typeof world>) => one.as('auditor', ann, 'approve', new Date('2026-01-05')),
      'could be answered until 2026-01-04',
    ],
    [
      'an identity of another account',
      (one: ReturnType<typeof world>) => one.as('auditor', 'arn:aws:iam::999988887777:user/ann'),
      'is of the account 999988887777. Only identities of 111122223333 may answer',
    ],
    [
      'a decision that is none',
      (one: ReturnType<typeof world>) => one.as('auditor', ann, 'maybe' as Decision),
      'The decision is "maybe"',
    ],
    [
      'a long comment',
      (one: ReturnType<typeof world>) => one.as('auditor', ann, 'approve', at, one.given('approve', 'x'.repeat(1_001))),
      'may have 1000 letters',
    ],
    [
      'no signature',
      (one: ReturnType<typeof world>) =>
        one.as('auditor', ann, 'approve', at, { ...one.given('approve'), Proof: {} as AnswerInput['Proof'] }),
      'is not signed',
    ],
    [
      'a path for a name',
      (one: ReturnType<typeof world>) => one.as('auditor', ann, 'approve', at, { ...one.given('approve'), Id: '../x' }),
      'no proper name',
    ],
    [
      'a request that is none',
      (one: ReturnType<typeof world>) =>
        one.as('auditor', ann, 'approve', at, { ...one.given('approve'), Id: 'other' }),
      'There is no request other',
    ],
  ])('for %s is refused, and nothing is kept', async (_, act, sentence) => {
    const one = world();
    await one.ask();
    const before = [...one.objects];
    await expect(act(one)).rejects.toThrow(sentence);
    expect([...one.objects]).toEqual(before);
    expect(one.woken).toEqual([]);
  });

  test('after the end is told what the end was', async () => {
    const one = world();
    await one.ask();
    await one.settle();
    await expect(one.as('auditor', ann)).rejects.toThrow('is closed: it was not approved in time.');
  });
});

describe('what is settled', () => {
  test('is not approved because somebody woke the machine', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    expect(await one.settle()).toMatchObject({
      Decision: 'missing',
      Reasons: ['lead-engineer has not answered; the time for it was until 2026-01-04T00:00:00.000Z.'],
    });
  });

  test('is not approved when two answers of one person slipped in beside each other', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    const mine = one.objects.get('approvals/shop-prod-drill-1/answers/auditor.json') ?? '';
    one.objects.set(
      'approvals/shop-prod-drill-1/answers/lead-engineer.json',
      mine.replace('"auditor"', '"lead-engineer"'),
    );
    const { Decision, Reasons } = await one.settle();
    expect([Decision, Reasons[0]]).toEqual([
      'missing',
      `lead-engineer and auditor were answered by the same person (${ann}).`,
    ]);
  });

  test('is not approved when something else was signed', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    await one.as('lead-engineer', bob);
    await one.ask({ ...asked, Subject: 'report.json sha256:other' });
    expect((await one.settle()).Decision).toBe('missing');
  });

  test('says why nobody could be asked', async () => {
    expect(await world().settle({ Error: 'Lambda.Unknown', Cause: 'it could not be written' })).toMatchObject({
      Decision: 'missing',
      Reasons: ['Nobody could be asked: it could not be written'],
    });
  });

  test('says what ended the waiting before its time, and not that the time was over', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    const failed = { Error: 'Lambda.Unknown', Cause: 'it was cut off' };
    expect((await one.settle(failed)).Reasons).toEqual([
      'lead-engineer has not answered.',
      'The waiting ended before its time: it was cut off',
    ]);
    expect((await one.settle({ Error: 'States.Timeout', Cause: '' })).Reasons).toEqual([
      'lead-engineer has not answered; the time for it was until 2026-01-04T00:00:00.000Z.',
    ]);
  });

  test('is approved by all answers, though the waiting ended with an error', async () => {
    const one = world();
    await one.ask();
    await one.as('auditor', ann);
    await one.as('lead-engineer', bob);
    expect(await one.settle({ Error: 'Lambda.Unknown', Cause: 'it was cut off' })).toMatchObject({
      Decision: 'approved',
      Reasons: [],
    });
  });

  test('leaves no token behind', async () => {
    const one = world();
    await one.ask();
    await one.settle();
    expect([...one.objects.keys()].filter((key) => key.includes('token'))).toEqual([]);
  });
});

describe('a header that is signed', () => {
  const answerBy = async (authorization: string) => {
    const one = world();
    await one.ask();
    const given = one.given('approve');
    return one.as('auditor', ann, 'approve', at, { ...given, Proof: { ...given.Proof, authorization } });
  };

  test.each([
    ['with a space after each comma', header()],
    ['with none', header().replaceAll(', ', ',')],
  ])('as AWS writes it is read: %s', async (_, authorization) => {
    expect((await answerBy(authorization)).Answer.Arn).toBe(ann);
  });

  test.each([
    ['names what is signed twice', header().replace('Credential=', `Credential=SignedHeaders=${needed},`)],
    ['has something before it', `SignedHeaders=${needed}, ${header('host;x-amz-date')}`],
    ['has something after it', `${header('host;x-amz-date')}, SignedHeaders=${needed}`],
    [
      'has its parts in another order',
      `AWS4-HMAC-SHA256 SignedHeaders=${needed}, ${credential}, Signature=${signature}`,
    ],
    ['is of another algorithm', header().replace('HMAC-SHA256', 'ECDSA-P256-SHA256')],
    ['has a signature of another length', header().slice(0, -1)],
    ['has a second line', `${header()}\nx: y`],
  ])('is refused where it %s', async (_, authorization) => {
    await expect(answerBy(authorization)).rejects.toThrow('is not in the form of AWS');
  });

  test('is refused where it leaves out the statement', async () => {
    await expect(answerBy(header('host;x-amz-date'))).rejects.toThrow('does not cover x-plinth-statement');
  });
});

test.each([
  ['two sessions of one role, however they are called', 'assumed-role/admin/ann', 'assumed-role/admin/bob', true],
  ['two roles', 'assumed-role/admin/ann', 'assumed-role/auditors/ann', false],
  [
    'two users of one permission set',
    'assumed-role/AWSReservedSSO_Admin_1/ann@x',
    'assumed-role/AWSReservedSSO_Admin_1/bob@x',
    false,
  ],
  [
    'one user with two permission sets',
    'assumed-role/AWSReservedSSO_Admin_1/ann@x',
    'assumed-role/AWSReservedSSO_Audit_2/ann@x',
    true,
  ],
])('%s: the same person or not', (_, a, b, same) => {
  const person = (name: string) => personOf({ Arn: `arn:aws:sts::111122223333:${name}`, Account: '111122223333' });
  expect(person(a) === person(b)).toBe(same);
});
