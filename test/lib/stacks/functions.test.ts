import type { Template } from 'aws-cdk-lib/assertions';
import { actionsOf, ofType, policiesOf, resourcesOf, type Statement } from '../support/resources';
import { synthesize } from '../support/synth';

const onInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
];
const inAll = [
  ...onInterfaces,
  'kms:Decrypt',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'secretsmanager:GetSecretValue',
];
const snapshots = ['rds:AddTagsToResource', 'rds:CreateDBSnapshot', 'rds:DescribeDBSnapshots'];

describe.each([
  ['dev', [] as string[]],
  ['prod', snapshots],
])('the functions of %s', (name, withSnapshots) => {
  let templates: Template[];
  let policies: Record<string, Statement[]>;
  beforeAll(async () => {
    const { template } = await synthesize(name);
    templates = [template('database'), template('schema')];
    policies = policiesOf(...templates);
  });
  const statementsOf = (role: string) => Object.entries(policies).find(([id]) => id.startsWith(role))?.[1] ?? [];
  const functions = () => ofType('AWS::Lambda::Function', ...templates);

  test.each([
    ['SchemaRolesHandlerRole', [...inAll, 'kms:Encrypt', 'ssm:GetParameter', 'ssm:PutParameter']],
    ['SchemaExtensionsHandlerRole', inAll],
    ['SchemaMigrationsHandlerRole', [...inAll, ...withSnapshots]],
    ['SchemaVectorIndexesHandlerRole', inAll],
    [
      'DatabaseRotationRole',
      [
        ...[...onInterfaces, 'logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:DescribeSecret'],
        ...['secretsmanager:GetRandomPassword', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        'secretsmanager:UpdateSecretVersionStage',
      ],
    ],
  ])('%s may do just what its function does', (role, actions) => {
    expect(actionsOf(statementsOf(role)).sort()).toEqual([...actions].sort());
  });

  test('every right names a resource, but those that AWS lets nobody name one for', () => {
    const wide = Object.values(policies).flatMap((statements) =>
      actionsOf(statements.filter(({ Resource }) => Resource === '*')),
    );
    expect([...new Set(wide)].sort()).toEqual([...onInterfaces, 'secretsmanager:GetRandomPassword'].sort());
    expect(
      Object.values(policies)
        .flatMap(actionsOf)
        .filter((action) => /[*]/.test(action)),
    ).toEqual([]);
  });

  test('the code itself may not touch network interfaces, which Lambda makes in its name', () => {
    for (const [role, statements] of Object.entries(policies)) {
      const allowed = actionsOf(statements).filter((action) => action.startsWith('ec2:'));
      const denied = statements.filter(({ Effect }) => Effect === 'Deny').flatMap(({ Action }) => Action);
      expect([role, denied.sort()]).toEqual([role, allowed.sort()]);
    }
  });

  test('secrets and keys are named by their ARN', () => {
    for (const statements of Object.values(policies)) {
      for (const { Action, Resource } of statements) {
        const about = [Action].flat().filter((action) => /^kms:|GetSecretValue|PutSecretValue/.test(action));
        if (about.length > 0) expect(JSON.stringify(Resource)).toMatch(/Fn::ImportValue|Ref|Fn::GetAtt/);
      }
    }
  });

  test('none has a secret in its environment: nothing stands there but how Node is to run, and who calls whom', () => {
    for (const { Properties } of functions()) {
      const { Variables = {} } = Properties.Environment ?? {};
      const others = Object.entries(Variables).filter(
        ([key, value]) => !(key === 'NODE_OPTIONS' && value === '--enable-source-maps') && !/^USER_|^WAITER_/.test(key),
      );
      expect(others).toEqual([]);
      expect(JSON.stringify(Variables)).not.toMatch(/resolve:|password/i);
    }
  });

  test('each has a log group of its own that expires and is encrypted, and logs JSON', () => {
    for (const { Properties } of functions()) {
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } });
      const group = resourcesOf(...templates)[Properties.LoggingConfig.LogGroup.Ref];
      expect(group?.Properties).toMatchObject({ RetentionInDays: 90, KmsKeyId: expect.anything() });
    }
  });

  test('each runs on the latest Node, ours on arm64, and none reserves concurrency, which a new account refuses', () => {
    for (const { Properties } of functions()) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x' });
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
      if (Properties.VpcConfig) expect(Properties.Architectures).toEqual(['arm64']);
    }
  });

  test('each leaves the framework, which waits for it, time to answer', () => {
    for (const { Properties } of functions())
      expect(Properties.Timeout).toBeLessThanOrEqual(Properties.VpcConfig ? 840 : 900);
  });

  test('only the Secrets Manager of this account may call the rotation', () => {
    for (const { Properties } of ofType('AWS::Lambda::Permission', ...templates)) {
      expect(Properties).toMatchObject({
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
      });
    }
  });
});

test('only services of this account may use the key and the topic', async () => {
  const template = (await synthesize('prod')).template('database');
  const [key] = ofType('AWS::KMS::Key', template);
  const services = key?.Properties.KeyPolicy.Statement.filter(
    (each: { Principal: object }) => 'Service' in each.Principal,
  );
  expect(services).toMatchObject([
    {
      Principal: { Service: 'logs.ap-southeast-2.amazonaws.com' },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': expect.anything() } },
    },
    { Principal: { Service: 'events.rds.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] },
  ]);
  const [topic] = ofType('AWS::SNS::TopicPolicy', template);
  const [denied, allowed] = topic?.Properties.PolicyDocument.Statement ?? [];
  expect(denied).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  expect(allowed).toMatchObject({
    Principal: { Service: 'events.rds.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
});

// What CloudFormation takes no tags for.
const untaggable = [
  /^AWS::EC2::(Route|SubnetRouteTableAssociation|VPCGatewayAttachment|SecurityGroup(In|E)gress)$/,
  /^AWS::(IAM::Policy|KMS::Alias|SNS::TopicPolicy|Lambda::Permission)$/,
  /^AWS::SecretsManager::(SecretTargetAttachment|RotationSchedule|ResourcePolicy)$/,
  /^Custom::/,
];
test.each(['dev', 'prod'])(
  'everything in %s that takes tags has those of the project and the environment',
  async (name) => {
    const { template } = await synthesize(name);
    const all = resourcesOf(template('network'), template('database'), template('schema'));
    for (const [id, { Type, Properties }] of Object.entries(all)) {
      if (untaggable.some((type) => type.test(Type))) continue;
      expect([id, Properties.Tags]).toEqual([
        id,
        expect.arrayContaining([
          { Key: 'plinth:environment', Value: name },
          { Key: 'plinth:project', Value: 'ndis-chatbot' },
        ]),
      ]);
    }
  },
);
