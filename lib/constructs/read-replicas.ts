import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeForAll } from './instance-exceptions';
import { addLogGroups, type InstancePlace, instanceSettings } from './instance-settings';

/**
 * Replicas of the same size. RDS gives them the key and the parameter group of their source, and takes no setting for
 * either where both are PostgreSQL in one region.
 */
export function addReadReplicas(
  scope: Construct,
  source: rds.DatabaseInstance,
  place: InstancePlace,
): rds.DatabaseInstanceReadReplica[] {
  const { prefix, instance } = place.environment;
  return Array.from({ length: instance.readReplicas }, (_, index) => {
    const id = `Replica${index + 1}`;
    const instanceIdentifier = `${prefix}-replica-${index + 1}`;
    const replica = new rds.DatabaseInstanceReadReplica(scope, id, {
      ...instanceSettings(place),
      sourceDatabaseInstance: source,
      instanceIdentifier,
    });
    replica.node.addDependency(...addLogGroups(scope, id, instanceIdentifier, place));
    acknowledgeForAll(replica, place.environment);
    acknowledge(replica, 'RDS2', 'RDS encrypts it with the key of its source, and takes no setting for that.');
    acknowledge(replica, 'RDS3', 'It serves reads and can be made again from its source, which has the standby.');
    return replica;
  });
}
