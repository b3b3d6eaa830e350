import { awsJson, testWithAws } from './support/aws-cli';
import { roleFor, useCloud } from './support/cloud';

const test_ = useCloud();

beforeAll(async () => {
  const result = await test_.deploy('place', {
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'shop' } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'tasks' } },
    Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'x', VpcId: 'vpc-elsewhere' } },
  });
  expect(result.outcome).toBe('created');
});

const container = (Name: string, script: string, more: object = {}) => ({
  Name,
  Image: 'public.ecr.aws/aws-cli/aws-cli:2.31.0',
  EntryPoint: ['bash', '-c'],
  Command: [script],
  Environment: [{ Name: 'WORK', Value: '/mnt/here' }],
  MountPoints: [{ SourceVolume: 'shared', ContainerPath: '/work' }],
  LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': 'tasks', 'awslogs-stream-prefix': 't' } },
  ...more,
});

const taskOf = (containers: readonly object[], more: object = {}) => ({
  Role: roleFor('ecs-tasks.amazonaws.com'),
  Task: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      Family: 'shop-task',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      Volumes: [{ Name: 'shared' }],
      TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ExecutionRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ContainerDefinitions: containers,
      ...more,
    },
  },
});

interface Described {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly stoppedReason?: string;
  readonly containers: readonly { readonly name: string; readonly exitCode?: number }[];
}

async function runToItsEnd(stack: string, ...more: readonly string[]): Promise<Described> {
  const definition = test_.id(stack, 'Task');
  const group = test_.id('place', 'Group');
  const network = `awsvpcConfiguration={subnets=[subnet-elsewhere],securityGroups=[${group}],assignPublicIp=DISABLED}`;
  const words = ['--cluster', 'shop', '--task-definition', definition, '--launch-type', 'FARGATE'];
  const begun = await awsJson(test_, 'ecs', 'run-task', ...words, '--network-configuration', network, ...more);
  const [{ taskArn }] = begun['tasks'] as [Described];
  await test_.cloud.tasks.tasks.get(taskArn)?.ended;
  const seen = await awsJson(test_, 'ecs', 'describe-tasks', '--cluster', 'shop', '--tasks', taskArn);
  return (seen['tasks'] as [Described])[0];
}

const exitCodes = ({ containers }: Described) =>
  Object.fromEntries(containers.map((each) => [each.name, each.exitCode]));

testWithAws('containers of a task share a folder, get what the call overrides, and leave what they print', async () => {
  const writes = container('writes', 'mkdir -p "$WORK"; printf %s "$WORD" > "$WORK/word"', { Essential: false });
  const reads = container(
    'reads',
    // Its end stops the other one, which has a second to end by itself.
    'until [ -s "$WORK/word" ]; do sleep 0.1; done; echo "read $(cat "$WORK/word")"; sleep 1; exit 7',
  );
  await test_.deploy(
    'shared',
    taskOf([writes, { ...reads, DependsOn: [{ ContainerName: 'writes', Condition: 'START' }] }]),
  );
  const overrides = { containerOverrides: [{ name: 'writes', environment: [{ name: 'WORD', value: 'hello' }] }] };
  const task = await runToItsEnd('shared', '--overrides', JSON.stringify(overrides));
  expect(task.lastStatus).toBe('STOPPED');
  expect(exitCodes(task)).toEqual({ writes: 0, reads: 7 });
  const lines = test_.cloud.logs.lines('shop-task/reads').map(({ text }) => text);
  expect(lines).toEqual(['read hello']);
});

testWithAws('an essential container that ends takes the others with it, whatever they have started', async () => {
  const stays = container('stays', 'sleep 600 & sleep 600', { Essential: false });
  await test_.deploy('essential', taskOf([stays, container('ends', 'exit 0')]));
  const task = await runToItsEnd('essential');
  expect(exitCodes(task)).toEqual({ stays: 137, ends: 0 });
  expect(task.stoppedReason).toBe('Essential container in task exited');
});

testWithAws('a token asks for the same task again, and a task that is stopped says so', async () => {
  await test_.deploy('stopped', taskOf([container('waits', 'sleep 600')]));
  // Older clients than this interface have no option for the token.
  const request = {
    cluster: 'shop',
    definition: test_.id('stopped', 'Task'),
    seat: { subnets: [], securityGroups: [] },
    environment: {},
    token: 'one',
  };
  const [first, second] = [test_.cloud.tasks.run(request).arn, test_.cloud.tasks.run(request).arn];
  expect(first).toBe(second);
  await awsJson(test_, 'ecs', 'stop-task', '--cluster', 'shop', '--task', first, '--reason', 'enough');
  const task = test_.cloud.tasks.tasks.get(first);
  await task?.ended;
  expect([task?.stopCode, task?.stoppedReason]).toEqual(['UserInitiated', 'enough']);
});

testWithAws(
  'a role that may not write the log keeps a task from starting, and says which right is missing',
  async () => {
    const resources = taskOf([container('any', 'exit 0')]);
    const role = { ...resources.Role, Properties: { ...resources.Role.Properties, Policies: [] } };
    await test_.deploy('unlogged', { ...resources, Role: role });
    const task = await runToItsEnd('unlogged');
    expect(task.stoppedReason).toContain('failed to initialize logging driver');
    expect(task.stoppedReason).toContain('logs:CreateLogStream');
  },
);

testWithAws('a log group that is not there keeps a task from starting, and is named', async () => {
  const LogConfiguration = { LogDriver: 'awslogs', Options: { 'awslogs-group': 'nowhere' } };
  await test_.deploy('lost', taskOf([container('any', 'exit 0', { LogConfiguration })]));
  expect((await runToItsEnd('lost')).stoppedReason).toBe(
    'ResourceInitializationError: failed to validate logger args: ResourceNotFoundException: The specified log group does not exist: nowhere.',
  );
});

testWithAws('a call that asks for several tasks is refused, for one is run', async () => {
  await test_.deploy('several', taskOf([container('c', 'exit 0')]));
  await expect(runToItsEnd('several', '--count', '2')).rejects.toThrow('does not know a count of 2 tasks');
});

test.each([
  ['a secret that ECS would bring', { Secrets: [{ Name: 'P', ValueFrom: 'arn:s' }] }, 'the property Secrets'],
  [
    'a condition that is not known',
    { DependsOn: [{ ContainerName: 'x', Condition: 'HEALTHY' }] },
    'the condition HEALTHY',
  ],
  [
    'a log that makes its group',
    { LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-create-group': 'true' } } },
    'the property awslogs-create-group',
  ],
  ['a log that goes elsewhere', { LogConfiguration: { LogDriver: 'splunk' } }, 'logs of awslogs alone'],
])('%s is refused when it is deployed', async (_, more, sentence) => {
  const { outcome, reason } = await test_.deploy('refused', taskOf([container('c', 'exit 0', more)]));
  expect(outcome).not.toBe('created');
  expect(reason).toContain(sentence);
});

test('an image that nobody knows is told as what keeps the task from running', async () => {
  await test_.deploy('unknown', taskOf([container('c', 'exit 0', { Image: 'nginx:1.27' })]));
  const definition = test_.cloud.tasks.definition(test_.id('unknown', 'Task'));
  expect(await test_.cloud.tasks.cannotRun(definition)).toBe(
    'the rehearsal does not know what is in the image nginx:1.27',
  );
});
