import { Match, type Template } from 'aws-cdk-lib/assertions';
import { type Synthesized, synthesize } from '../support/synth';

const instanceOf = (template: Template) => {
  const [instance] = Object.values(template.findResources('AWS::RDS::DBInstance'));
  if (!instance) throw new Error('There is no instance.');
  return instance;
};

describe.each(['dev', 'qa', 'preprod', 'prod'])('the database of %s', (name) => {
  let synthesized: Synthesized;
  let template: Template;
  beforeAll(async () => {
    synthesized = await synthesize(name);
    template = synthesized.template('database');
  });

  test('is PostgreSQL 16 on gp3, encrypted, private, over TLS, with the authority that the functions trust', () => {
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      Engine: 'postgres',
      EngineVersion: '16',
      StorageType: 'gp3',
      StorageEncrypted: true,
      KmsKeyId: Match.anyValue(),
      PubliclyAccessible: false,
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
      EnableIAMDatabaseAuthentication: true,
      Port: '5432',
    });
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres16',
      Parameters: Match.objectLike({
        'rds.force_ssl': '1',
        shared_preload_libraries: 'pg_stat_statements',
        password_encryption: 'scram-sha-256',
        log_min_duration_statement: '1000',
        log_parameter_max_length: '0',
      }),
    });
  });

  test('has memory for building vector indexes that fits its class: an eighth of it', () => {
    const gib = { 'db.t4g.medium': 4, 'db.r7g.large': 16 }[synthesized.environment.instance.class] ?? 0;
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Parameters: Match.objectLike({ maintenance_work_mem: String((gib * 1024 * 1024) / 8) }),
    });
  });

  test('is as big, as protected and as often backed up as the config says', () => {
    const { instance, backups } = synthesized.environment;
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceClass: instance.class,
      MultiAZ: instance.multiAz,
      DeletionProtection: instance.deletionProtection,
      AllocatedStorage: String(instance.storageGiB),
      MaxAllocatedStorage: instance.maxStorageGiB,
      BackupRetentionPeriod: backups.retentionDays,
      PreferredBackupWindow: backups.window,
      PreferredMaintenanceWindow: instance.maintenanceWindow,
      AutoMinorVersionUpgrade: instance.autoMinorUpgrade,
      AllowMajorVersionUpgrade: false,
      CopyTagsToSnapshot: true,
      DeleteAutomatedBackups: false,
    });
  });

  test('stays when the stack goes, with all that it needs to run and to be read', () => {
    const kept = ['AWS::RDS::DBInstance', 'AWS::RDS::DBParameterGroup', 'AWS::RDS::DBSubnetGroup', 'AWS::KMS::Key'];
    for (const type of [...kept, 'AWS::SecretsManager::Secret']) {
      for (const resource of Object.values(template.findResources(type))) {
        expect([type, resource['DeletionPolicy'], resource['UpdateReplacePolicy']]).toEqual([
          type,
          'RetainExceptOnCreate',
          'Retain',
        ]);
      }
    }
  });

  test('is watched: enhanced monitoring, Performance Insights, exported logs that expire, events to a topic', () => {
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      MonitoringInterval: 60,
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: Match.anyValue(),
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
    });
    const prefix = synthesized.environment.prefix;
    for (const log of ['postgresql', 'upgrade']) {
      template.hasResourceProperties('AWS::Logs::LogGroup', {
        LogGroupName: `/aws/rds/instance/${prefix}/${log}`,
        RetentionInDays: 90,
        KmsKeyId: Match.anyValue(),
      });
    }
    template.hasResourceProperties('AWS::RDS::EventSubscription', {
      SourceType: 'db-instance',
      EventCategories: Match.arrayWith(['availability', 'failover', 'failure', 'low storage']),
    });
    template.hasResourceProperties('AWS::RDS::EventSubscription', { SourceType: 'db-parameter-group' });
  });

  test('keeps the admin’s password in a secret that is encrypted, never in the template, and changed every month', () => {
    const { MasterUserPassword, MasterUsername } = instanceOf(template)['Properties'];
    expect(JSON.stringify([MasterUsername, MasterUserPassword])).toMatch(/resolve:secretsmanager/);
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: `${synthesized.environment.prefix}/admin`,
      KmsKeyId: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
      RotateImmediatelyOnUpdate: false,
    });
  });

  test('rotates by a function of the latest Node on arm64, in the isolated subnets, with logs that expire', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: Match.objectLike({ LogFormat: 'JSON', LogGroup: Match.anyValue() }),
      VpcConfig: Match.objectLike({ SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() }),
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  test('gives no function a right over all resources but those that AWS lets nobody narrow', () => {
    const wide = new Set<string>();
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
      for (const statement of Properties.PolicyDocument.Statement) {
        if (statement.Effect !== 'Allow' || statement.Resource !== '*') continue;
        for (const action of [statement.Action].flat()) wide.add(action);
      }
    }
    const narrowed = [...wide].filter((action) => !action.startsWith('ec2:'));
    expect(narrowed).toEqual(['secretsmanager:GetRandomPassword']);
  });
});

test('production has two zones, a week of backups and protection from deletion', async () => {
  const template = (await synthesize('prod')).template('database');
  const { Properties } = instanceOf(template);
  expect(Properties).toMatchObject({ MultiAZ: true, DeletionProtection: true });
  expect(Properties.BackupRetentionPeriod).toBeGreaterThanOrEqual(7);
});
