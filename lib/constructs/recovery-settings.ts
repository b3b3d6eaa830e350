import type { Environment } from '../config';
import type { Database } from './database';
import type { Network } from './network';
import type { RecoveryDefinition } from './recovery-parts';

/**
 * The settings of the environment's own instance, as a restore takes them: what it is not told, it takes from RDS's
 * defaults. Held against the template of the instance by test/lib/stacks/recovery-stack.test.ts.
 */
export function restoredAs(
  { name, project, tags, instance, backups, database: settings }: Environment,
  database: Database,
  network: Network,
): RecoveryDefinition['restore'] {
  const all = { 'plinth:project': project, 'plinth:environment': name, ...tags };
  return {
    DbInstanceClass: instance.class,
    DbSubnetGroupName: database.subnetGroup.subnetGroupName,
    DbParameterGroupName: database.parameterGroupName,
    VpcSecurityGroupIds: [network.database.securityGroupId],
    Port: settings.port,
    PubliclyAccessible: false,
    MultiAZ: instance.multiAz,
    DeletionProtection: instance.deletionProtection,
    AutoMinorVersionUpgrade: instance.autoMinorUpgrade,
    CopyTagsToSnapshot: true,
    BackupRetentionPeriod: backups.retentionDays,
    CaCertificateIdentifier: 'rds-ca-rsa2048-g1',
    EnableIAMDatabaseAuthentication: true,
    StorageType: 'gp3',
    ...(instance.iops !== undefined && { Iops: instance.iops }),
    ...(instance.throughputMiBps !== undefined && { StorageThroughput: instance.throughputMiBps }),
    Tags: Object.entries(all).map(([Key, Value]) => ({ Key, Value })),
  };
}

/**
 * What no restore takes, or only one of the two: an instance can be given it once it is there. One by one, for what RDS
 * refuses of one, such as a limit that the storage has reached, must not keep the others from being made.
 */
export function configuredAs({ instance, backups }: Environment, database: Database): RecoveryDefinition['configure'] {
  return {
    'its monitoring and its windows': {
      MonitoringInterval: 60,
      MonitoringRoleArn: database.monitoringRoleArn,
      PreferredBackupWindow: backups.window,
      PreferredMaintenanceWindow: instance.maintenanceWindow,
    },
    'Performance Insights': {
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: database.key.keyArn,
      PerformanceInsightsRetentionPeriod: 7,
    },
    ...(instance.maxStorageGiB !== 'none' && {
      'the growth of its storage': { MaxAllocatedStorage: instance.maxStorageGiB },
    }),
  };
}
