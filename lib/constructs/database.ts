import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Bundles, bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { DatabaseFunction } from './database-function';
import { vectorParameters } from './instance-memory';
import type { Network } from './network';

// What AWS writes into RDS's events: the categories that somebody must look at (FSBP RDS.19 to RDS.22).
const eventCategories = ['availability', 'configuration change', 'deletion', 'failover', 'failure', 'low storage'];
const moreCategories = ['maintenance', 'notification', 'recovery', 'restoration'];

/** The instance with its key, its admin secret and its logs. Kept when the stack goes, unless the project says drop. */
export class Database extends Construct {
  readonly key: kms.Key;
  readonly instance: rds.DatabaseInstance;
  readonly secret: rds.DatabaseSecret;
  readonly events: sns.Topic;

  constructor(scope: Construct, id: string, environment: Environment, network: Network, bundles: Bundles) {
    super(scope, id);
    const { prefix, instance, backups, database, onDelete } = environment;
    const removalPolicy = onDelete === 'drop' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.key = this.createKey(prefix, removalPolicy);
    this.secret = new rds.DatabaseSecret(this, 'Admin', {
      secretName: `${prefix}/admin`,
      username: database.adminUser,
      encryptionKey: this.key,
    });
    this.secret.applyRemovalPolicy(removalPolicy);
    const engine = rds.DatabaseInstanceEngine.postgres({
      version: rds.PostgresEngineVersion.of(database.engineVersion, '16'),
    });
    const { postgresql, upgrade } = this.createLogGroups(prefix, removalPolicy);
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      instanceIdentifier: prefix,
      engine,
      instanceType: new ec2.InstanceType(instance.class.replace(/^db[.]/, '')),
      credentials: rds.Credentials.fromSecret(this.secret),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      subnetGroup: new rds.SubnetGroup(this, 'Subnets', {
        vpc: network.vpc,
        vpcSubnets: network.databaseSubnets,
        description: `Subnets of ${prefix}`,
        removalPolicy,
      }),
      securityGroups: [network.database],
      publiclyAccessible: false,
      port: database.port,
      multiAz: instance.multiAz,
      storageType: rds.StorageType.GP3,
      allocatedStorage: instance.storageGiB,
      maxAllocatedStorage: instance.maxStorageGiB === 'none' ? undefined : instance.maxStorageGiB,
      iops: instance.iops,
      storageThroughput: instance.throughputMiBps,
      storageEncrypted: true,
      storageEncryptionKey: this.key,
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        description: `Parameters of ${prefix}`,
        parameters: parameters(environment),
        removalPolicy,
      }),
      iamAuthentication: true,
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
      backupRetention: Duration.days(backups.retentionDays),
      preferredBackupWindow: backups.window,
      preferredMaintenanceWindow: instance.maintenanceWindow,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: onDelete === 'drop',
      autoMinorVersionUpgrade: instance.autoMinorUpgrade,
      allowMajorVersionUpgrade: false,
      monitoringInterval: Duration.minutes(1),
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: this.key,
      performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
      cloudwatchLogsExports: ['postgresql', 'upgrade'],
      deletionProtection: instance.deletionProtection,
      removalPolicy,
    });
    acknowledge(this.instance, environment);
    // Otherwise RDS makes the log groups itself, and they never expire.
    this.instance.node.addDependency(postgresql, upgrade);
    this.addReplicas(environment, network, removalPolicy);
    this.events = this.subscribeToEvents(prefix);
    this.rotateSecret(network, bundles);
  }

  private createKey(prefix: string, removalPolicy: RemovalPolicy): kms.Key {
    const key = new kms.Key(this, 'Key', {
      alias: prefix,
      description: `Everything that ${prefix} stores`,
      enableKeyRotation: true,
      removalPolicy,
    });
    key.grantEncryptDecrypt(new iam.ServicePrincipal('logs.amazonaws.com'));
    key.grantEncryptDecrypt(new iam.ServicePrincipal('events.rds.amazonaws.com'));
    return key;
  }

  private createLogGroups(prefix: string, removalPolicy: RemovalPolicy) {
    const group = (id: string, log: string) =>
      new logs.LogGroup(this, id, {
        logGroupName: `/aws/rds/instance/${prefix}/${log}`,
        retention: logs.RetentionDays.THREE_MONTHS,
        encryptionKey: this.key,
        removalPolicy,
      });
    return { postgresql: group('PostgresqlLog', 'postgresql'), upgrade: group('UpgradeLog', 'upgrade') };
  }

  private addReplicas({ prefix, instance }: Environment, network: Network, removalPolicy: RemovalPolicy): void {
    for (let n = 1; n <= instance.readReplicas; n++) {
      new rds.DatabaseInstanceReadReplica(this, `Replica${n}`, {
        sourceDatabaseInstance: this.instance,
        instanceIdentifier: `${prefix}-replica-${n}`,
        instanceType: new ec2.InstanceType(instance.class.replace(/^db[.]/, '')),
        vpc: network.vpc,
        vpcSubnets: network.databaseSubnets,
        securityGroups: [network.database],
        publiclyAccessible: false,
        storageType: rds.StorageType.GP3,
        storageEncrypted: true,
        storageEncryptionKey: this.key,
        iamAuthentication: true,
        caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: instance.autoMinorUpgrade,
        monitoringInterval: Duration.minutes(1),
        enablePerformanceInsights: true,
        performanceInsightEncryptionKey: this.key,
        cloudwatchLogsExports: ['postgresql', 'upgrade'],
        deletionProtection: instance.deletionProtection,
        removalPolicy,
      });
    }
  }

  /** A function of ours instead of the one from AWS's repository: it is in the diff, and it can be rehearsed. */
  private rotateSecret(network: Network, bundles: Bundles): void {
    const { function: rotation } = new DatabaseFunction(this, 'Rotation', {
      description: 'Gives the admin of the database a new password',
      bundle: bundleOf(bundles, 'admin-rotation'),
      network,
      key: this.key,
      timeout: Duration.seconds(60),
      memoryMiB: 256,
    });
    // The instance attaches itself to the secret: before that it holds no host to log in to.
    const attached = this.instance.secret ?? this.secret;
    attached.addRotationSchedule('Rotation', {
      rotationLambda: rotation,
      automaticallyAfter: Duration.days(30),
      rotateImmediatelyOnUpdate: false,
    });
  }

  private subscribeToEvents(prefix: string): sns.Topic {
    const topic = new sns.Topic(this, 'Events', { masterKey: this.key, enforceSSL: true });
    topic.grantPublish(new iam.ServicePrincipal('events.rds.amazonaws.com'));
    const subscribe = (id: string, sourceType: string, categories: string[]) =>
      new rds.CfnEventSubscription(this, id, {
        snsTopicArn: topic.topicArn,
        sourceType,
        eventCategories: categories,
        ...(sourceType === 'db-instance' && { sourceIds: [prefix] }),
      }).node.addDependency(this.instance, topic);
    subscribe('InstanceEvents', 'db-instance', [...eventCategories, ...moreCategories]);
    subscribe('ParameterEvents', 'db-parameter-group', ['configuration change']);
    return topic;
  }
}

