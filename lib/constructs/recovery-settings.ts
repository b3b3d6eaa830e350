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

/** What no restore takes, or only one of the two: an instance can be given it once it is there. */
export function configuredAs({ instance, backups }: Environment, database: Database): RecoveryDefinition['configure'] {
  return {
    MonitoringInterval: 60,
    MonitoringRoleArn: database.monitoringRoleArn,
    EnablePerformanceInsights: true,
    PerformanceInsightsKMSKeyId: database.key.keyArn,
    PerformanceInsightsRetentionPeriod: 7,
    PreferredBackupWindow: backups.window,
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    ...(instance.maxStorageGiB !== 'none' && { MaxAllocatedStorage: instance.maxStorageGiB }),
  };
}
