import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { vectorParameters } from './instance-memory';
import type { Network } from './network';

export const exportedLogs = { postgresql: 'PostgresqlLog', upgrade: 'UpgradeLog' } as const;

export interface InstancePlace {
  readonly environment: Environment;
  readonly network: Network;
  readonly key: kms.Key;
  readonly subnetGroup: rds.ISubnetGroup;
  readonly removalPolicy: RemovalPolicy;
}

/** What the instance and each of its replicas are alike in. */
export function instanceSettings({ environment, network, key, subnetGroup, removalPolicy }: InstancePlace) {
  const { instance, database } = environment;
  return {
    instanceType: new ec2.InstanceType(instance.class.replace(/^db[.]/, '')),
    vpc: network.vpc,
    subnetGroup,
    securityGroups: [network.database],
    publiclyAccessible: false,
    port: database.port,
    storageType: rds.StorageType.GP3,
    maxAllocatedStorage: instance.maxStorageGiB === 'none' ? undefined : instance.maxStorageGiB,
    iops: instance.iops,
    storageThroughput: instance.throughputMiBps,
    iamAuthentication: true,
    caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
    preferredMaintenanceWindow: instance.maintenanceWindow,
    copyTagsToSnapshot: true,
    autoMinorVersionUpgrade: instance.autoMinorUpgrade,
    monitoringInterval: Duration.minutes(1),
    enablePerformanceInsights: true,
    performanceInsightEncryptionKey: key,
    performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
    cloudwatchLogsExports: Object.keys(exportedLogs),
    deletionProtection: instance.deletionProtection,
    removalPolicy,
  };
}

/** Before the instance does: otherwise RDS makes the log groups itself, and they never expire. */
export function addLogGroups(
  scope: Construct,
  idPrefix: string,
  instance: string,
  { key, removalPolicy }: Pick<InstancePlace, 'key' | 'removalPolicy'>,
): logs.LogGroup[] {
  return Object.entries(exportedLogs).map(
    ([log, id]) =>
      new logs.LogGroup(scope, `${idPrefix}${id}`, {
        logGroupName: `/aws/rds/instance/${instance}/${log}`,
        retention: logs.RetentionDays.THREE_MONTHS,
        encryptionKey: key,
        removalPolicy,
      }),
  );
}

export function serverParameters({ instance }: Environment): Record<string, string> {
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
