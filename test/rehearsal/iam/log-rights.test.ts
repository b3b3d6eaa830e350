import { deployStack } from '../../../rehearsal/deploy/stack';
import type { FunctionSettings } from '../../../rehearsal/functions/host';
import { Authorizer } from '../../../rehearsal/iam/authorizer';
import { mayLog } from '../../../rehearsal/iam/log-rights';
import { Logs } from '../../../rehearsal/logs';
import { allow } from '../support/cloud';
import { Deploys, stackOf } from '../support/stacks';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:work';
const streams = 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/work:log-stream:';
const writing = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `${streams}*`);
const making = allow('logs:CreateLogGroup', 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/*');

/** What is told as broken, and the groups that are there at the end. */
async function logging(groups: readonly string[], ...Statement: object[]) {
  const { account, context } = new Deploys();
  const Policies = [{ PolicyName: 'own', PolicyDocument: { Statement } }];
  const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] }, Policies } };
  expect((await deployStack(stackOf('S', { Role: role }), context)).outcome).toBe('created');
  const roleArn = String(account.stacks.get('S')?.resources.get('Role')?.attributes['Arn']);
  const logs = new Logs();
  for (const group of groups) logs.create(group);
  const broken: string[] = [];
  const settings = { name: 'work', arn, roleArn, logGroup: '/aws/lambda/work' } as FunctionSettings;
  const may = mayLog(account, new Authorizer(account), logs, (sentence) => broken.push(sentence))(settings);
  return { may, broken, made: logs.has('/aws/lambda/work') };
}

test('a group that is there takes what the role may write', async () => {
  expect(await logging(['/aws/lambda/work'], writing)).toEqual({ may: true, broken: [], made: true });
  const { may, broken } = await logging(['/aws/lambda/work'], making);
  expect(may).toBe(false);
  expect(broken).toEqual([
    expect.stringMatching(/^The log of work is lost: User: .* logs:CreateLogStream on resource/),
  ]);
});

test('one that is not there is made, where the role may do that', async () => {
  expect(await logging(['/other'], writing, making)).toEqual({ may: true, broken: [], made: true });
});

test('and otherwise the log is lost, and group and right are named', async () => {
  const { may, broken, made } = await logging([], writing);
  expect([may, made]).toEqual([false, false]);
  expect(broken).toEqual([
    expect.stringMatching(
      /^The log of work is lost: there is no log group \/aws\/lambda\/work, and User: .* not authorized to perform: logs:CreateLogGroup/,
    ),
  ]);
});

test('for which function Lambda writes is known to conditions', async () => {
  const Condition = { ArnNotEquals: { 'lambda:SourceFunctionArn': arn } };
  const others = { Effect: 'Deny', Action: 'logs:*', Resource: '*', Condition };
  expect(await logging(['/aws/lambda/work'], writing, others)).toMatchObject({ may: true });
});
