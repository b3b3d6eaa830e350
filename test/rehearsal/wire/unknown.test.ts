import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetRandomPasswordCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { allow, functionOf, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const code = {
  code: { 'index.js': 'exports.handler = async (event) => { if (event.fails) throw new Error("no"); return event; };' },
};

/** A machine of one Task, whatever fails in it being caught. */
const machine = (Resource: string, Arguments: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    RoleArn: arnOf('MachineRole'),
    Definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Call',
      States: {
        Call: {
          Type: 'Task',
          Resource,
          Arguments,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed' },
      },
    },
  },
});
const invoke = (more: object) =>
  machine('arn:aws:states:::lambda:invoke', { FunctionName: arnOf('Function'), Payload: { a: 1 }, ...more });

beforeAll(async () => {
  const result = await test_.deploy(
    'S',
    {
      Role: roleFor('lambda.amazonaws.com'),
      Function: functionOf('code', 'Role', { FunctionName: 'echo' }),
      OddRole: roleFor(
        'lambda.amazonaws.com',
        allow('ssm:GetParameter', '*', { Condition: { SomehowLike: { 'aws:PrincipalArn': 'x' } } }),
      ),
      Odd: functionOf('code', 'OddRole', { FunctionName: 'odd' }),
      Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
      MachineRole: roleFor(
        'states.amazonaws.com',
        allow(['sns:Publish', 'states:StartExecution']),
        allow('lambda:InvokeFunction', arnOf('Function')),
      ),
      Publishes: machine('arn:aws:states:::sns:publish', {
        TopicArn: { Ref: 'Topic' },
        Message: 'x',
        MessageGroupId: 'y',
      }),
      Starts: machine('arn:aws:states:::states:startExecution', { StateMachineArn: 'x', TraceHeader: 'y' }),
      Invokes: invoke({}),
      InvokesVersion: invoke({ Qualifier: '$LATEST' }),
      InvokesEvent: invoke({ InvocationType: 'Event' }),
      InvokesTail: invoke({ LogType: 'Tail' }),
    },
    code,
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

const clients: { destroy(): void }[] = [];
const made = <T extends { destroy(): void }>(client: T): T => {
  clients.push(client);
  return client;
};
afterAll(() => clients.forEach((client) => void client.destroy()));
afterEach(() => {
  test_.cloud.broken.length = 0;
  test_.cloud.calls.length = 0;
});

async function run(name: string) {
  const sfn = made(new SFNClient(test_.client));
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: test_.id('S', name) }));
  await test_.cloud.executions.find(executionArn).ended;
  const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return { status, output: output && JSON.parse(output), error, cause };
}
const calls = () => test_.cloud.calls.filter(({ caller }) => caller.endsWith('/execution'));

describe('what a state machine asks for, and is not known, is told although everything is caught', () => {
  test.each([
    ['Publishes', 'MessageGroupId', 'Publish of sns'],
    ['Starts', 'TraceHeader', 'StartExecution of states'],
    ['InvokesTail', 'LogType', 'Invoke of lambda'],
  ])('%s', async (name, member, call) => {
    const sentence = `The rehearsal does not know the member ${member}`;
    expect(await run(name)).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: `${sentence}.` });
    expect(test_.cloud.broken).toEqual([`${sentence} (${call}).`]);
    expect(calls()).toEqual([expect.objectContaining({ error: 'NotKnownToTheRehearsal' })]);
  });
});

test('the calls of a state machine are counted as those over the wire are', async () => {
  expect((await run('Invokes')).output).toMatchObject({ Payload: { a: 1 }, StatusCode: 200 });
  const role = test_.id('S', 'MachineRole');
  const caller = `arn:aws:sts::123456789012:assumed-role/${role}/execution`;
  expect(calls()).toEqual([{ service: 'lambda', operation: 'Invoke', caller }]);
});

test('a version is invoked by the right to that version, which the right to the function is not', async () => {
  await run('InvokesVersion');
  const [refused] = test_.cloud.authorizer.judgements.filter(({ allowed }) => !allowed).splice(-1);
  expect(refused?.reason).toContain('function:echo:$LATEST');
  expect(calls()).toMatchObject([{ error: 'AccessDeniedException' }]);
});

test('an event of a state machine is answered before the function runs', async () => {
  expect((await run('InvokesEvent')).output).toEqual({ ExecutedVersion: '$LATEST', StatusCode: 202 });
});

test('an error of the rehearsal itself within a call is told, whatever the caller makes of it', async () => {
  const call = made(new SSMClient(test_.clientOf('odd'))).send(new GetParameterCommand({ Name: '/x' }));
  await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect(test_.cloud.broken).toEqual([expect.stringMatching(/SomehowLike.* \(GetParameter of ssm\)[.]$/)]);
  expect(test_.cloud.calls).toMatchObject([{ error: 'RehearsalError' }]);
});

describe('Lambda', () => {
  const lambda = (input: object) =>
    made(new LambdaClient(test_.client)).send(
      new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('{}'), ...input }),
    );

  test.each([
    [{ LogType: 'Tail' }, 'NotKnownToTheRehearsal', 'The rehearsal does not know the LogType Tail.'],
    [{ ClientContext: 'e30=' }, 'NotKnownToTheRehearsal', 'The rehearsal does not know the member ClientContext.'],
    [
      { InvocationType: 'Later' },
      'InvalidParameterValueException',
      'must be RequestResponse, Event or DryRun, and is Later.',
    ],
    [{ Qualifier: 'live' }, 'ResourceNotFoundException', 'function:echo:live'],
    [
      { FunctionName: 'echo:$LATEST', Qualifier: 'live' },
      'InvalidParameterValueException',
      'does not match the specified qualifier',
    ],
  ])('refuses %j', async (input, name, message) => {
    await expect(lambda(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('an event whose function fails is tried twice more, and then told', async () => {
    const before = test_.cloud.invocations.length;
    expect((await lambda({ InvocationType: 'Event', Payload: Buffer.from('{"fails":true}') })).StatusCode).toBe(202);
    while (test_.cloud.broken.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(test_.cloud.invocations.slice(before).map(({ error }) => error?.errorMessage)).toEqual(['no', 'no', 'no']);
    expect(test_.cloud.broken).toEqual(['echo failed at an event, and at every retry of it: no']);
  });
});

describe('GetRandomPassword', () => {
  const password = (input: object) =>
    made(new SecretsManagerClient(test_.client)).send(new GetRandomPasswordCommand(input));

  test.each([
    [{ PasswordLength: 3 }, 'PasswordLength is 3, and each of the 4 included types needs a character.'],
    [{ PasswordLength: 0 }, 'PasswordLength must be between 1 and 4096.'],
    [
      { ExcludeNumbers: true, ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true },
      'The rules exclude every character.',
    ],
  ])('refuses %j', async (input, message) => {
    await expect(password(input)).rejects.toMatchObject({ name: 'InvalidParameterException', message });
  });

  test('as many characters as included types are enough', async () => {
    expect((await password({ PasswordLength: 4 })).RandomPassword).toHaveLength(4);
  });
});
