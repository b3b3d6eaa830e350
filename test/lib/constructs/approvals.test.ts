// The construct, the functions of its bundle, the states that wait and the command that answers, together: deployed to the
// local cloud, with its Step Functions, its STS that verifies signatures, and its IAM.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { answerAs, type Wanted, waitingFor } from '../../../cli/approval/answer';
import { proofOf } from '../../../cli/approval/sign';
import { type AwsAccount, openAccount } from '../../../cli/aws/account';
import type { Answered, Proof } from '../../../lambdas/approval/contract';
import { bundleHandlers } from '../../../lib/bundling/bundle';
import { loadProject } from '../../../lib/config';
import { Alerts } from '../../../lib/constructs/alerts';
import { approvalStates } from '../../../lib/constructs/approval-states';
import { Approvals } from '../../../lib/constructs/approvals';
import { Evidence } from '../../../lib/constructs/evidence';
import { readAssembly } from '../../../rehearsal/assembly';
import { deployStack } from '../../../rehearsal/deploy/stack';
import type { Waiting } from '../../../rehearsal/services/task-tokens';
import { useCloud } from '../../rehearsal/support/cloud';

const test_ = useCloud();
const names = ['lead-engineer', 'auditor'];
const prefix = 'ndis-chatbot-qa';
const verb = 'drill sign-off' as const;
const machineName = `${prefix}-waits`;
/** ARNs, by who acts. */
const roles: Record<string, string> = {};

beforeAll(async () => {
  const project = await loadProject(join(__dirname, '..', '..', '..'));
  const environment = project.environments['qa'];
  if (!environment) throw new Error('The default project has no qa.');
  const outdir = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'approvals-'));
  process.env['CDK_VALIDATION'] = 'false';
  const app = new App({ outdir });
  const stack = new Stack(app, 'Approvals', { env: { account: '123456789012', region: 'eu-west-1' } });
  const key = new kms.Key(stack, 'Key');
  key.grantEncryptDecrypt(new iam.ServicePrincipal('logs.eu-west-1.amazonaws.com'));
  const evidence = new Evidence(stack, 'Evidence', environment, key);
  const alerts = new Alerts(stack, 'Alerts', prefix);
  const bundles = await bundleHandlers();
  const approvals = new Approvals(stack, 'Approvals', environment, {
    ...{ key, bundles, alerts, evidence, names, machines: [machineName] },
  });
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      ...approvalStates({
        ...{ ask: 'Ask', settle: 'Settle', functionArn: approvals.ask.functionArn, names, hours: 72 },
        id: '$states.context.Execution.Name',
        title: "'Something is to be done'",
        facts: "['It has no undo.']",
        subject: "'plan sha256:abc'",
        verb,
        next: 'Done',
      }),
      Done: { Type: 'Pass', Output: '{% $approval %}', End: true },
    },
  };
  const role = new iam.Role(stack, 'MachineRole', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
  approvals.ask.grantInvoke(role);
  new sfn.StateMachine(stack, 'Machine', {
    stateMachineName: machineName,
    definitionBody: sfn.DefinitionBody.fromString(stack.toJsonString(definition)),
    role,
  });
  // As far as its own policies go, it may write all of the bucket.
  const thief = new iam.Role(stack, 'Thief', { assumedBy: new iam.AccountRootPrincipal() });
  evidence.bucket.grantReadWrite(thief);
  app.synth();
  const [only] = readAssembly(outdir).stacks;
  if (!only) throw new Error('There is no stack.');
  const result = await deployStack(only, {
    account: test_.account,
    typeOf: (type) => test_.cloud.typeOf(type),
    dynamic: (reference) => test_.cloud.dynamic(reference),
    emit: () => {},
  });
  expect(result).toEqual({ stack: 'Approvals', outcome: 'created' });
  const acting = { thief, ask: approvals.ask.role, auditor: approvals.approvers['auditor']?.role };
  for (const [name, acts] of Object.entries(acting)) {
    roles[name] = test_.arn('Approvals', stack.getLogicalId(acts?.node.defaultChild as iam.CfnRole));
  }
});

const accounts: AwsAccount[] = [];
afterEach(() => {
  for (const account of accounts.splice(0)) account.close();
  test_.cloud.answerer = undefined;
});

