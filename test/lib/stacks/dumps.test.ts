import { Match, type Template } from 'aws-cdk-lib/assertions';
import { projectFolder } from '../support/project';
import { synthesize } from '../support/synth';

const project = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  account: '111122223333',
  network: { egress: 'nat' },
  backups: { window: '02:10-02:40', dumps: { schedule: 'daily', keepDays: 30 } },
  environments: {
    live: { drills: { kinds: ['dump'] } },
    kept: {
      backups: {
        dumps: { schedule: 'weekly', keepDays: 400, lockDays: 90, glacierAfterDays: 60, maximumShrinkPercent: 5 },
      },
    },
    without: { backups: { dumps: 'none' }, network: { egress: 'endpoints' } },
  },
});
const protection = async (environment = 'live') => (await synthesize(environment, project)).template('protection');
type Section = Readonly<Record<string, unknown>>;

/** What the one policy with such a logical id allows. */
function statementsOf(template: Template, id: RegExp): readonly Section[] {
  const found = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([name]) => id.test(name));
  expect(found).toHaveLength(1);
  return found.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Section[]);
}

function containersOf(template: Template, family: string): readonly Section[] {
  return Object.values(template.findResources('AWS::ECS::TaskDefinition')).flatMap(({ Properties }) =>
    Properties.Family === family ? (Properties.ContainerDefinitions as Section[]) : [],
  );
}

/** The states of a machine, with a letter for each reference. */
function statesOf(template: Template, name: string): Definition['States'] {
  const machine = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).find(
    ({ Properties }) => Properties.StateMachineName === name,
  );
  const joined = machine?.['Properties'].DefinitionString['Fn::Join'][1] as unknown[];
  const text = joined.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  return (JSON.parse(text) as Definition).States;
}

type Definition = {
  readonly States: Readonly<Record<string, { readonly Arguments?: object; readonly Next?: string }>>;
};

test('the bucket of the dumps is encrypted, versioned, reachable over TLS alone, and stays', async () => {
  const template = await protection();
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      BucketName: 'shop-live-dumps-111122223333-eu-west-1',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({ ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) }),
        ],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicAcls: true }),
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'dumps/', ExpirationInDays: 30 })]),
      },
    },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('a lock and a way to Glacier are there where the config asks for them, and else not', async () => {
  (await protection('kept')).hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'shop-kept-dumps-111122223333-eu-west-1',
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 90 } } },
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        Match.objectLike({
          ExpirationInDays: 400,
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 60 }],
        }),
      ]),
    },
  });
  const quiet = await protection();
  expect(JSON.stringify(quiet.findResources('AWS::S3::Bucket'))).not.toMatch(/ObjectLockConfiguration|"60"/);
  // Switched on later it would be another bucket, and this one has the name.
  quiet.allResourcesProperties('AWS::S3::Bucket', { ObjectLockEnabled: true });
});

test('the task runs pinned images that others keep, read-only, with its two scripts in the template', async () => {
  const containers = containersOf(await protection(), 'shop-live-dump');
  expect(containers.map(({ Name, Essential }) => [Name, Essential])).toEqual([
    ['postgres', false],
    ['storage', true],
  ]);
  for (const { Image, ReadonlyRootFilesystem, EntryPoint, Command } of containers) {
    expect(Image).toMatch(/^public[.]ecr[.]aws\/[a-z/-]+:\d+[.]\d+[a-z0-9.-]*$/);
    expect(ReadonlyRootFilesystem).toBe(true);
    expect(EntryPoint).toEqual(['bash', '-c']);
    expect(JSON.stringify(Command)).toContain('set -euo pipefail');
  }
  // 16.16 is the first without flaws that let a dump run code in whoever restores it.
  const version = /postgres:16[.](\d+)/.exec(String(containers[0]?.['Image']))?.[1];
  expect(Number(version)).toBeGreaterThanOrEqual(16);
});

