import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type DrillSweepSettings, drillTag } from '../../lambdas/drill-sweep/contract';
import { bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import type { DrillsProps } from './drill-props';

// All of a drill with its waits, and some. A dump has to be loaded, which alone may take six hours.
const oldAfterHours = 10;
const oldAfterHoursWithDumps = 16;

/** Looks every hour for what an aborted drill has left. */
export class DrillSweeper extends Construct {
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    { database, bundles, alerts }: DrillsProps,
    temporaryPrefix: string,
  ) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const { function: sweeper, role } = new ControlFunction(this, 'Function', {
      description: 'Removes what an aborted drill has left',
      bundle: bundleOf(bundles, 'drill-sweep'),
      key: database.key,
      timeout: Duration.minutes(2),
      memoryMiB: 256,
      environment: {
        PLINTH_DRILL_SWEEP: Stack.of(this).toJsonString({
          TemporaryPrefix: temporaryPrefix,
          OlderThanHours: environment.drills.kinds.includes('dump') ? oldAfterHoursWithDumps : oldAfterHours,
          Topic: alerts.topic.topicArn,
        } satisfies DrillSweepSettings),
      },
    });
    alerts.allowPublishing(role);
    const rds = (resource: string) => `arn:${partition}:rds:${region}:${account}:${resource}`;
    allow(
      role,
      { actions: ['rds:DescribeDBInstances'], resources: [rds('db:*')] },
      'It looks for what there is, and looking cannot be bound to a name that is not known yet.',
    );
    allow(
      role,
      {
        actions: ['rds:DeleteDBInstance'],
        resources: [rds(`db:${temporaryPrefix}*`)],
        conditions: { StringEquals: { [`aws:ResourceTag/${drillTag.key}`]: drillTag.value } },
      },
      'The name is made up while a drill runs; the star stands behind the prefix of these alone.',
    );
    new events.Rule(this, 'Schedule', {
      description: 'Looks for what an aborted drill has left',
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(sweeper)],
    });
  }
}
