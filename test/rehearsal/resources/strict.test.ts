import { allow, functionOf, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();
const code = { code: { 'index.js': 'exports.handler = async () => {};' } };
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const root = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: 'arn:aws:iam::123456789012:root' } };
const key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [root] } } };

/** Deploys one resource of a type, beside the role of a function and two keys. */
const deploy = (Type: string, Properties: object, stack = 'S') =>
  test_.deploy(
    stack,
    { Role: roleFor('lambda.amazonaws.com', allow('ec2:*')), One: key, Two: key, It: { Type, Properties } },
    code,
  );

describe('a property that nothing is done with is refused by its name', () => {
  const functions = functionOf('code', 'Role').Properties;
  test.each<[string, string, object]>([
    ['AWS::Lambda::Function', 'Layers', { ...functions, Layers: ['arn:layer'] }],
    ['AWS::Lambda::Function', 'KmsKeyArn', { ...functions, KmsKeyArn: arnOf('One') }],
    ['AWS::Lambda::Function', 'ReservedConcurrentExecutions', { ...functions, ReservedConcurrentExecutions: 1 }],
    ['AWS::Lambda::Function', 'DeadLetterConfig', { ...functions, DeadLetterConfig: { TargetArn: 'arn:x' } }],
    ['AWS::RDS::DBInstance', 'DBSnapshotIdentifier', { Engine: 'postgres', DBSnapshotIdentifier: 'x' }],
    ['AWS::SecretsManager::Secret', 'ReplicaRegions', { ReplicaRegions: [{ Region: 'us-east-1' }] }],
    ['AWS::SNS::Topic', 'Subscription', { Subscription: [{ Endpoint: 'a@b', Protocol: 'email' }] }],
    ['AWS::KMS::Key', 'BypassPolicyLockoutSafetyCheck', { BypassPolicyLockoutSafetyCheck: true }],
    ['AWS::SSM::Parameter', 'AllowedPattern', { Type: 'String', Value: 'x', AllowedPattern: 'y' }],
    ['AWS::Logs::LogGroup', 'DataProtectionPolicy', { DataProtectionPolicy: {} }],
    ['AWS::EC2::FlowLog', 'LogDestination', { LogDestination: 'arn:x' }],
    ['AWS::StepFunctions::StateMachine', 'DefinitionS3Location', { DefinitionS3Location: { Bucket: 'b', Key: 'k' } }],
  ])('%s %s', async (type, property, properties) => {
    const { outcome, reason } = await deploy(type, properties);
    expect(outcome).toBe('rolled back');
    expect(reason).toBe(`It (${type}): The rehearsal does not know the property ${property} of an ${type}.`);
  });

  test.each<[string, object, string]>([
    [
      'AWS::Lambda::Function',
      { ...functions, PackageType: 'Image' },
      'PackageType of an AWS::Lambda::Function only as Zip, and it is Image',
    ],
    [
      'AWS::KMS::Key',
      { KeySpec: 'RSA_2048' },
      'KeySpec of an AWS::KMS::Key only as SYMMETRIC_DEFAULT, and it is RSA_2048',
    ],
    [
      'AWS::EC2::FlowLog',
      { LogDestinationType: 's3' },
      'LogDestinationType of an AWS::EC2::FlowLog only as cloud-watch-logs',
    ],
    [
      'AWS::SSM::Parameter',
      { Type: 'SecureString', Value: 'x' },
      'CloudFormation makes no AWS::SSM::Parameter of the type SecureString',
    ],
  ])('%s %j', async (type, properties, sentence) => {
    expect((await deploy(type, properties)).reason).toContain(sentence);
  });

  test('also when it comes by an update', async () => {
    await deploy('AWS::SNS::Topic', {}, 'U');
    expect(await deploy('AWS::SNS::Topic', { TracingConfig: 'Active' }, 'U')).toMatchObject({
      outcome: 'rolled back',
      reason: expect.stringContaining('the property TracingConfig'),
    });
  });
});

