import {
  type DBInstance,
  DBSnapshotNotFoundFault,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBInstances,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';

export interface InstanceSeen {
  readonly id: string;
  readonly status: string;
  readonly created: Date;
  /** What its own backups can be restored to; undefined where it has none yet. */
  readonly restorableTo: Date | undefined;
  readonly retentionDays: number;
  readonly replicas: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface SnapshotSeen {
  readonly id: string;
  readonly instance: string;
  readonly created: Date;
  readonly status: string;
}

/** What a recovery can see. */
export interface Sight {
  /** All whose identifier begins so. */
  instances(prefix: string): Promise<readonly InstanceSeen[]>;
  /** Undefined where there is none. */
  snapshot(id: string): Promise<SnapshotSeen | undefined>;
  /** Executions of the machine that are under way. */
  underWay(machine: string): Promise<readonly { readonly arn: string; readonly started: Date }[]>;
}

export const instancesIn =
  (client: RDSClient): Sight['instances'] =>
  async (prefix) => {
    const found: InstanceSeen[] = [];
    for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {})) {
      found.push(...DBInstances.map(seen).filter(({ id }) => id.startsWith(prefix)));
    }
    return found;
  };

/** In RDS and Step Functions: the one file of this capability that calls them. */
export function sightOf(rds: RDSClient, sfn: SFNClient): Sight {
  return {
    instances: instancesIn(rds),
    snapshot: async (DBSnapshotIdentifier) => {
      try {
        const { DBSnapshots: [one] = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }));
        if (!one) return undefined;
        const { DBInstanceIdentifier: instance = '', SnapshotCreateTime: created = new Date(0), Status = '' } = one;
        return { id: DBSnapshotIdentifier, instance, created, status: Status };
      } catch (error) {
        if (error instanceof DBSnapshotNotFoundFault) return undefined;
        throw error;
      }
    },
    underWay: async (stateMachineArn) => {
      const found: { arn: string; started: Date }[] = [];
      const pages = paginateListExecutions({ client: sfn }, { stateMachineArn, statusFilter: 'RUNNING' });
      for await (const { executions = [] } of pages) {
        found.push(
          ...executions.map(({ executionArn: arn = '', startDate: started = new Date(0) }) => ({ arn, started })),
        );
      }
      return found;
    },
  };
}

const seen = ({ TagList = [], ...instance }: DBInstance): InstanceSeen => ({
  id: instance.DBInstanceIdentifier ?? '',
  status: instance.DBInstanceStatus ?? '',
  created: instance.InstanceCreateTime ?? new Date(0),
  restorableTo: instance.LatestRestorableTime,
  retentionDays: instance.BackupRetentionPeriod ?? 0,
  replicas: instance.ReadReplicaDBInstanceIdentifiers ?? [],
  tags: Object.fromEntries(TagList.map(({ Key = '', Value = '' }) => [Key, Value])),
});
