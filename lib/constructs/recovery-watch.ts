import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { RecoveryWatchSettings } from '../../lambdas/recovery-watch/contract';
import { bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import type { RecoveryProps } from './recovery-props';

/** Tells once a day of what recoveries have left beside and nobody need keep any more. */
export class RecoveryWatch extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { prefix, name, recovery }: Environment,
    { database, bundles, alerts }: RecoveryProps,
  ) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const { function: watch, role } = new ControlFunction(this, 'Function', {
      description: 'Tells of what recoveries have left beside',
      bundle: bundleOf(bundles, 'recovery-watch'),
      key: database.key,
      timeout: Duration.minutes(1),
      memoryMiB: 256,
      environment: {
        PLINTH_RECOVERY_WATCH: Stack.of(this).toJsonString({
          Instance: prefix,
          Environment: name,
          KeepDays: recovery.keepDays,
          Topic: alerts.topic.topicArn,
        } satisfies RecoveryWatchSettings),
      },
    });
    alerts.allowPublishing(role);
    allow(
      role,
      { actions: ['rds:DescribeDBInstances'], resources: [`arn:${partition}:rds:${region}:${account}:db:*`] },
      'It looks for what there is, and looking cannot be bound to a name that is not known yet.',
    );
    new events.Rule(this, 'Schedule', {
      description: 'Tells of what recoveries have left beside',
      schedule: events.Schedule.rate(Duration.days(1)),
      targets: [new targets.LambdaFunction(watch)],
    });
  }
}
