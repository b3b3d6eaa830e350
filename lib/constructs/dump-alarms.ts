import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { dumpMetrics } from '../../lambdas/dump-record/contract';
import { metricDimension, metricNamespace } from '../../lambdas/shared/contract';
import type { Dumps } from '../config';
import type { Alerts } from './alerts';

const hoursBetween = { daily: 24, weekly: 7 * 24 };
// The dump itself, a second try, and the hour in which nobody looks.
const slackHours = 8;

/** The absence of a dump, and a dump that lacks something, ring by themselves: a mail of a job that failed can be lost. */
export function addDumpAlarms(scope: Construct, prefix: string, dumps: Dumps, alerts: Alerts): void {
  const metric = (metricName: string, period: Duration) =>
    new cloudwatch.Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { [metricDimension]: prefix },
      statistic: 'Maximum',
      period,
    });
  const hours = hoursBetween[dumps.schedule] + slackHours;
  const absence = new cloudwatch.Alarm(scope, 'Absence', {
    alarmName: `${prefix}-no-dump`,
    alarmDescription: `No dump of the last ${hours} hours was read back. What to do: docs/runbook.md#no-dump`,
    metric: metric(dumpMetrics.age, Duration.hours(1)),
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    threshold: hours,
    evaluationPeriods: 2,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
  const shrunk = new cloudwatch.Alarm(scope, 'Shrunk', {
    alarmName: `${prefix}-dump-shrank`,
    alarmDescription: `A dump is more than ${dumps.maximumShrinkPercent} % smaller than the one before. What to do: docs/runbook.md#dump-shrank`,
    metric: metric(dumpMetrics.shrank, Duration.days(1)),
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    threshold: dumps.maximumShrinkPercent,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  for (const alarm of [absence, shrunk]) {
    alarm.addAlarmAction(new actions.SnsAction(alerts.topic));
    alarm.addOkAction(new actions.SnsAction(alerts.topic));
  }
}
