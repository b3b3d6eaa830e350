import { Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DrillPlanSettings } from '../../lambdas/drill-plan/contract';
import type { DrillReportSettings } from '../../lambdas/drill-report/contract';
import { dumpFiles, dumpsFolder, latestKey } from '../../lambdas/dump-record/contract';
import { bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import { DatabaseFunction } from './database-function';
import type { DrillsProps } from './drill-props';
import { restoreTestName } from './restore-test-name';

const madeUp =
  'The name is made up while a drill runs; the star stands behind a prefix of this environment, or of RDS itself.';
const looking = 'It looks for what there is, and looking cannot be bound to a name that is not known yet.';

/** The functions that the machines of all kinds share. */
export class DrillFunctions extends Construct {
  readonly plan: lambda.Function;
  readonly check: lambda.Function;
  readonly report: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    private readonly props: DrillsProps,
    private readonly temporaryPrefix: string,
  ) {
    super(scope, id);
    this.plan = this.addPlan();
    this.check = this.addCheck();
    this.report = this.addReport();
  }

  private addPlan(): lambda.Function {
    const { prefix } = this.environment;
    const { dumps } = this.props;
    const { function: plan, role } = new ControlFunction(this, 'Plan', {
      description: 'Chooses what a drill restores',
      bundle: bundleOf(this.props.bundles, 'drill-plan'),
      key: this.props.database.key,
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      environment: {
        PLINTH_DRILL_PLAN: Stack.of(this).toJsonString({
          Instance: prefix,
          TemporaryPrefix: this.temporaryPrefix,
          // One at a time: a second drill would cost as much again, and learn nothing.
          MostInstances: 1,
          ...(dumps && { DumpBucket: dumps.bucket.bucketName }),
        } satisfies DrillPlanSettings),
      },
    });
    const snapshots = [this.arn('rds', `db:${prefix}`), this.arn('rds', 'snapshot:*')];
    allow(role, { actions: ['rds:DescribeDBSnapshots'], resources: snapshots }, looking);
    allow(role, { actions: ['rds:DescribeDBInstances'], resources: [this.arn('rds', 'db:*')] }, looking);
    if (dumps) {
      const { bucketArn } = dumps.bucket;
      allow(role, { actions: ['s3:ListBucket'], resources: [bucketArn] });
      allow(
        role,
        {
          actions: ['s3:GetObject'],
          resources: [`${bucketArn}/${latestKey}`, `${bucketArn}/${dumpsFolder}/*/${dumpFiles.manifest}`],
        },
        'Each dump has a folder of its own.',
      );
      allow(role, { actions: ['kms:Decrypt'], resources: [this.props.database.key.keyArn] });
    }
    return plan;
  }

  private addCheck(): lambda.Function {
    const { network, database, bundles } = this.props;
    const { function: check, role } = new DatabaseFunction(this, 'Check', {
      description: 'Proves what is in a restored database',
      bundle: bundleOf(bundles, 'drill-check'),
      network,
      key: database.key,
      timeout: Duration.minutes(14),
      memoryMiB: 1024,
    });
    const temporary = this.arn('rds', `db:${this.temporaryPrefix}*`);
    allow(
      role,
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.arn('secretsmanager', 'secret:rds!db-*')],
        conditions: { ArnLike: { 'aws:ResourceTag/aws:rds:primaryDBInstanceArn': temporary } },
      },
      madeUp,
    );
    if (this.environment.drills.restoreTesting !== 'none') {
      const restoreTests = this.arn('rds', `db:${restoreTestName}-*`);
      allow(
        role,
        {
          actions: ['secretsmanager:GetSecretValue'],
          resources: [this.arn('secretsmanager', 'secret:rds!db-*')],
          conditions: { ArnLike: { 'aws:ResourceTag/aws:rds:primaryDBInstanceArn': restoreTests } },
        },
        madeUp,
      );
    }
    const { app } = this.environment.connectionParameters;
    allow(role, { actions: ['ssm:GetParameter'], resources: [this.arn('ssm', `parameter/${app.replace(/^\//, '')}`)] });
    allow(role, { actions: ['kms:Decrypt'], resources: [database.key.keyArn] });
    return check;
  }

  private addReport(): lambda.Function {
    const { prefix, name, objectives, drills } = this.environment;
    const { database, bundles, alerts, evidence } = this.props;
    const { bucketName, bucketArn } = evidence.bucket;
    const { function: report, role } = new ControlFunction(this, 'Report', {
      description: 'Keeps the verdict and the report of a drill',
      bundle: bundleOf(bundles, 'drill-report'),
      key: database.key,
      timeout: Duration.minutes(2),
      memoryMiB: 256,
      environment: {
        PLINTH_DRILL_REPORT: Stack.of(this).toJsonString({
          Prefix: prefix,
          Environment: name,
          Bucket: bucketName,
          Topic: alerts.topic.topicArn,
          ...(objectives !== 'none' && { RtoMinutes: objectives.rtoMinutes, RpoMinutes: objectives.rpoMinutes }),
          SignOff: drills.signOff,
        } satisfies DrillReportSettings),
      },
    });
    alerts.allowPublishing(role);
    allow(role, { actions: ['s3:ListBucket'], resources: [bucketArn] });
    allow(
      role,
      { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${bucketArn}/drills/*`, `${bucketArn}/history/*`] },
      'Each drill has a folder of its own below these two.',
    );
    allow(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [database.key.keyArn] });
    return report;
  }

  private arn(service: string, resource: string): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }
}