/** What the rules want otherwise, each with the reason why it is so here. */
function acknowledge(
  instance: rds.DatabaseInstance,
  { production, instance: { multiAz, deletionProtection } }: Environment,
) {
  const because = (id: string, reason: string) =>
    Validations.of(instance).acknowledge({ id: `AwsSolutions::AwsSolutions-${id}`, reason });
  because('RDS11', 'Every client expects 5432; who can reach it is decided by the security group, not by the number.');
  because(
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]',
    'The policy that AWS keeps for enhanced monitoring: it may write the log group RDSOSMetrics and nothing else.',
  );
  if (production) return;
  if (!multiAz) because('RDS3', 'Not production: a lower environment may be away while its zone is.');
  if (!deletionProtection)
    because('RDS10', 'Not production: the config switches the protection off, and the data are not real.');
}

function parameters({ instance }: Environment): Record<string, string> {
  return {
    'rds.force_ssl': '1',
    'rds.accepted_password_auth_method': 'scram',
    password_encryption: 'scram-sha-256',
    shared_preload_libraries: 'pg_stat_statements',
    // Slow statements, without the values that were bound to them.
    log_min_duration_statement: '1000',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_connections: '1',
    log_disconnections: '1',
    log_lock_waits: '1',
    log_temp_files: '10240',
    ...vectorParameters(instance.class),
  };
}
