import { Match } from 'aws-cdk-lib/assertions';
import { projectFolder } from '../support/project';
import { synthesize } from '../support/synth';

const project = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  account: '111122223333',
  backups: {
    window: '02:10-02:40',
    hourly: { keepHours: 24 },
    daily: { keepDays: 30 },
    monthly: { keepDays: 365 },
    vaultLock: { mode: 'compliance', minimumDays: 1, maximumDays: 400, changeableForDays: 5 },
  },
  drills: { schedule: 'weekly', kinds: ['snapshot', 'pointInTime'] },
  objectives: { rtoMinutes: 30, rpoMinutes: 60 },
  environments: {
    live: { drills: { lockEvidenceDays: 365 }, backups: { copyTo: { region: 'eu-central-1', keepDays: 90 } } },
    quiet: { drills: { schedule: 'none', kinds: ['snapshot'] }, backups: { vaultLock: 'none' } },
    monthly: { backups: { hourly: 'none', daily: 'none', vaultLock: 'none' } },
    abroad: { backups: { copyTo: { account: '444455556666', keepDays: 90 } } },
  },
});
const dumping = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  // Without a schedule, the config lets it through.
  drills: { kinds: ['dump'] },
  environments: { live: {} },
});
const hoursBut = (...not: readonly number[]) =>
  Array.from({ length: 24 }, (_, at) => at)
    .filter((at) => !not.includes(at))
    .join();
const protection = async (environment = 'live') => (await synthesize(environment, project)).template('protection');

test('each tier of the config is a rule of the backup plan, with its time and its age, and no other is', async () => {
  (await protection()).hasResourceProperties('AWS::Backup::BackupPlan', {
    BackupPlan: {
      BackupPlanRule: [
        // Not at 1 and 2, for its own jobs would meet RDS's, and on Sundays not before maintenance either.
        Match.objectLike({
          RuleName: 'hourly-mon-tue-wed-thu-fri-sat',
          ScheduleExpression: `cron(0 ${hoursBut(1, 2)} ? * MON,TUE,WED,THU,FRI,SAT *)`,
          Lifecycle: { DeleteAfterDays: 1 },
        }),
        Match.objectLike({
          RuleName: 'hourly-sun',
          ScheduleExpression: `cron(0 ${hoursBut(1, 2, 15, 16, 17)} ? * SUN *)`,
          RecoveryPointTags: Match.objectLike({ 'plinth:tier': 'hourly' }),
        }),
        Match.objectLike({
          RuleName: 'daily',
          ScheduleExpression: 'cron(40 2 * * ? *)',
          Lifecycle: { DeleteAfterDays: 30 },
        }),
        Match.objectLike({
          RuleName: 'monthly',
          ScheduleExpression: 'cron(40 2 1 * ? *)',
          Lifecycle: { DeleteAfterDays: 365 },
        }),
      ],
    },
  });
});

test('daily and rarer snapshots are copied where the config says, and the hourly ones are not', async () => {
  const template = await protection();
  const [plan] = Object.values(template.findResources('AWS::Backup::BackupPlan'));
  const rules = plan?.['Properties'].BackupPlan.BackupPlanRule as { RuleName: string; CopyActions?: object[] }[];
  expect(rules.map(({ RuleName, CopyActions = [] }) => [RuleName, CopyActions.length])).toEqual([
    ['hourly-mon-tue-wed-thu-fri-sat', 0],
    ['hourly-sun', 0],
    ['daily', 1],
    ['monthly', 1],
  ]);
  expect(JSON.stringify(rules)).toContain('backup:eu-central-1:111122223333:backup-vault:shop-live');
});

test('the vault is encrypted, locked as the config says, and stays when the stack goes', async () => {
  const template = await protection();
  template.hasResource('AWS::Backup::BackupVault', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      BackupVaultName: 'shop-live',
      EncryptionKeyArn: Match.anyValue(),
      LockConfiguration: { MinRetentionDays: 1, MaxRetentionDays: 400, ChangeableForDays: 5 },
    },
  });
});

test('evidence is encrypted, kept in versions, and reachable over TLS alone', async () => {
  const template = await protection();
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({ ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) }),
        ],
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

test('the heart beats every five minutes, writes a manifest every hour, and its silence raises an alarm', async () => {
  const template = await protection();
  for (const [rate, manifest] of [
    ['rate(5 minutes)', false],
    ['rate(1 hour)', true],
  ] as const) {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: rate,
      Targets: [Match.objectLike({ Input: JSON.stringify({ manifest }) })],
    });
  }
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'Plinth',
    MetricName: 'Heartbeat',
    Dimensions: [{ Name: 'Environment', Value: 'shop-live' }],
    TreatMissingData: 'breaching',
    AlarmDescription: Match.stringLikeRegexp('runbook.md#no-heartbeat'),
    AlarmActions: [Match.anyValue()],
  });
});