function signedInAs(person: string): AwsAccount {
  const { credentials } = test_.cloud.people.named(person);
  const account = openAccount({ region: 'eu-west-1', endpoint: test_.cloud.url, credentials });
  accounts.push(account);
  return account;
}

async function say(person: string, given: Partial<Wanted> & { readonly name: string }) {
  const account = signedInAs(person);
  const wanted = { prefix, verb, decision: 'approve', comment: 'seen', ...given } as const;
  const request = await waitingFor(account, wanted);
  return { ...(await answerAs(account, wanted, request)), request };
}

const arnOf = (person: string) => `arn:aws:iam::123456789012:user/${person}`;

let runs = 0;
/** Runs the machine; `people` act while it waits, and else nobody does. */
async function run(people?: (waiting: Waiting, name: string) => Promise<unknown>) {
  const name = `run-${++runs}`;
  let failure: unknown;
  if (people) {
    test_.cloud.answerer = async (waiting) => {
      await people(waiting, name).catch((error: unknown) => {
        failure = error;
      });
      // Whatever they did, the test goes on when the machine does.
      test_.cloud.answerer = undefined;
    };
  }
  const { sfn: client } = signedInAs('starter');
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn: test_.account.arn('states', `stateMachine:${machineName}`), name }),
  );
  await test_.cloud.executions.find(executionArn).ended;
  if (failure !== undefined) throw failure;
  const {
    status,
    output = 'null',
    startDate,
    stopDate,
  } = await client.send(new DescribeExecutionCommand({ executionArn }));
  return { status, settled: JSON.parse(output), hours: (Number(stopDate) - Number(startDate)) / 3_600_000 };
}

test('two people approve it, and what is kept is who they are to AWS', async () => {
  const { settled, hours } = await run(async (_, execution) => {
    const first = await say('ann', { name: 'lead-engineer', comment: 'read it' });
    expect([first.Missing, first.request.Facts]).toEqual([['auditor'], ['It has no undo.']]);
    expect((await say('bob', { name: 'auditor', execution })).Missing).toEqual([]);
  });
  expect(settled).toMatchObject({
    Decision: 'approved',
    Reasons: [],
    Answers: [
      {
        Name: 'lead-engineer',
        Arn: arnOf('ann'),
        Comment: 'read it',
        Subject: 'plan sha256:abc',
        Account: '123456789012',
      },
      { Name: 'auditor', Arn: arnOf('bob') },
    ],
  });
  expect(hours).toBeLessThan(1);
  const message = test_.cloud.topics.messages.at(-1);
  expect(message?.subject).toBe(`Approval needed: ${prefix}`);
  expect(message?.text).toContain('npx plinth drill sign-off --env qa --execution run-1 --as auditor');
});

test('one person cannot approve it for two names', async () => {
  const { settled } = await run(async () => {
    await say('ann', { name: 'lead-engineer' });
    await expect(say('ann', { name: 'auditor' })).rejects.toThrow(
      `${arnOf('ann')} has answered as lead-engineer already.`,
    );
  });
  expect(settled).toMatchObject({
    Decision: 'missing',
    Reasons: [expect.stringContaining('auditor has not answered')],
  });
});

test('a refusal ends it at once, with its reason', async () => {
  const { settled, hours } = await run(() =>
    say('ann', { name: 'auditor', decision: 'reject', comment: 'rows are missing' }),
  );
  expect(settled).toMatchObject({
    Decision: 'rejected',
    Reasons: [`auditor has refused it (${arnOf('ann')}): rows are missing`],
  });
  expect(hours).toBeLessThan(1);
});

test('nobody answers: it is not approved when the time is over', async () => {
  const { settled, hours } = await run();
  expect([settled.Decision, settled.Reasons.length, Math.floor(hours)]).toEqual(['missing', 2, 72]);
});

test('whoever has the token can wake the machine, and cannot approve anything', async () => {
  const { settled } = await run(({ token: taskToken }) =>
    signedInAs('thief').sfn.send(
      new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ Decision: 'approved', Reasons: [] }) }),
    ),
  );
  expect(settled.Decision).toBe('missing');
});

