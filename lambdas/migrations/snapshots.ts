import {
  CreateDBSnapshotCommand,
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';

/** Snapshots of the instance that is about to be changed. */
export interface Snapshots {
  /** RDS's word for how far it is; undefined where there is none of this name. */
  status(id: string): Promise<string | undefined>;
  start(id: string, instance: string): Promise<void>;
}

/** In RDS: the one file of this capability that calls it. */
export function rdsSnapshots(client: RDSClient): Snapshots {
  return {
    status: async (DBSnapshotIdentifier) => {
      try {
        const { DBSnapshots } = await client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }));
        return DBSnapshots?.[0]?.Status;
      } catch (error) {
        if (error instanceof DBSnapshotNotFoundFault) return undefined;
        throw error;
      }
    },
    start: async (DBSnapshotIdentifier, DBInstanceIdentifier) => {
      try {
        await client.send(
          new CreateDBSnapshotCommand({
            DBSnapshotIdentifier,
            DBInstanceIdentifier,
            Tags: [{ Key: 'plinth:purpose', Value: 'before-migration' }],
          }),
        );
      } catch (error) {
        // The same request, delivered twice: the first one is under way.
        if (!(error instanceof DBSnapshotAlreadyExistsFault)) throw error;
      }
    },
  };
}
