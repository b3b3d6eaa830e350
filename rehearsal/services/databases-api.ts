import { members, type Operation, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { Items } from '../cloud/query';
import type { DatabaseInstance, DatabaseSnapshot, Databases } from './databases';
import type { Restores } from './restores';

type Tag = { readonly Key?: string; readonly Value?: string };

/** RDS's API over the instances and snapshots that are there. */
export function databasesService(
  databases: Databases,
  restores: Restores,
  more: Readonly<Record<string, Operation>>,
): Service {
  const { account } = databases;
  const arnOfSnapshot = (id: unknown) => account.arn('rds', `snapshot:${id}`);
  const arnOfInstance = (id: unknown) => account.arn('rds', `db:${id}`);
  return {
    name: 'rds',
    protocol: 'query',
    operations: {
      ...more,
      DescribeDBInstances: async (input, call) => {
        const { DBInstanceIdentifier: id } = members(input, ['DBInstanceIdentifier'], ['MaxRecords']);
        call.authorize('rds:DescribeDBInstances', arnOfInstance(id ?? '*'));
        const found = id === undefined ? [...databases.instances.values()] : [databases.instance(String(id))];
        return {
          DBInstances: new Items(
            'DBInstance',
            found.map((each) => instanceXml(each, restores)),
          ),
        };
      },
      DescribeDBSnapshots: async (input, call) => {
        const known = ['DBSnapshotIdentifier', 'DBInstanceIdentifier', 'SnapshotType'] as const;
        const given = members(input, known, ['MaxRecords']);
        const { DBSnapshotIdentifier: id, DBInstanceIdentifier: instance } = given;
        call.authorize(
          'rds:DescribeDBSnapshots',
          id === undefined ? arnOfInstance(instance ?? '*') : arnOfSnapshot(id),
        );
        const all = [...databases.snapshots.values()].filter(
          (each) =>
            (id === undefined || each.id === id) &&
            (instance === undefined || each.instance === instance) &&
            (given.SnapshotType === undefined || each.kind === given.SnapshotType),
        );
        if (id !== undefined && all.length === 0) {
          throw new AwsError('DBSnapshotNotFound', `DBSnapshot not found: ${id}`, 404);
        }
        return { DBSnapshots: new Items('DBSnapshot', all.map(snapshotXml)) };
      },
      CreateDBSnapshot: async (input, call) => {
        const given = members(input, ['DBSnapshotIdentifier', 'DBInstanceIdentifier', 'Tags']);
        const id = String(given.DBSnapshotIdentifier);
        const tags = tagsOf(given.Tags);
        const context = tagContext(tags);
        call.authorize('rds:CreateDBSnapshot', arnOfInstance(given.DBInstanceIdentifier), context);
        call.authorize('rds:CreateDBSnapshot', arnOfSnapshot(id), context);
        if (Object.keys(tags).length > 0) call.authorize('rds:AddTagsToResource', arnOfSnapshot(id), context);
        return { DBSnapshot: snapshotXml(databases.snapshot(id, String(given.DBInstanceIdentifier), tags)) };
      },
      DeleteDBSnapshot: async (input, call) => {
        const { DBSnapshotIdentifier: id } = members(input, ['DBSnapshotIdentifier']);
        call.authorize('rds:DeleteDBSnapshot', arnOfSnapshot(id));
        return { DBSnapshot: snapshotXml(await databases.removeSnapshot(String(id))) };
      },
    },
  };
}

export const tagsOf = (tags: unknown): Record<string, string> =>
  Object.fromEntries(((tags ?? []) as Tag[]).map(({ Key = '', Value = '' }) => [Key, Value]));

/** The condition keys that a call with tags has. */
export function tagContext(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  new Items(
    'Tag',
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  );

export const instanceXml = (instance: DatabaseInstance, restores: Restores) => ({
  DBInstanceIdentifier: instance.id,
  DBInstanceArn: instance.arn,
  DbiResourceId: instance.resourceId,
  DBInstanceStatus: instance.status,
  Engine: 'postgres',
  EngineVersion: instance.postgres?.serverVersion ?? '16',
  DBInstanceClass: instance.settings['DBInstanceClass'],
  MasterUsername: instance.settings['MasterUsername'] ?? instance.postgres?.master.user,
  Endpoint: { Address: instance.address, Port: instance.port },
  InstanceCreateTime: instance.created,
  VpcSecurityGroups: new Items(
    'VpcSecurityGroupMembership',
    instance.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
  ),
  PendingModifiedValues: instance.pending,
  LatestRestorableTime: restores.latest(instance),
  BackupRetentionPeriod: instance.settings['BackupRetentionPeriod'],
  DeletionProtection: instance.settings['DeletionProtection'],
  MultiAZ: instance.settings['MultiAZ'],
  MonitoringInterval: instance.settings['MonitoringInterval'],
  MonitoringRoleArn: instance.settings['MonitoringRoleArn'],
  PerformanceInsightsEnabled: instance.settings['EnablePerformanceInsights'],
  PreferredBackupWindow: instance.settings['PreferredBackupWindow'],
  PreferredMaintenanceWindow: instance.settings['PreferredMaintenanceWindow'],
  MaxAllocatedStorage: instance.settings['MaxAllocatedStorage'],
  EnabledCloudwatchLogsExports: new Items('member', exportedLogs(instance.settings)),
  ReadReplicaDBInstanceIdentifiers: new Items('ReadReplicaDBInstanceIdentifier', instance.replicas),
  MasterUserSecret: instance.masterSecret && {
    SecretArn: instance.masterSecret.arn,
    SecretStatus: instance.masterSecret.status,
  },
  TagList: tagList(instance.tags),
});

/** From the template or a restore as a list, from a later change as a configuration. */
function exportedLogs(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const { EnableLogTypes } = (settings['CloudwatchLogsExportConfiguration'] ?? {}) as { EnableLogTypes?: string[] };
  return EnableLogTypes ?? ((settings['EnableCloudwatchLogsExports'] ?? []) as string[]);
}

const snapshotXml = (snapshot: DatabaseSnapshot) => ({
  DBSnapshotIdentifier: snapshot.id,
  DBSnapshotArn: snapshot.arn,
  DBInstanceIdentifier: snapshot.instance,
  SnapshotCreateTime: snapshot.created,
  SnapshotType: snapshot.kind,
  Engine: 'postgres',
  Status: snapshot.status,
  PercentProgress: snapshot.status === 'available' ? 100 : 0,
  TagList: tagList(snapshot.tags),
});
