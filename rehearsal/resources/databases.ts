import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../account';
import type { ServicePrincipals } from '../iam/services';
import type { Databases } from '../services/databases';
import { tagsOf } from '../services/databases-api';
import { group, parametersOf } from '../services/parameter-groups';
import { ResourceFailure, type ResourceRequest, type ResourceType } from './type';

type Properties = Readonly<Record<string, unknown>>;

// Kept as they are given, and shown to whoever asks: nothing else in a rehearsal depends on them.
const kept = [
  ...['AllocatedStorage', 'AllowMajorVersionUpgrade', 'ApplyImmediately', 'AutoMinorVersionUpgrade'],
  ...['AvailabilityZone', 'CACertificateIdentifier', 'CopyTagsToSnapshot', 'DBInstanceClass'],
  ...['DeleteAutomatedBackups', 'EnableCloudwatchLogsExports', 'EnableIAMDatabaseAuthentication'],
  ...['EnablePerformanceInsights', 'Iops', 'KmsKeyId', 'MaxAllocatedStorage', 'MonitoringInterval', 'MultiAZ'],
  ...['PerformanceInsightsKMSKeyId', 'PerformanceInsightsRetentionPeriod', 'PreferredBackupWindow'],
  ...['PreferredMaintenanceWindow', 'PubliclyAccessible', 'StorageEncrypted', 'StorageThroughput', 'StorageType'],
];
const acted = [
  ...['BackupRetentionPeriod', 'DBInstanceIdentifier', 'DBName', 'DBParameterGroupName', 'DBSubnetGroupName'],
  ...['DeletionProtection', 'Engine', 'EngineVersion', 'MasterUserPassword', 'MasterUsername', 'MonitoringRoleArn'],
  ...['Port', 'SourceDBInstanceIdentifier', 'Tags', 'VPCSecurityGroups'],
];

