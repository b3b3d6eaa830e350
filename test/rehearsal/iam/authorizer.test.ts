import type { Account } from '../../../rehearsal/account';
import { deployStack } from '../../../rehearsal/deploy/stack';
import { Authorizer } from '../../../rehearsal/iam/authorizer';
import { permissionsOf } from '../../../rehearsal/iam/permissions';
import { allow, roleFor } from '../support/cloud';
import { Deploys, stackOf } from '../support/stacks';

type Section = Readonly<Record<string, unknown>>;

async function authorizerOf(
  resources: Section,
): Promise<{ authorizer: Authorizer; account: Account; roleArn: string }> {
  const { account, context } = new Deploys();
  expect((await deployStack(stackOf('S', resources), context)).outcome).toBe('created');
  const roleArn = String(account.stacks.get('S')?.resources.get('Role')?.attributes['Arn']);
  return { authorizer: new Authorizer(account), account, roleArn };
}
const ask = (authorizer: Authorizer, roleArn: string, action: string, resource: string, context = {}) =>
  authorizer.check({ arn: 'arn:aws:sts::123456789012:assumed-role/r/f', roleArn }, { action, resource, context });
const user = 'User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: ';

test('a refusal has the sentence of AWS, and the reason names the role and what is missing', async () => {
  const { authorizer, roleArn } = await authorizerOf({
    Role: roleFor('lambda.amazonaws.com', { Effect: 'Deny', Action: 'ssm:*', Resource: '*' }),
  });
  expect(() => ask(authorizer, roleArn, 'rds:Describe', 'arn:x')).toThrow(
    `${user}rds:Describe on resource: arn:x because no identity-based policy allows the rds:Describe action`,
  );
  expect(() => ask(authorizer, roleArn, 'ssm:Get', 'arn:x')).toThrow(
    `${user}ssm:Get on resource: arn:x with an explicit deny in an identity-based policy`,
  );
  expect(authorizer.judgements.map(({ reason }) => reason)).toEqual([
    'S/Role has no statement that allows rds:Describe on arn:x.',
    'ssm:Get on arn:x is denied to S/Role by S/Role (own), statement 2.',
  ]);
});

test('a boundary is a managed policy of the template', async () => {
  const { authorizer, roleArn } = await authorizerOf({
    Limit: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow('ssm:*')] } } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        PermissionsBoundary: { Ref: 'Limit' },
        AssumeRolePolicyDocument: { Statement: [] },
        Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [allow('*')] } }],
      },
    },
  });
  ask(authorizer, roleArn, 'ssm:Get', 'arn:x');
  expect(() => ask(authorizer, roleArn, 'rds:Get', 'arn:x')).toThrow(
    'because no permissions boundary allows the rds:Get action',
  );
  expect(authorizer.judgements.at(-1)?.reason).toBe(
    'The permissions boundary of S/Role does not allow rds:Get on arn:x.',
  );
});

test('attached policies count, AWS managed ones that are known do, and others are refused by name', async () => {
  const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  const role = (...ManagedPolicyArns: string[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: { ManagedPolicyArns, AssumeRolePolicyDocument: { Statement: [] } },
  });
  const { authorizer, roleArn } = await authorizerOf({
    Role: role(basic),
    More: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'more', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: allow('ssm:*') } },
    },
  });
  ask(authorizer, roleArn, 'logs:PutLogEvents', 'arn:x');
  ask(authorizer, roleArn, 'ssm:Get', 'arn:x');
  const second = await authorizerOf({ Role: role('arn:aws:iam::aws:policy/AdministratorAccess') });
  expect(() => ask(second.authorizer, second.roleArn, 'ssm:Get', 'arn:x')).toThrow(
    'The rehearsal does not know what the managed policy arn:aws:iam::aws:policy/AdministratorAccess allows.',
  );
});

