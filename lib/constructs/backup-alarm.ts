import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import type { Alerts } from './alerts';

/**
 * Notices that no job of a tier has ended well, also where none has begun: then there is no job that could fail, and no
 * event. An alarm looks back seven days at most, so monthly snapshots alone cannot be watched by one.
 */
export function addBackupAlarm(scope: Construct, { prefix, backups }: Environment, alerts: Alerts): void {
  const daily = backups.hourly !== 'none' || backups.daily !== 'none';
  if (!daily && backups.weekly === 'none') return;
  const days = daily ? 2 : 7;
  const alarm = new cloudwatch.Alarm(scope, 'Absence', {
    alarmName: `${prefix}-no-backup`,
    alarmDescription: `AWS Backup has made no snapshot for ${days} days. What to do: docs/runbook.md#no-backup`,
    metric: new cloudwatch.Metric({
      namespace: 'AWS/Backup',
      metricName: 'NumberOfBackupJobsCompleted',
      dimensionsMap: { BackupVaultName: prefix },
      statistic: 'Sum',
      period: Duration.days(1),
    }),
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: days,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
  alarm.addAlarmAction(new actions.SnsAction(alerts.topic));
  alarm.addOkAction(new actions.SnsAction(alerts.topic));
}