export function databaseTypes(
  databases: Databases,
  services: ServicePrincipals,
  note: (sentence: string) => void,
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::RDS::DBInstance': {
      named: 'DBInstanceIdentifier',
      replacing: [
        'DBInstanceIdentifier',
        'DBName',
        'DBSubnetGroupName',
        'Engine',
        'KmsKeyId',
        'MasterUsername',
        'Port',
        'StorageEncrypted',
        'SourceDBInstanceIdentifier',
      ],
      known: [...acted, ...kept],
      // Each would need another server, or a restart with other parameters.
      fixed: ['DBParameterGroupName', 'MasterUserPassword'],
      create: async (request) => create(request),
      update: async ({ id, attributes, properties, previous }) => {
        // Of a replica nobody looks at anything.
        if (properties['SourceDBInstanceIdentifier'] === undefined) change(id, properties, previous);
        return { id, attributes };
      },
      snapshot: async ({ account, stack, logicalId, id, properties }) => {
        refuseProtected(id, properties);
        const name = account.nameFor(stack, `snapshot-${logicalId}`, { longest: 255, lower: true });
        const { status, reason } = await databases.finalSnapshot(name, id);
        if (status !== 'available') {
          throw new ResourceFailure(`The final snapshot of ${id} came to be "${status}": ${reason}`);
        }
      },
      remove: async ({ id, properties }) => {
        refuseProtected(id, properties);
        await databases.remove(id);
      },
    },
  };
  async function create({ account, stack, logicalId, properties }: ResourceRequest) {
    if (properties['SourceDBInstanceIdentifier'] !== undefined) return replica(account, stack, logicalId, properties);
    if (properties['Engine'] !== 'postgres') {
      throw new ResourceFailure(`The rehearsal has no database engine "${properties['Engine']}", only postgres.`);
    }
    const id = String(
      properties['DBInstanceIdentifier'] ?? account.nameFor(stack, logicalId, { longest: 63 }),
    ).toLowerCase();
    const database = properties['DBName'];
    refuseMonitor(properties, account.arn('rds', `db:${id}`));
    const instance = await databases.create({
      id,
      master: { user: String(properties['MasterUsername']), password: String(properties['MasterUserPassword']) },
      ...(database !== undefined && { database: String(database) }),
      port: Number(properties['Port'] ?? 5432),
      parameters: parametersOf(account, properties['DBParameterGroupName'], databases.place.kind, note),
      archive: keepsBackups(properties) && databases.place.cannot.pointInTime === undefined,
      subnets: subnetsOf(account, properties),
      ...changeable(properties),
    });
    return {
      id,
      attributes: {
        'Endpoint.Address': instance.address,
        'Endpoint.Port': String(instance.port),
        DBInstanceArn: instance.arn,
        DbiResourceId: instance.resourceId,
      },
    };
  }
  /** At once, and without the minutes that RDS takes for it. */
  function change(id: string, properties: Properties, previous: Properties): void {
    const instance = databases.instance(id);
    const major = ({ EngineVersion }: Properties) => Number.parseInt(String(EngineVersion ?? 16), 10);
    if (major(properties) !== major(instance.settings)) {
      throw new ResourceFailure('The rehearsal upgrades no database to another major version.');
    }
    // Its server would have had to keep its log from the beginning.
    if (keepsBackups(properties) && !keepsBackups(instance.settings)) {
      throw new ResourceFailure('The rehearsal does not begin to keep backups of a database that is there.');
    }
    refuseMonitor(properties, instance.arn);
    // What somebody has set otherwise meanwhile stays as it is.
    const changed = [...acted, ...kept].filter((name) => !isDeepStrictEqual(properties[name], previous[name]));
    const { securityGroups, settings, tags } = changeable(properties);
    instance.settings = { ...instance.settings, ...Object.fromEntries(changed.map((name) => [name, settings[name]])) };
    if (changed.includes('VPCSecurityGroups')) instance.securityGroups = securityGroups;
    if (changed.includes('Tags')) instance.tags = tags;
  }
  function refuseMonitor({ MonitoringRoleArn: role }: Properties, source: string): void {
    const distrust = role !== undefined && services.whyNotAssumed(String(role), 'monitoring.rds.amazonaws.com', source);
    if (!distrust) return;
    throw new ResourceFailure(
      `IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING. ${distrust}`,
    );
  }
  /** A copy that follows its source has no server here: nothing that is rehearsed connects to it. */
  async function replica(account: Account, stack: string, logicalId: string, properties: Properties) {
    const id = String(
      properties['DBInstanceIdentifier'] ?? account.nameFor(stack, logicalId, { longest: 63 }),
    ).toLowerCase();
    const source = String(properties['SourceDBInstanceIdentifier']).split(':').at(-1) ?? '';
    databases.instances.get(source)?.replicas.push(id);
    note(`${id} is a read replica: it is recorded, and no server is started for it.`);
    const address = databases.addressOf(id);
    const attributes = {
      'Endpoint.Address': address,
      'Endpoint.Port': String(properties['Port'] ?? 5432),
      DBInstanceArn: account.arn('rds', `db:${id}`),
      DbiResourceId: `db-${account.random(26).toUpperCase()}`,
    };
    return { id, attributes };
  }
}

function refuseProtected(id: string, { DeletionProtection }: Properties): void {
  if (DeletionProtection !== true) return;
  throw new ResourceFailure(
    `Cannot delete protected DB Instance, please disable deletion protection and try again: ${id}.`,
  );
}

const subnetsOf = (account: Account, properties: Properties) =>
  (group(account, 'AWS::RDS::DBSubnetGroup', properties['DBSubnetGroupName'])?.properties['SubnetIds'] ??
    []) as string[];

const keepsBackups = ({ BackupRetentionPeriod }: Properties) => Number(BackupRetentionPeriod ?? 1) > 0;

/** What an update can give an instance that runs. */
const changeable = (properties: Properties) => ({
  securityGroups: (properties['VPCSecurityGroups'] ?? []) as string[],
  settings: withoutPassword(properties),
  tags: tagsOf(properties['Tags']),
});

function withoutPassword({ MasterUserPassword: _, ...rest }: Properties): Properties {
  return rest;
}
