import { runScheduled } from '../../rehearsal/scheduled';
import { allow, functionOf, roleFor, useCloud } from './support/cloud';

const test_ = useCloud();
const code = {
  code: {
    'index.js':
      'exports.handler = async (event) => { if (event.fails) throw new Error("it failed"); console.log("got", JSON.stringify(event)); };',
  },
};
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const topicPolicy = (Service: string) => ({
  Type: 'AWS::SNS::TopicPolicy',
  Properties: {
    Topics: [{ Ref: 'Topic' }],
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' }, Principal: { Service } }],
    },
  },
});
const rule = (properties: object) => ({
  Type: 'AWS::Events::Rule',
  Properties: { ScheduleExpression: 'rate(1 day)', ...properties },
});
const schedule = (target: object, more = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: { ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: target, ...more },
});
const permission = (SourceArn: unknown) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf('Function'),
    Principal: 'events.amazonaws.com',
    SourceArn,
  },
});

beforeAll(async () => {
  const machine = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } };
  const result = await test_.deploy(
    'S',
    {
      Role: roleFor('lambda.amazonaws.com'),
      Function: functionOf('code', 'Role', { FunctionName: 'work' }),
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
      Policy: topicPolicy('events.amazonaws.com'),
      MachineRole: roleFor('states.amazonaws.com'),
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { StateMachineName: 'waits', RoleArn: arnOf('MachineRole'), Definition: machine },
      },
      RuleRole: roleFor('events.amazonaws.com', allow('states:StartExecution', arnOf('Machine'))),
      ClockRole: roleFor(
        'scheduler.amazonaws.com',
        allow('states:StartExecution', arnOf('Machine')),
        allow('lambda:InvokeFunction', arnOf('Function')),
        allow('ssm:PutParameter'),
      ),
      Daily: rule({
        Name: 'daily',
        Targets: [
          { Id: 'f', Arn: arnOf('Function') },
          { Id: 'm', Arn: arnOf('Machine'), RoleArn: arnOf('RuleRole'), Input: '{"by":"rule"}' },
          {
            Id: 't',
            Arn: { Ref: 'Topic' },
            InputTransformer: { InputPathsMap: { at: '$.time' }, InputTemplate: '"It is <at>"' },
          },
        ],
      }),
      DailyMay: permission(arnOf('Daily')),
      Uninvited: rule({ Targets: [{ Id: 'f', Arn: arnOf('Function') }] }),
      Distrusted: rule({ Targets: [{ Id: 'm', Arn: arnOf('Machine'), RoleArn: arnOf('Role') }] }),
      Fails: rule({ Name: 'fails', Targets: [{ Id: 'f', Arn: arnOf('Function'), Input: '{"fails":true}' }] }),
      FailsMay: permission(arnOf('Fails')),
      Events: rule({
        ScheduleExpression: { Ref: 'AWS::NoValue' },
        EventPattern: { source: ['aws.rds'] },
        State: 'DISABLED',
        Targets: [{ Id: 't', Arn: { Ref: 'Topic' } }],
      }),
      Hourly: schedule(
        { Arn: arnOf('Machine'), RoleArn: arnOf('ClockRole'), Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
        { Name: 'hourly' },
      ),
      Invokes: schedule({ Arn: arnOf('Function'), RoleArn: arnOf('ClockRole'), Input: '{"by":"clock"}' }),
      Publishes: schedule({ Arn: { Ref: 'Topic' }, RoleArn: arnOf('ClockRole'), Input: 'x' }),
      Calls: schedule({
        Arn: 'arn:aws:scheduler:::aws-sdk:ssm:putParameter',
        RoleArn: arnOf('ClockRole'),
        Input: '{"Name":"/by/clock","Value":"1","Type":"String","Overwrite":true}',
      }),
      Off: schedule({ Arn: arnOf('Machine'), RoleArn: arnOf('ClockRole') }, { State: 'DISABLED' }),
    },
    code,
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

const failures = async (name: string) => (await test_.cloud.schedules.fire(name)).map(({ failure }) => failure);

test('all rules and schedules are listed, with whether they are on', () => {
  const all = test_.cloud.schedules.all().map(({ where, enabled }) => `${where.slice(2)} ${enabled ? 'on' : 'off'}`);
  const on = ['Calls', 'Daily', 'Distrusted', 'Fails', 'Hourly', 'Invokes', 'Publishes', 'Uninvited'];
  expect(all.sort()).toEqual([...on.map((name) => `${name} on`), 'Events off', 'Off off'].sort());
});

test('a rule invokes, starts and publishes, each with the input that it asks for', async () => {
  expect(await failures('daily')).toEqual([undefined, undefined, undefined]);
  const [line] = test_.cloud.logs.lines('work');
  const event = JSON.parse(line?.text.replace(/^got /, '') ?? '') as Record<string, unknown>;
  expect(event).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '123456789012',
    resources: ['arn:aws:events:eu-west-1:123456789012:rule/daily'],
  });
  const [execution] = [...test_.cloud.executions.executions.values()];
  expect(execution).toMatchObject({ input: '{"by":"rule"}', status: 'SUCCEEDED' });
  expect(test_.cloud.topics.messages.at(-1)?.text).toMatch(/^"It is 2\d{3}-/);
});

