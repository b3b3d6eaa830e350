import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { allow } from './allow';

const publishers = ['events.amazonaws.com', 'cloudwatch.amazonaws.com'];

/** Where everything ends that a person has to look at: alarms, failed drills, failed backups, what was swept up. */
export class Alerts extends Construct {
  readonly topic: sns.Topic;
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    const { account } = Stack.of(this);
    const principals = publishers.map((name) => new iam.ServicePrincipal(name));
    // A key of its own: what alarms and events may use must not open the data, and the database's key lives elsewhere.
    this.key = new kms.Key(this, 'Key', { description: `Alerts of ${prefix}`, enableKeyRotation: true });
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({ principals, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    this.topic = new sns.Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        // Rules are let in by their targets.
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }

  /** What a role needs to publish here. */
  allowPublishing(role: iam.Role): void {
    allow(role, { actions: ['sns:Publish'], resources: [this.topic.topicArn] });
    allow(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [this.key.keyArn] });
  }

  tellOf(id: string, description: string, eventPattern: events.EventPattern): void {
    new events.Rule(this, id, { description, eventPattern, targets: [new targets.SnsTopic(this.topic)] });
  }
}
