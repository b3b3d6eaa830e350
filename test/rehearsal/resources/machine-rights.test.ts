import { allow, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const machine = (Definition: object, more: object = {}) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: { RoleArn: arnOf('Role'), Definition, ...more },
});
const waits = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 1, End: true } } };
const nested = (StateMachineArn: unknown) => ({
  StartAt: 'Nested',
  States: {
    Nested: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn },
      End: true,
    },
  },
});

const logged = (Level: string) => ({
  LoggingConfiguration: {
    Level,
    Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arnOf('Logs') } }],
  },
});
const group = { Type: 'AWS::Logs::LogGroup' };
const ofLogs = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const managedRule = 'arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';

test('a machine with a log needs a role that may set up its delivery', async () => {
  const deploy = (stack: string, level: string, ...actions: string[]) =>
    test_.deploy(stack, {
      Logs: group,
      Role: roleFor('states.amazonaws.com', ...(actions.length > 0 ? [allow(actions)] : [])),
      Machine: machine(waits, logged(level)),
    });
  expect(await deploy('Off', 'OFF')).toMatchObject({ outcome: 'created' });
  expect(await deploy('All', 'ALL', ...ofLogs)).toMatchObject({ outcome: 'created' });
  for (const [i, missing] of ofLogs.entries()) {
    const { outcome, reason } = await deploy(`Error${i}`, 'ERROR', ...ofLogs.filter((each) => each !== missing));
    expect(outcome).toBe('rolled back');
    expect(reason).toContain('The state machine IAM Role is not authorized to access the Log Destination');
    expect(reason).toContain(`because no identity-based policy allows the ${missing} action`);
  }
  const used = test_.cloud.authorizer.usage.of('All/Role (own), statement 2');
  expect([...used].sort()).toEqual([...ofLogs].sort());
});

describe('a machine that waits for another', () => {
  const deploy = (stack: string, ...statements: object[]) =>
    test_.deploy(stack, {
      InnerRole: roleFor('states.amazonaws.com'),
      Inner: { ...machine(waits), Properties: { RoleArn: arnOf('InnerRole'), Definition: waits } },
      Role: roleFor('states.amazonaws.com', allow('states:StartExecution'), ...(statements as never[])),
      Machine: machine(nested(arnOf('Inner'))),
    });
  const rule = allow(['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], managedRule);
  const run = async (stack: string) => {
    const execution = test_.cloud.executions.start(test_.id(stack, 'Machine'), '{}');
    await execution.ended;
    return execution;
  };

  test('needs a role that may make the rule by which it hears of the end', async () => {
    const { outcome, reason } = await deploy('Deaf', allow(['events:PutTargets', 'events:PutRule'], managedRule));
    expect(outcome).toBe('rolled back');
    expect(reason).toMatch(/'arn:aws:iam::123456789012:role\/.*' is not authorized to create managed-rule\./);
    expect(reason).toContain('events:DescribeRule');
  });

  test('and that may ask for the execution, and stop it', async () => {
    const executions = 'arn:aws:states:eu-west-1:123456789012:execution:*';
    expect(await deploy('Blind', rule)).toMatchObject({ outcome: 'created' });
    expect(await run('Blind')).toMatchObject({ status: 'FAILED', error: 'StepFunctions.AccessDeniedException' });
    const both = allow(['states:DescribeExecution', 'states:StopExecution'], executions);
    expect(await deploy('Whole', rule, both)).toMatchObject({ outcome: 'created' });
    expect(await run('Whole')).toMatchObject({ status: 'SUCCEEDED' });
    const { usage } = test_.cloud.authorizer;
    expect(usage.of('Whole/Role (own), statement 3')).toHaveLength(3);
    expect(usage.of('Whole/Role (own), statement 4')).toEqual(['states:DescribeExecution', 'states:StopExecution']);
  });
});