test('a permission for another rule is none, and the failure names both', async () => {
  const [failure] = await failures('S/Uninvited');
  expect(failure).toMatch(
    /^S\/Uninvited: No AWS::Lambda::Permission lets events.amazonaws.com invoke work for arn:.*rule\/S-Uninvited.*; S\/(DailyMay|FailsMay) does so for arn:.*rule\/(daily|fails) alone/,
  );
});

test('a role that does not trust the service is named', async () => {
  expect(await failures('S/Distrusted')).toEqual([
    'S/Distrusted: S/Role has no statement that lets events.amazonaws.com assume it.',
  ]);
});

test('a target that fails is told', async () => {
  expect(await failures('fails')).toEqual(['S/Fails: work failed: it failed']);
});

test('a schedule does everything with the rights of its role', async () => {
  expect(await failures('hourly')).toEqual([undefined]);
  expect([...test_.cloud.executions.executions.values()].at(-1)?.input).toMatch(/^\{"at":"2\d{3}-.*Z"\}$/);
  expect(await failures('S/Invokes')).toEqual([undefined]);
  expect(await failures('S/Calls')).toEqual([undefined]);
  expect(test_.cloud.parameters.names()).toEqual(['/by/clock']);
  const [refused] = await failures('S/Publishes');
  expect(refused).toContain('is not authorized to perform: sns:Publish');
  expect(test_.cloud.authorizer.judgements.at(-1)?.reason).toMatch(
    /^S\/ClockRole has no statement that allows sns:Publish/,
  );
});

test('a rule that waits for events can be checked, and fired with an event', async () => {
  expect(await test_.cloud.schedules.check('S/Events')).toEqual([{ target: test_.id('S', 'Topic') }]);
  const before = test_.cloud.topics.messages.length;
  await test_.cloud.schedules.fire('S/Events', { source: 'aws.rds', detail: { Message: 'restarted' } });
  expect(test_.cloud.topics.messages).toHaveLength(before + 1);
  expect(test_.cloud.topics.messages.at(-1)?.text).toContain('restarted');
});

test('a name that nobody has is refused', () => {
  expect(() => test_.cloud.schedules.fire('none')).toThrow('There is no rule and no schedule none.');
});

test('all that are on are fired or checked, and every failure is told', async () => {
  const failures: string[] = [];
  await runScheduled(test_.cloud, test_.account, test_.clock, (sentence) => void failures.push(sentence));
  expect(failures.map((failure) => failure.split(':')[0]).sort()).toEqual([
    'S/Distrusted',
    'S/Fails',
    'S/Publishes',
    'S/Uninvited',
  ]);
});