test('a machine for each kind of drill, with logs and traces, started when the config says', async () => {
  const template = await protection();
  for (const kind of ['snapshot', 'pointInTime']) {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: `shop-live-drill-${kind}`,
      LoggingConfiguration: Match.objectLike({ Level: 'ALL' }),
      TracingConfiguration: { Enabled: true },
    });
  }
  // One copy at a time is allowed, so no two begin together.
  for (const at of ['cron(40 4 ? * MON *)', 'cron(40 8 ? * MON *)']) {
    template.resourcePropertiesCountIs('AWS::Events::Rule', { ScheduleExpression: at }, 1);
  }
  const quiet = await protection('quiet');
  // Beside that of a recovery, which is always there.
  quiet.resourceCountIs('AWS::StepFunctions::StateMachine', 2);
  quiet.resourcePropertiesCountIs('AWS::Events::Rule', { ScheduleExpression: Match.stringLikeRegexp('MON') }, 0);
});

test('a drill may delete and change what has its name and its tag, and make nothing larger', async () => {
  const template = await protection();
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).map(
    (policy) => policy['Properties'].PolicyDocument,
  );
  const statements = policies.flatMap(
    ({ Statement }) => Statement as { Action: string | string[]; Resource: unknown; Condition?: object }[],
  );
  const recoveries = /:db:shop-live-restored-\*/;
  const destructive = statements.filter(
    ({ Action, Resource }) =>
      /rds:(Delete|Modify)DBInstance/.test([Action].flat().join()) && !recoveries.test(JSON.stringify(Resource)),
  );
  expect(destructive).toHaveLength(3);
  for (const { Resource, Condition } of destructive) {
    expect(JSON.stringify(Resource)).toMatch(/:db:shop-live-drill-\*"?/);
    expect([Resource].flat()).toHaveLength(1);
    expect(Condition).toMatchObject({ StringEquals: { 'aws:ResourceTag/plinth:purpose': 'drill' } });
  }
  const costly = statements.filter(({ Action, Resource }) => {
    const makes = /rds:(Restore|Modify)DBInstance/.test([Action].flat().join());
    return makes && JSON.stringify(Resource).includes('live-drill-');
  });
  expect(costly).toHaveLength(4);
  for (const { Condition } of costly) {
    expect(Condition).toMatchObject({ StringEqualsIfExists: { 'rds:DatabaseClass': 'db.t4g.medium' } });
  }
});

test('a copy is made with groups, tags and settings of its own, and none that RDS would choose', async () => {
  const template = await protection();
  const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).filter(
    ({ Properties }) => !Properties.StateMachineName.endsWith('-recovery'),
  );
  expect(machines).toHaveLength(2);
  for (const machine of machines) {
    const text = JSON.stringify(machine['Properties'].DefinitionString);
    for (const setting of [
      'DbSubnetGroupName',
      'DbParameterGroupName',
      'VpcSecurityGroupIds',
      'CaCertificateIdentifier',
      'plinth:purpose',
    ]) {
      expect(text).toContain(setting);
    }
    expect(text).toMatch(/PubliclyAccessible\\":false.*MultiAZ\\":false.*DeletionProtection\\":false/);
    expect(text).toContain('BackupRetentionPeriod\\":0');
    // Not the group that people and the application are let into.
    expect(text).toMatch(/NetworkCopies/);
    expect(text).not.toMatch(/NetworkDatabase[0-9A-F]/);
  }
});

test('evidence is locked for as long as the config says, and can be without another bucket', async () => {
  const locked = { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } } };
  (await protection()).hasResourceProperties('AWS::S3::Bucket', { ObjectLockEnabled: true, ...locked });
  const quiet = await protection('quiet');
  quiet.hasResourceProperties('AWS::S3::Bucket', { ObjectLockEnabled: true, ObjectLockConfiguration: Match.absent() });
});

test('an account that copies go to can open snapshots and make grants for services of AWS, and no other can', async () => {
  const keyOf = async (environment: string) => {
    const database = (await synthesize(environment, project)).template('database');
    return JSON.stringify(database.findResources('AWS::KMS::Key'));
  };
  expect(await keyOf('abroad')).toMatch(/kms:CreateGrant.*kms:GrantIsForAWSResource":"true".*444455556666:root/);
  // To another region of the same account, for which the key's own policy is enough.
  expect(await keyOf('live')).not.toContain('GrantIsForAWSResource');
});

test('the absence of snapshots rings, where an alarm can look back so far', async () => {
  const absence = { AlarmName: 'shop-live-no-backup', Namespace: 'AWS/Backup', TreatMissingData: 'breaching' };
  (await protection()).hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...absence,
    Dimensions: [{ Name: 'BackupVaultName', Value: 'shop-live' }],
    EvaluationPeriods: 2,
    AlarmDescription: Match.stringLikeRegexp('runbook.md#no-backup'),
  });
  const monthly = await protection('monthly');
  monthly.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { Namespace: 'AWS/Backup' }, 0);
});

test('drills and backups that do not succeed are told', async () => {
  const template = await protection();
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: Match.objectLike({
      source: ['aws.states'],
      detail: Match.objectLike({ status: ['FAILED', 'TIMED_OUT', 'ABORTED'] }),
    }),
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: Match.objectLike({
      source: ['aws.backup'],
      detail: Match.objectLike({ state: ['FAILED', 'ABORTED', 'EXPIRED'] }),
    }),
  });
});

test('a drill of dumps that nobody makes ends the synth with one sentence', async () => {
  await expect(synthesize('live', dumping)).rejects.toThrow(
    "shop-live: drills.kinds names 'dump', and no dump is made; set backups.dumps, or leave it out.",
  );
});
