import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aws, awsJson, testWithAws } from '../support/aws-cli';
import { allow, functionOf, roleFor, useCloud } from '../support/cloud';

// A client that we did not write: whatever it sends must be understood, and whatever it gets must make sense to it.
const test_ = useCloud();
const code = { code: { 'index.js': 'exports.handler = async (event) => ({ got: event });' } };
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const json = (...args: readonly string[]) => awsJson(test_, ...args);

beforeAll(async () => {
  const root = { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } };
  const result = await test_.deploy(
    'S',
    {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: { Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: root }] },
        },
      },
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/own', TargetKeyId: { Ref: 'Key' } } },
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: 'admin', KmsKeyId: arnOf('Key'), GenerateSecretString: {} },
      },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'dumps',
          VersioningConfiguration: { Status: 'Enabled' },
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf('Key') } },
            ],
          },
        },
      },
      Role: roleFor('lambda.amazonaws.com'),
      Function: functionOf('code', 'Role', { FunctionName: 'echo' }),
      MachineRole: roleFor('states.amazonaws.com', allow('lambda:InvokeFunction', arnOf('Function'))),
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'waits',
          RoleArn: arnOf('MachineRole'),
          Definition: {
            StartAt: 'Wait',
            States: {
              Wait: { Type: 'Wait', Seconds: 3600, Next: 'Call' },
              Call: { Type: 'Task', Resource: arnOf('Function'), End: true },
            },
          },
        },
      },
      Database: {
        Type: 'AWS::RDS::DBInstance',
        Properties: {
          DBInstanceIdentifier: 'main',
          DBInstanceClass: 'db.t4g.micro',
          Engine: 'postgres',
          DBName: 'app',
          MasterUsername: 'master',
          MasterUserPassword: {
            'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}']],
          },
        },
      },
    },
    code,
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

testWithAws('parameters are put and read, with and without decryption', async () => {
  await json(
    'ssm',
    'put-parameter',
    '--name',
    '/app/url',
    '--value',
    'one two',
    '--type',
    'SecureString',
    '--key-id',
    'alias/own',
  );
  const read = await json('ssm', 'get-parameter', '--name', '/app/url', '--with-decryption');
  expect(read['Parameter']).toMatchObject({ Name: '/app/url', Value: 'one two', Version: 1 });
  const sealed = await json('ssm', 'get-parameter', '--name', '/app/url');
  expect(JSON.stringify(sealed)).not.toContain('one two');
  const { status, error } = await aws(test_, ['ssm', 'get-parameter', '--name', '/none']);
  expect(status).toBe(254);
  expect(error).toContain('(ParameterNotFound) when calling the GetParameter operation');
});

testWithAws('a secret is read', async () => {
  const { SecretString } = await json('secretsmanager', 'get-secret-value', '--secret-id', 'admin');
  expect(SecretString).toHaveLength(32);
});

testWithAws('what KMS encrypts it decrypts, with the same context alone', async () => {
  const context = ['--encryption-context', 'a=1'];
  const { CiphertextBlob } = await json(
    'kms',
    'encrypt',
    '--key-id',
    'alias/own',
    '--plaintext',
    'cGxhaW4=',
    ...context,
  );
  const decrypt = ['kms', 'decrypt', '--ciphertext-blob', String(CiphertextBlob)];
  expect((await json(...decrypt, ...context))['Plaintext']).toBe('cGxhaW4=');
  expect((await aws(test_, decrypt)).error).toContain('InvalidCiphertextException');
});

testWithAws('instances and snapshots of databases are described', async () => {
  const { DBInstances } = await json('rds', 'describe-db-instances', '--db-instance-identifier', 'main');
  expect(DBInstances).toMatchObject([
    {
      DBInstanceIdentifier: 'main',
      DBInstanceStatus: 'available',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      Endpoint: { Port: 5432 },
    },
  ]);
  const tags = ['--tags', 'Key=by,Value=hand', 'Key=for,Value=test'];
  const made = await json(
    'rds',
    'create-db-snapshot',
    '--db-snapshot-identifier',
    's1',
    '--db-instance-identifier',
    'main',
    ...tags,
  );
  expect(made['DBSnapshot']).toMatchObject({
    DBSnapshotIdentifier: 's1',
    TagList: [
      { Key: 'by', Value: 'hand' },
      { Key: 'for', Value: 'test' },
    ],
  });
  const status = async () => (await json('rds', 'describe-db-snapshots'))['DBSnapshots'] as { Status: string }[];
  while ((await status())[0]?.Status === 'creating');
  // Which would look once in 30 seconds.
  await aws(test_, ['rds', 'wait', 'db-snapshot-available', '--db-snapshot-identifier', 's1']);
  await json('rds', 'delete-db-snapshot', '--db-snapshot-identifier', 's1');
  expect((await aws(test_, ['rds', 'describe-db-instances', '--db-instance-identifier', 'none'])).error).toContain(
    '(DBInstanceNotFound)',
  );
});

