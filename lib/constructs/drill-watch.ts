import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type DrillWatchSettings, overdueMetric } from '../../lambdas/drill-watch/contract';
import { metricDimension, metricNamespace } from '../../lambdas/shared/contract';
import { bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import type { DrillsProps } from './drill-props';

// From one drill to the next, a whole drill with all its waits, and a night to notice.
const withinHours = { daily: 24 + 24, weekly: 7 * 24 + 24, monthly: 31 * 24 + 24 } as const;
const every = Duration.hours(3);

/** Notices a drill that never starts, which nothing else tells of. And the alarm notices when this does not run. */
export class DrillWatch extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { prefix, drills }: Environment,
    { database, bundles, alerts, evidence }: DrillsProps,
    schedule: keyof typeof withinHours,
  ) {
    super(scope, id);
    const { bucketName, bucketArn } = evidence.bucket;
    const { function: watch, role } = new ControlFunction(this, 'Function', {
      description: 'Looks whether drills have run as they are due',
      bundle: bundleOf(bundles, 'drill-watch'),
      key: database.key,
      timeout: Duration.minutes(1),
      memoryMiB: 256,
      environment: {
        PLINTH_DRILL_WATCH: Stack.of(this).toJsonString({
          Prefix: prefix,
          Bucket: bucketName,
          Kinds: drills.kinds,
          WithinHours: withinHours[schedule],
        } satisfies DrillWatchSettings),
      },
    });
    allow(role, { actions: ['s3:ListBucket'], resources: [bucketArn] });
    const each = 'Each drill, and each kind of them, has an object of its own below.';
    allow(role, { actions: ['s3:GetObject'], resources: [`${bucketArn}/history/*`] }, each);
    allow(role, { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${bucketArn}/watch/*`] }, each);
    allow(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [database.key.keyArn] });
    new events.Rule(this, 'Schedule', {
      description: 'Looks whether drills have run as they are due',
      schedule: events.Schedule.rate(every),
      targets: [new targets.LambdaFunction(watch)],
    });
    const alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmName: `${prefix}-no-drill`,
      alarmDescription: `A drill is overdue, or nobody looks. What to do: docs/runbook.md#no-drill`,
      metric: new cloudwatch.Metric({
        namespace: metricNamespace,
        metricName: overdueMetric,
        dimensionsMap: { [metricDimension]: prefix },
        statistic: 'Maximum',
        // Two looks in each, so that one that is late is no gap.
        period: Duration.hours(6),
      }),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(alerts.topic));
    alarm.addOkAction(new actions.SnsAction(alerts.topic));
  }
}