test('no password stands in the task: it is read from the secret, by a role that may read no other', async () => {
  const template = await protection();
  const text = JSON.stringify(template.findResources('AWS::ECS::TaskDefinition'));
  expect(text).not.toMatch(/resolve:secretsmanager|PGPASSWORD":|"Secrets":/);
  const Statement = statementsOf(template, /DumpsTaskRole/);
  const secret = Statement.find(({ Action }) => Action === 'secretsmanager:GetSecretValue');
  expect(JSON.stringify(secret?.['Resource'])).toContain('DatabaseAdmin');
  expect(Statement.flatMap(({ Action }) => Action as string | string[])).toEqual([
    'secretsmanager:GetSecretValue',
    's3:AbortMultipartUpload',
    's3:GetObject',
    's3:PutObject',
    'kms:Decrypt',
    'kms:GenerateDataKey',
  ]);
});

test('the certificate of the database is checked against the authority of its own region', async () => {
  const text = JSON.stringify((await protection('kept')).findResources('AWS::ECS::TaskDefinition'));
  expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  expect(text).toContain('PGSSLMODE=verify-full');
});

test.each([
  ['live', 'cron(10 6 * * ? *)', 32, 20],
  ['kept', 'cron(10 6 ? * MON *)', 176, 5],
])(
  '%s: a dump is made in its time, and its absence and its shrinking ring',
  async (environment, at, hours, percent) => {
    const template = await protection(environment);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: at });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `shop-${environment}-no-dump`,
      MetricName: 'DumpAgeHours',
      Threshold: hours,
      TreatMissingData: 'breaching',
      AlarmActions: [Match.anyValue()],
      AlarmDescription: Match.stringLikeRegexp('docs/runbook.md#no-dump'),
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `shop-${environment}-dump-shrank`,
      MetricName: 'DumpShrankPercent',
      Threshold: percent,
      TreatMissingData: 'notBreaching',
      AlarmActions: [Match.anyValue()],
    });
  },
);

test('a dump that fails is told, and its machine may run its own task alone, in its own cluster', async () => {
  const template = await protection();
  template.hasResourceProperties('AWS::Events::Rule', {
    Description: 'Dumps that did not succeed',
    EventPattern: Match.objectLike({ source: ['aws.states'] }),
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'ecs:RunTask',
          Resource: { Ref: Match.stringLikeRegexp('DumpsTask') },
          Condition: { ArnEquals: { 'ecs:cluster': Match.anyValue() } },
        }),
        Match.objectLike({
          Action: 'iam:PassRole',
          Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        }),
      ]),
    },
  });
  expect(statesOf(template, 'shop-live-dump')['RunDump']?.Arguments).toMatchObject({
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
  });
});

test('a drill of dumps makes an instance that is as others are, and may restore or change no other', async () => {
  const template = await protection();
  const Statement = statementsOf(template, /DrillsDumpRole/);
  const actions = Statement.flatMap(({ Action }) => Action as string | string[]).filter((each) =>
    each.startsWith('rds:'),
  );
  expect(actions).toEqual([
    'rds:AddTagsToResource',
    'rds:CreateDBInstance',
    'rds:DescribeDBInstances',
    'rds:DeleteDBInstance',
  ]);
  const make = Statement.find(({ Action }) => JSON.stringify(Action).includes('rds:CreateDBInstance'));
  expect(JSON.stringify(make?.['Resource'])).toContain('db:shop-live-drill-*');
  expect(make?.['Condition']).toEqual({
    StringEquals: { 'aws:RequestTag/plinth:purpose': 'drill' },
    StringEqualsIfExists: { 'rds:DatabaseClass': 'db.t4g.medium' },
  });
  const states = statesOf(template, 'shop-live-drill-dump');
  expect(states['Restore']?.Arguments).toMatchObject({
    Engine: 'postgres',
    ManageMasterUserPassword: true,
    StorageEncrypted: true,
    PubliclyAccessible: false,
    DeletionProtection: false,
    BackupRetentionPeriod: 0,
  });
  expect(states['SetPassword']).toBeUndefined();
});

test('what loads a dump may read dumps and the secrets of drills, and nothing else', async () => {
  const template = await protection();
  const Statement = statementsOf(template, /LoadRoleDefault/);
  expect(Statement.map(({ Action }) => Action)).toEqual([
    's3:GetObject',
    'secretsmanager:GetSecretValue',
    'kms:Decrypt',
  ]);
  expect(JSON.stringify(Statement[1])).toContain('aws:ResourceTag/aws:rds:primaryDBInstanceArn');
  const variables = containersOf(template, 'shop-live-drill-load').flatMap(
    ({ Environment }) => Environment as { Name: string; Value: string }[],
  );
  const memory = variables.find(({ Name }) => Name === 'PLINTH_MAINTENANCE_MEMORY_KB')?.Value;
  // PostgreSQL's own 64 MB loses an ivfflat index with many lists.
  expect(Number(memory)).toBeGreaterThanOrEqual(128 * 1024);
});

test('without dumps there is nothing of them', async () => {
  const template = await protection('without');
  template.resourceCountIs('AWS::ECS::TaskDefinition', 0);
  template.resourceCountIs('AWS::ECS::Cluster', 0);
});
