import {
  type DBSnapshot,
  DescribeDBInstancesCommand,
  paginateDescribeDBInstances,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { OperationError } from '../shared/errors';

export interface SnapshotFound {
  readonly id: string;
  readonly created: Date;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What there is to restore. */
export interface Backups {
  snapshots(instance: string): Promise<readonly SnapshotFound[]>;
  restorable(instance: string): Promise<{ readonly from: Date; readonly to: Date | undefined }>;
  /** Identifiers of the temporary instances that are there. */
  temporary(prefix: string): Promise<readonly string[]>;
}

/** In RDS: the one file of this capability that calls it. */
export function rdsBackups(client: RDSClient): Backups {
  return {
    snapshots: async (DBInstanceIdentifier) => {
      const found: SnapshotFound[] = [];
      for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client }, { DBInstanceIdentifier })) {
        found.push(...DBSnapshots.map(snapshot));
      }
      return found;
    },
    restorable: async (DBInstanceIdentifier) => {
      const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
      const [instance] = DBInstances;
      if (!instance) throw new OperationError(`There is no instance ${DBInstanceIdentifier}.`);
      const { LatestRestorableTime: to, InstanceCreateTime, BackupRetentionPeriod = 0 } = instance;
      const oldest = (to?.getTime() ?? 0) - BackupRetentionPeriod * 24 * 60 * 60_000;
      return { from: new Date(Math.max(oldest, InstanceCreateTime?.getTime() ?? 0)), to };
    },
    temporary: async (prefix) => {
      const found: string[] = [];
      for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {})) {
        found.push(...DBInstances.flatMap(({ DBInstanceIdentifier: id = '' }) => (id.startsWith(prefix) ? id : [])));
      }
      return found;
    },
  };
}

function snapshot(found: DBSnapshot): SnapshotFound {
  const { DBSnapshotIdentifier, OriginalSnapshotCreateTime, SnapshotCreateTime, Status, TagList = [] } = found;
  return {
    id: DBSnapshotIdentifier ?? '',
    // A copy is as old as what it is a copy of.
    created: OriginalSnapshotCreateTime ?? SnapshotCreateTime ?? new Date(0),
    status: Status ?? '',
    tags: Object.fromEntries(TagList.map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}