test('a managed policy that names the role counts, once also where the role names it as well', async () => {
  const named = (PolicyName: string, action: string, Roles: unknown[]) => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { ManagedPolicyName: PolicyName, Roles, PolicyDocument: { Statement: allow(action) } },
  });
  const { authorizer, account, roleArn } = await authorizerOf({
    Both: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { Roles: ['r'], PolicyDocument: { Statement: allow('ssm:Get') } },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'r',
        ManagedPolicyArns: [{ Ref: 'Both' }],
        AssumeRolePolicyDocument: { Statement: [] },
      },
    },
    Theirs: named('theirs', 'ssm:Put', [{ Ref: 'Role' }]),
    Others: named('others', 'ssm:Delete', ['another']),
  });
  ask(authorizer, roleArn, 'ssm:Get', 'arn:x');
  ask(authorizer, roleArn, 'ssm:Put', 'arn:x');
  expect(() => ask(authorizer, roleArn, 'ssm:Delete', 'arn:x')).toThrow('is not authorized');
  const [permissions] = permissionsOf(account, authorizer.usage);
  expect(permissions?.grants.map(({ statement, used }) => [statement, used])).toEqual([
    ['S/Theirs, statement 1', true],
    ['S/Both, statement 1', true],
  ]);
});

test('a tag of the role is a policy variable, and the keys of every call are there', async () => {
  const { authorizer, roleArn } = await authorizerOf({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Tags: [{ Key: 'team', Value: 'data' }],
        AssumeRolePolicyDocument: { Statement: [] },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Statement: [
                allow('s3:*', `arn:aws:s3:::b/\${aws:PrincipalTag/team}/*`, {
                  Condition: {
                    StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': '123456789012' },
                  },
                }),
              ],
            },
          },
        ],
      },
    },
  });
  ask(authorizer, roleArn, 's3:GetObject', 'arn:aws:s3:::b/data/1');
  expect(() => ask(authorizer, roleArn, 's3:GetObject', 'arn:aws:s3:::b/other/1')).toThrow('is not authorized');
});

test('a key that is not known is told like a refusal', async () => {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const { authorizer, roleArn } = await authorizerOf({
    Role: roleFor('lambda.amazonaws.com', allow('ssm:*', '*', { Condition })),
  });
  const sentence =
    'S/Role (own), statement 2: the rehearsal does not know the condition key aws:MultiFactorAuthPresent of ssm:Get.';
  expect(() => ask(authorizer, roleArn, 'ssm:Get', 'arn:x')).toThrow(sentence);
  expect(authorizer.judgements).toMatchObject([{ action: 'ssm:Get', allowed: false, reason: sentence }]);
});

test('a call over TLS has its version, and one without has none', async () => {
  const old = {
    Effect: 'Deny',
    Action: 's3:*',
    Resource: '*',
    Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
  };
  const none = { ...old, Condition: { Null: { 's3:TlsVersion': 'true' } } };
  const { authorizer, roleArn } = await authorizerOf({
    Role: roleFor('lambda.amazonaws.com', old, none, allow('s3:*')),
  });
  ask(authorizer, roleArn, 's3:GetObject', 'arn:x');
  expect(() => ask(authorizer, roleArn, 's3:GetObject', 'arn:x', { 'aws:SecureTransport': 'false' })).toThrow(
    'with an explicit deny',
  );
});

test('what was granted is told with whether anything needed it', async () => {
  const { authorizer, account, roleArn } = await authorizerOf({
    Role: roleFor('lambda.amazonaws.com', allow(['ssm:GetParameter', 'ssm:PutParameter'])),
  });
  authorizer.services.whyNotAssumed(roleArn, 'lambda.amazonaws.com');
  ask(authorizer, roleArn, 'ssm:GetParameter', 'arn:x');
  const [permissions] = permissionsOf(account, authorizer.usage);
  expect(permissions).toMatchObject({ holder: 'S/Role', acted: true });
  expect(permissions?.grants.map(({ action, used }) => [action, used])).toEqual([
    ['sts:AssumeRole', true],
    ['logs:CreateLogGroup', false],
    ['logs:CreateLogStream', false],
    ['logs:PutLogEvents', false],
    ['ssm:GetParameter', true],
    ['ssm:PutParameter', false],
  ]);
});

test('the operator may do everything, and nobody is asked', async () => {
  const { authorizer } = await authorizerOf({ Role: roleFor('lambda.amazonaws.com') });
  authorizer.check({ arn: 'arn:aws:iam::123456789012:user/operator' }, { action: 'kms:Decrypt', resource: 'arn:x' });
  expect(authorizer.judgements).toEqual([]);
});
