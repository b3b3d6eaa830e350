import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

const rdsEvents = 'events.rds.amazonaws.com';

// What somebody has to look at. The categories that Security Hub asks for (RDS.20 to RDS.22) are among them.
const ofInstances = ['availability', 'configuration change', 'deletion', 'failover', 'failure', 'low storage'];
const alsoOfInstances = ['maintenance', 'notification', 'recovery', 'restoration'];

/** A topic with what RDS tells of the instances. Best effort on RDS's side, so never the only signal. */
export function subscribeToEvents(
  scope: Construct,
  key: kms.Key,
  instances: readonly (rds.IDatabaseInstance & Construct)[],
): sns.Topic {
  const topic = new sns.Topic(scope, 'Events', { masterKey: key, enforceSSL: true });
  const principals = [new iam.ServicePrincipal(rdsEvents)];
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      principals,
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  key.addToResourcePolicy(
    new iam.PolicyStatement({ principals, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
  );
  const subscribe = (id: string, sourceType: string, eventCategories: string[], sourceIds?: string[]) =>
    new rds.CfnEventSubscription(scope, id, {
      snsTopicArn: topic.topicArn,
      sourceType,
      eventCategories,
      ...(sourceIds && { sourceIds }),
    }).node.addDependency(...instances, topic);
  const ids = instances.map(({ instanceIdentifier }) => instanceIdentifier);
  subscribe('InstanceEvents', 'db-instance', [...ofInstances, ...alsoOfInstances], ids);
  subscribe('ParameterEvents', 'db-parameter-group', ['configuration change']);
  // There is none of these in a VPC; Security Hub asks for it all the same (RDS.22), and it costs nothing.
  subscribe('SecurityGroupEvents', 'db-security-group', ['configuration change', 'failure']);
  return topic;
}
