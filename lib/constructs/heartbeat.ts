import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type HeartbeatSettings, heartbeatMetric, heartbeatVariable } from '../../lambdas/heartbeat/contract';
import { metricDimension, metricNamespace } from '../../lambdas/shared/contract';
import { type Bundles, bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import type { Alerts } from './alerts';
import type { Database } from './database';
import { DatabaseFunction } from './database-function';
import type { Network } from './network';

export interface HeartbeatProps {
  readonly network: Network;
  readonly database: Database;
  readonly bundles: Bundles;
  readonly alerts: Alerts;
}

/** Writes the time into the database every few minutes, and hourly what it holds: what a restored copy is judged by. */
export class Heartbeat extends Construct {
  constructor(scope: Construct, id: string, environment: Environment, props: HeartbeatProps) {
    super(scope, id);
    const { network, database, bundles, alerts } = props;
    const { prefix, roles, vectorIndexes, heartbeat, checks } = environment;
    const { function: beat, role } = new DatabaseFunction(this, 'Function', {
      description: 'Writes the time and the manifest of the database into it',
      bundle: bundleOf(bundles, 'heartbeat'),
      network,
      key: database.key,
      timeout: Duration.minutes(10),
      memoryMiB: 256,
      environment: {
        [heartbeatVariable]: Stack.of(this).toJsonString({
          Prefix: prefix,
          Server: {
            Host: database.instance.dbInstanceEndpointAddress,
            Port: environment.database.port,
            AdminSecret: database.secret.secretArn,
          },
          Database: environment.database.name,
          Owner: roles.owner.name,
          Migrator: roles.migrator.name,
          VectorIndexes: Object.keys(vectorIndexes),
          NewestRow: heartbeat.newestRow,
          ExactRowsUpToMiB: checks.exactRowsUpToMiB,
          KeepHeartbeatsDays: heartbeat.keepDays,
          KeepManifestsDays: heartbeat.keepManifestsDays,
        } satisfies HeartbeatSettings),
      },
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [database.secret.secretArn],
      }),
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [database.key.keyArn] }));
    const schedule = (name: string, description: string, every: Duration, manifest: boolean) =>
      new events.Rule(this, name, {
        description,
        schedule: events.Schedule.rate(every),
        targets: [new targets.LambdaFunction(beat, { event: events.RuleTargetInput.fromObject({ manifest }) })],
      });
    schedule('Beat', 'The heartbeat', Duration.minutes(heartbeat.everyMinutes), false);
    schedule('Manifest', 'What the database holds', Duration.minutes(heartbeat.manifestEveryMinutes), true);
    this.watch(environment, alerts);
  }

  /** A heartbeat that does not come says that the database cannot be written to, or that nobody would notice. */
  private watch({ prefix, heartbeat: { everyMinutes } }: Environment, alerts: Alerts): void {
    const alarm = new cloudwatch.Alarm(this, 'Silence', {
      alarmName: `${prefix}-no-heartbeat`,
      alarmDescription: `No heartbeat for ${3 * everyMinutes} minutes. What to do: docs/runbook.md#no-heartbeat`,
      metric: new cloudwatch.Metric({
        namespace: metricNamespace,
        metricName: heartbeatMetric,
        dimensionsMap: { [metricDimension]: prefix },
        statistic: 'Sum',
        period: Duration.minutes(everyMinutes),
      }),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(alerts.topic));
    alarm.addOkAction(new actions.SnsAction(alerts.topic));
  }
}