test('a signature is good for the answer that it was made for, and for no other', async () => {
  await run(async (_, Id) => {
    const approver = `${prefix}-approve-auditor`;
    const account = signedInAs('ann');
    const statement = {
      ...{ Prefix: prefix, Verb: verb, Name: 'auditor', Id, Comment: 'no', Subject: 'plan sha256:abc' },
      Decision: 'reject' as const,
    };
    const proof = proofOf(await account.credentials(), 'eu-west-1', statement, new Date());
    const send = (over: object, Proof: Proof = proof) =>
      account.invoke<Answered>(approver, { Action: 'answer', Id, Decision: 'reject', Comment: 'no', Proof, ...over });
    const ofRecovery = proofOf(
      await account.credentials(),
      'eu-west-1',
      { ...statement, Verb: 'recover approve' },
      new Date(),
    );
    for (const over of [{ Decision: 'approve' }, { Comment: 'yes' }, { Proof: ofRecovery }]) {
      await expect(send(over)).rejects.toThrow('AWS does not accept the signature of this answer');
    }
    const forged = proofOf(
      { accessKeyId: 'AKIAREHEARSALOPERATR', secretAccessKey: 'guessed' },
      'eu-west-1',
      statement,
      new Date(),
    );
    await expect(send({}, forged)).rejects.toThrow('AWS does not accept the signature of this answer');
    const bare = { ...proof, authorization: proof.authorization.replace(';x-plinth-statement', '') };
    await expect(send({}, bare)).rejects.toThrow('The signature does not cover x-plinth-statement');
    expect((await send({})).Answer.Arn).toBe(arnOf('ann'));
  });
});

test.each([
  ['thief', 'drills/x/report.json', true],
  ['thief', 'approvals/x/answers/auditor.json', false],
  ['thief', 'approvals/x/settled.json', false],
  ['thief', 'approval-tokens/x', false],
  ['auditor', 'approvals/x/answers/auditor.json', true],
  ['auditor', 'approvals/x/answers/lead-engineer.json', false],
  ['auditor', 'approvals/x/request.json', false],
  ['auditor', 'approvals/x/settled.json', false],
  ['auditor', 'approval-tokens/x', false],
  ['ask', 'approvals/x/request.json', true],
  ['ask', 'approvals/x/settled.json', true],
  ['ask', 'approvals/x/answers/auditor.json', false],
  ['ask', 'approval-tokens/x', true],
])('%s may write %s: %s', (who, key, may) => {
  const [bucket = ''] = test_.cloud.buckets.buckets.keys();
  const roleArn = roles[who] ?? '';
  const write = () =>
    test_.cloud.authorizer.check(
      { arn: roleArn, roleArn },
      { action: 's3:PutObject', resource: test_.cloud.buckets.arnOf(bucket, key) },
    );
  if (may) expect(write).not.toThrow();
  else expect(write).toThrow('is not authorized to perform: s3:PutObject');
});

test('of several that wait, the command asks which', async () => {
  const { settled } = await run(async () => {
    await expect(say('ann', { name: 'auditor', execution: 'other' })).rejects.toThrow(
      '"other" does not wait for auditor.',
    );
    await say('ann', { name: 'auditor', decision: 'reject' });
  });
  expect(settled.Decision).toBe('rejected');
  await expect(say('ann', { name: 'auditor' })).rejects.toThrow('Nothing waits for auditor.');
});

test('what waits for another verb is neither chosen nor answered', async () => {
  const { settled } = await run(async (_, execution) => {
    for (const which of [{}, { execution }]) {
      await expect(say('ann', { name: 'auditor', verb: 'recover approve', ...which })).rejects.toThrow(
        'Nothing waits for auditor.',
      );
    }
  });
  expect(settled.Decision).toBe('missing');
});

test('what an aborted execution has left waits for nobody, and stands in nobody’s way', async () => {
  const { status } = await run(async (_, execution) => {
    await say('ann', { name: 'auditor', execution });
    const executionArn = test_.account.arn('states', `execution:${machineName}:${execution}`);
    await signedInAs('ann').sfn.send(new StopExecutionCommand({ executionArn }));
  });
  expect(status).toBe('ABORTED');
  await expect(say('bob', { name: 'lead-engineer' })).rejects.toThrow('Nothing waits for lead-engineer.');
  const { settled } = await run(() => say('ann', { name: 'auditor', decision: 'reject' }));
  expect(settled.Decision).toBe('rejected');
});

test('a name without a function is told as one sentence', async () => {
  await expect(say('ann', { name: 'cto' })).rejects.toThrow(
    `There is no function ${prefix}-approve-cto in eu-west-1 of the account that you are signed in to.`,
  );
});