test('a secret gets another value, other tags and another key, and stays readable', async () => {
  const type = 'AWS::SecretsManager::Secret';
  await deploy(
    type,
    { SecretString: 'first-value', KmsKeyId: arnOf('One'), Tags: [{ Key: 'team', Value: 'a' }] },
    'Secret',
  );
  const secret = test_.cloud.secrets.find(test_.id('Secret', 'It'));
  expect(secret.tags).toEqual({ team: 'a' });
  await deploy(
    type,
    { SecretString: 'second-value', KmsKeyId: arnOf('Two'), Tags: [{ Key: 'team', Value: 'b' }] },
    'Secret',
  );
  expect([secret.key, secret.tags, secret.versions.size]).toEqual([test_.arn('Secret', 'Two'), { team: 'b' }, 2]);
  test_.cloud.keys.enable(test_.id('Secret', 'One'), false);
  expect(test_.cloud.secrets.current(secret.arn)).toBe('second-value');
});

test('a topic gets another key, whose rights are asked for from then on', async () => {
  await deploy('AWS::SNS::Topic', { TopicName: 'news' }, 'Topic');
  await deploy('AWS::SNS::Topic', { TopicName: 'news', KmsMasterKeyId: arnOf('One') }, 'Topic');
  const asked: string[] = [];
  await test_.cloud.topics.service.operations['Publish']?.(
    { TopicArn: test_.id('Topic', 'It'), Message: 'x' },
    {
      ...{ service: 'sns', operation: 'Publish', caller: { arn: 'me' }, requestId: '1' },
      authorize: (action) => void asked.push(action),
    },
  );
  expect(asked).toEqual(['sns:Publish', 'kms:GenerateDataKey', 'kms:Decrypt']);
});

describe('a database', () => {
  const properties = {
    DBInstanceIdentifier: 'shop',
    Engine: 'postgres',
    EngineVersion: '16.4',
    MasterUsername: 'master',
    MasterUserPassword: 'a-good-password',
    BackupRetentionPeriod: 7,
    VPCSecurityGroups: ['sg-1'],
    Tags: [{ Key: 'team', Value: 'a' }],
  };
  const update = (more: object) => deploy('AWS::RDS::DBInstance', { ...properties, ...more }, 'Database');
  const instance = () => test_.cloud.databases.instance('shop');

  test('has what an update gives it, and keeps what somebody has set meanwhile', async () => {
    expect((await update({})).outcome).toBe('created');
    instance().settings = { ...instance().settings, MonitoringInterval: 60 };
    const more = { VPCSecurityGroups: ['sg-2'], BackupRetentionPeriod: 14, MultiAZ: true, EngineVersion: '16.6' };
    expect((await update({ ...more, Tags: [{ Key: 'team', Value: 'b' }] })).outcome).toBe('updated');
    expect(instance()).toMatchObject({
      securityGroups: ['sg-2'],
      tags: { team: 'b' },
      settings: { BackupRetentionPeriod: 14, MultiAZ: true, MonitoringInterval: 60 },
    });
    expect(JSON.stringify(instance().settings)).not.toContain('a-good-password');
  });

  test.each<[object, string]>([
    [{ DBParameterGroupName: 'other' }, 'does not change the property DBParameterGroupName'],
    [{ MasterUserPassword: 'another-password' }, 'does not change the property MasterUserPassword'],
    [{ EngineVersion: '17.2' }, 'upgrades no database to another major version'],
    [{ MonitoringRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }, 'ENHANCED_MONITORING'],
  ])('refuses the change %j', async (more, sentence) => {
    const { outcome, reason } = await update(more);
    expect(outcome).toBe('rolled back');
    expect(reason).toContain(sentence);
  });

  test('that keeps no backups does not begin to', async () => {
    await update({ BackupRetentionPeriod: 0 });
    expect((await update({ BackupRetentionPeriod: 1 })).reason).toContain('does not begin to keep backups');
  });
});
