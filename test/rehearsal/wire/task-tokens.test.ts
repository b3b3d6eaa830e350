import {
  DescribeExecutionCommand,
  InvalidOutput,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Waiting } from '../../../rehearsal/services/task-tokens';
import { aws, testWithAws } from '../support/aws-cli';
import { allow, functionOf, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const code = {
  code: { 'index.js': 'exports.handler = async (event) => { if (event.fails) throw new Error("no"); };' },
};

beforeAll(async () => {
  const result = await test_.deploy(
    'S',
    {
      Role: roleFor('lambda.amazonaws.com'),
      Function: functionOf('code', 'Role', { FunctionName: 'asks' }),
      MachineRole: roleFor('states.amazonaws.com', allow('lambda:InvokeFunction', arnOf('Function'))),
      StrangerRole: roleFor(
        'lambda.amazonaws.com',
        allow('states:SendTaskSuccess', 'arn:aws:states:*:*:stateMachine:other'),
      ),
      Stranger: functionOf('code', 'StrangerRole', { FunctionName: 'stranger' }),
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'waits',
          RoleArn: arnOf('MachineRole'),
          Definition: {
            QueryLanguage: 'JSONata',
            StartAt: 'Ask',
            States: {
              Ask: {
                Type: 'Task',
                Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
                Arguments: {
                  FunctionName: arnOf('Function'),
                  Payload: { token: '{% $states.context.Task.Token %}', fails: '{% $states.input.fails %}' },
                },
                TimeoutSeconds: 3600,
                HeartbeatSeconds: 600,
                End: true,
              },
            },
          },
        },
      },
    },
    code,
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

let client: SFNClient;
beforeEach(() => {
  client = new SFNClient(test_.client);
});
afterEach(() => {
  client.destroy();
  test_.cloud.answerer = undefined;
});

/** Runs the machine; `meanwhile` has what it waits with. */
async function run(meanwhile?: (waiting: Waiting) => Promise<unknown>, input: object = { fails: false }) {
  let done: Promise<unknown> = Promise.resolve();
  if (meanwhile) {
    test_.cloud.answerer = async (waiting) => {
      done = meanwhile(waiting);
      await done;
    };
  }
  const stateMachineArn = test_.id('S', 'Machine');
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  await test_.cloud.executions.find(executionArn).ended;
  await done;
  const { status, output, error, cause, startDate, stopDate } = await client.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  return { status, output, error, cause, minutes: Math.round((Number(stopDate) - Number(startDate)) / 60_000) };
}

test('whoever sends the token back ends the waiting, and what they send is its result', async () => {
  const taskToken = (token: string) => ({ taskToken: token, output: '{"who":"me"}' });
  const ended = await run(({ token }) => client.send(new SendTaskSuccessCommand(taskToken(token))));
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '{"who":"me"}' });
});

test('a failure that is sent fails the task by its name', async () => {
  const ended = await run(({ token: taskToken }) =>
    client.send(new SendTaskFailureCommand({ taskToken, error: 'Refused', cause: 'not like this' })),
  );
  expect(ended).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'not like this' });
});

test('without an answer, and with nobody who could give one, the clock jumps to the missed heartbeat', async () => {
  expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.Timeout', minutes: 10 });
});

test('heartbeats keep it waiting, up to its own end', async () => {
  const ended = await run(async ({ token: taskToken, over }) => {
    let waiting = true;
    void over.then(() => {
      waiting = false;
    });
    // Within work the clock would not jump; this waits without being at work.
    await test_.clock.rest(async () => {
      while (waiting) {
        await client.send(new SendTaskHeartbeatCommand({ taskToken })).catch(() => undefined);
        await Promise.race([over, test_.clock.sleep(300_000)]);
      }
    });
  });
  expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Timeout', minutes: 60 });
});

test('a function that cannot hand the token on fails the task at once', async () => {
  expect(await run(undefined, { fails: true })).toMatchObject({ status: 'FAILED', error: 'Error', minutes: 0 });
});

test('a token is good once, and what is none is refused', async () => {
  let used = '';
  await run(async ({ token }) => {
    used = token;
    await expect(
      client.send(new SendTaskSuccessCommand({ taskToken: token, output: 'no json' })),
    ).rejects.toBeInstanceOf(InvalidOutput);
    await client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' }));
  });
  const again = { taskToken: used, output: '{}' };
  await expect(client.send(new SendTaskSuccessCommand(again))).rejects.toBeInstanceOf(TaskTimedOut);
  await expect(client.send(new SendTaskHeartbeatCommand(again))).rejects.toBeInstanceOf(TaskTimedOut);
  const none = { taskToken: 'made up', output: '{}' };
  await expect(client.send(new SendTaskSuccessCommand(none))).rejects.toBeInstanceOf(InvalidToken);
});

test('whose rights name another machine cannot answer for this one', async () => {
  const stranger = new SFNClient(test_.clientOf('stranger'));
  const ended = await run(async ({ token: taskToken }) => {
    await expect(stranger.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toThrow(
      /not authorized to perform: states:SendTaskSuccess on resource: .*stateMachine:waits/,
    );
    await client.send(new SendTaskFailureCommand({ taskToken }));
  });
  stranger.destroy();
  expect(ended.status).toBe('FAILED');
});

testWithAws('the command line of AWS answers, and learns who it is', async () => {
  const ended = await run(async ({ token }) => {
    const said = await aws(test_, [
      'stepfunctions',
      'send-task-success',
      '--task-token',
      token,
      '--task-output',
      '{"a":1}',
    ]);
    expect(said).toMatchObject({ status: 0 });
  });
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  const { out } = await aws(test_, ['sts', 'get-caller-identity', '--output', 'json']);
  expect(JSON.parse(out)).toEqual({
    Arn: 'arn:aws:iam::123456789012:user/operator',
    UserId: expect.stringMatching(/^AIDA[0-9A-F]{16}$/),
    Account: '123456789012',
  });
});
