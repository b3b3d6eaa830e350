import { DeleteDBInstanceCommand, paginateDescribeDBInstances, type RDSClient } from '@aws-sdk/client-rds';
import type { SNSClient } from '@aws-sdk/client-sns';
import { tellIn } from '../shared/messages';
import type { Sweeping, TemporaryInstance } from './sweep';

/** In RDS and SNS: the one file of this capability that calls them. */
export function sweepingIn(rds: RDSClient, sns: SNSClient, topicArn: string): Sweeping {
  return {
    instances: async () => {
      const found: TemporaryInstance[] = [];
      for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client: rds }, {})) {
        found.push(
          ...DBInstances.map(({ DBInstanceIdentifier, DBInstanceStatus, InstanceCreateTime, TagList = [] }) => ({
            id: DBInstanceIdentifier ?? '',
            status: DBInstanceStatus ?? '',
            created: InstanceCreateTime,
            tags: Object.fromEntries(TagList.map(({ Key = '', Value = '' }) => [Key, Value])),
          })),
        );
      }
      return found;
    },
    remove: async (DBInstanceIdentifier) => {
      await rds.send(
        new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true, DeleteAutomatedBackups: true }),
      );
    },
    tell: tellIn(sns, topicArn),
  };
}