testWithAws('a function is invoked', async () => {
  const file = join(mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'cli-')), 'out.json');
  const raw = ['--cli-binary-format', 'raw-in-base64-out'];
  const answer = await json('lambda', 'invoke', '--function-name', 'echo', '--payload', '{"a":1}', ...raw, file);
  expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(readFileSync(file, 'utf8')).toBe('{"got":{"a":1}}');
});

testWithAws('an execution is started, described, and its history read', async () => {
  const arn = test_.arn('S', 'Machine');
  const { executionArn } = await json(
    'stepfunctions',
    'start-execution',
    '--state-machine-arn',
    arn,
    '--input',
    '{"n":1}',
  );
  await test_.cloud.executions.find(String(executionArn)).ended;
  const described = await json('stepfunctions', 'describe-execution', '--execution-arn', String(executionArn));
  expect(described).toMatchObject({ status: 'SUCCEEDED', output: '{"got":{"n":1}}' });
  const { events } = await json('stepfunctions', 'get-execution-history', '--execution-arn', String(executionArn));
  const types = (events as { type: string }[]).map(({ type }) => type);
  expect(types[0]).toBe('ExecutionStarted');
  expect(types.at(-1)).toBe('ExecutionSucceeded');
});

testWithAws('a message is published', async () => {
  await json('sns', 'publish', '--topic-arn', test_.id('S', 'Topic'), '--message', 'hello', '--subject', 'hi');
  expect(test_.cloud.topics.messages.at(-1)).toMatchObject({ subject: 'hi', text: 'hello' });
});

testWithAws('20 MB go into a bucket in parts and come back intact, and are listed', async () => {
  const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'cli-'));
  const data = randomBytes(20 * 1024 * 1024);
  writeFileSync(join(folder, 'large.bin'), data);
  const run = async (...args: string[]) => {
    const said = await aws(test_, ['s3', ...args], folder);
    expect([said.status, said.error]).toEqual([0, '']);
    return said.out;
  };
  await run('cp', 'large.bin', 's3://dumps/2026/large.bin', '--no-progress');
  expect(test_.cloud.buckets.find('dumps').objects.get('2026/large.bin')?.[0]?.parts).toBeGreaterThan(1);
  expect(await run('ls', 's3://dumps/')).toContain('PRE 2026/');
  expect(await run('ls', 's3://dumps/2026/')).toMatch(/20971520 large\.bin/);
  expect(await run('ls')).toMatch(/dumps/);
  await run('cp', 's3://dumps/2026/large.bin', 'back.bin', '--no-progress');
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  expect(digest(readFileSync(join(folder, 'back.bin')))).toBe(digest(data));
  await run('rm', 's3://dumps/2026/large.bin');
  const { Versions } = await json('s3api', 'list-object-versions', '--bucket', 'dumps');
  expect(Versions).toHaveLength(1);
});

testWithAws('a wrong secret is refused with the error of AWS', async () => {
  const wrong = {
    client: { ...test_.client, credentials: { ...test_.client.credentials, secretAccessKey: 'guessed' } },
  };
  expect((await aws(wrong, ['ssm', 'get-parameter', '--name', '/x'])).error).toContain('(InvalidSignatureException)');
  expect((await aws(wrong, ['rds', 'describe-db-instances'])).error).toContain('(SignatureDoesNotMatch)');
  expect((await aws(wrong, ['s3', 'ls'])).error).toContain('(SignatureDoesNotMatch)');
});

testWithAws('a command that the rehearsal does not know says so', async () => {
  const { status, error } = await aws(test_, ['rds', 'describe-db-clusters']);
  expect(status).not.toBe(0);
  expect(error).toContain('The rehearsal does not know the operation DescribeDBClusters of rds.');
});
