import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Bundles, bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { subscribeToEvents } from './database-events';
import { DatabaseFunction } from './database-function';
import { acknowledge, acknowledgeForAll } from './instance-exceptions';
import { addLogGroups, instanceSettings, serverParameters } from './instance-settings';
import type { Network } from './network';
import { addReadReplicas } from './read-replicas';

/** The instance with its key, its admin secret and its logs. Kept when the stack goes, unless the project says drop. */
export class Database extends Construct {
  readonly key: kms.Key;
  readonly instance: rds.DatabaseInstance;
  readonly secret: rds.DatabaseSecret;
  readonly events: sns.Topic;
  readonly subnetGroup: rds.SubnetGroup;
  readonly parameterGroupName: string;
  /** What enhanced monitoring writes with. */
  readonly monitoringRoleArn: string;

  constructor(scope: Construct, id: string, environment: Environment, network: Network, bundles: Bundles) {
    super(scope, id);
    const { prefix, instance, backups, database, onDelete } = environment;
    // What a first deploy that fails has just made holds nothing yet; kept, its names would be in the way of the next try.
    const removalPolicy = onDelete === 'drop' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.key = this.createKey(prefix, removalPolicy);
    if (backups.copyTo !== 'none' && backups.copyTo.account !== undefined) shareWith(this.key, backups.copyTo.account);
    this.secret = new rds.DatabaseSecret(this, 'Admin', {
      secretName: `${prefix}/admin`,
      username: database.adminUser,
      encryptionKey: this.key,
    });
    this.secret.applyRemovalPolicy(removalPolicy);
    const engine = rds.DatabaseInstanceEngine.postgres({
      version: rds.PostgresEngineVersion.of(database.engineVersion, '16'),
    });
    this.subnetGroup = new rds.SubnetGroup(this, 'Subnets', {
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      description: `Subnets of ${prefix}`,
      removalPolicy,
    });
    const place = { environment, network, key: this.key, subnetGroup: this.subnetGroup, removalPolicy };
    const logGroups = addLogGroups(this, '', prefix, place);
    const parameterGroup = new rds.ParameterGroup(this, 'Parameters', {
      engine,
      description: `Parameters of ${prefix}`,
      parameters: serverParameters(environment),
      removalPolicy,
    });
    this.parameterGroupName = parameterGroup.bindToInstance({}).parameterGroupName;
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      ...instanceSettings(place),
      instanceIdentifier: prefix,
      engine,
      credentials: rds.Credentials.fromSecret(this.secret),
      multiAz: instance.multiAz,
      allocatedStorage: instance.storageGiB,
      storageEncrypted: true,
      storageEncryptionKey: this.key,
      parameterGroup,
      backupRetention: Duration.days(backups.retentionDays),
      preferredBackupWindow: backups.window,
      deleteAutomatedBackups: onDelete === 'drop',
      allowMajorVersionUpgrade: false,
    });
    this.instance.node.addDependency(...logGroups);
    // The CDK makes it, and has no other way to it.
    this.monitoringRoleArn = (this.instance.node.findChild('MonitoringRole') as iam.Role).roleArn;
    acknowledgeForAll(this.instance, environment);
    if (!instance.multiAz) {
      acknowledge(this.instance, 'RDS3', 'Not production: a lower environment may be away while its zone is.');
    }
    const replicas = addReadReplicas(this, this.instance, place);
    this.events = subscribeToEvents(this, this.key, [this.instance, ...replicas]);
    this.rotateSecret(network, bundles);
  }

  private createKey(prefix: string, removalPolicy: RemovalPolicy): kms.Key {
    const { partition, region, account } = Stack.of(this);
    const key = new kms.Key(this, 'Key', {
      alias: prefix,
      description: `Everything that ${prefix} stores`,
      enableKeyRotation: true,
      removalPolicy,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
    return key;
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
    // Otherwise the Secrets Manager of any account might call it.
    for (const permission of rotation.node.findAll().filter((child) => child instanceof lambda.CfnPermission)) {
      permission.sourceAccount = Stack.of(this).account;
    }
  }
}

/** A copy in another account is made there, by AWS Backup, out of a snapshot that this key encrypts. */
function shareWith(key: kms.Key, account: string): void {
  const principals = [new iam.AccountPrincipal(account)];
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'CopiesInAnotherAccount',
      principals,
      actions: ['kms:DescribeKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'GrantsForCopiesInAnotherAccount',
      principals,
      actions: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
      resources: ['*'],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  );
}
