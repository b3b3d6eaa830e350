import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type DumpRecordSettings, dumpFiles, dumpsFolder, latestKey } from '../../lambdas/dump-record/contract';
import { type Bundles, bundleOf } from '../bundling/bundle';
import type { Dumps as DumpSettings, Environment } from '../config';
import type { Alerts } from './alerts';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import type { Database } from './database';
import { DatabaseTask, scriptOf } from './database-task';
import { addDumpAlarms } from './dump-alarms';
import { dumpBucket } from './dump-bucket';
import { dumpDefinition } from './dump-definition';
import { dumpTaskSize } from './dump-memory';
import { acknowledge } from './instance-exceptions';
import { mostStorageGiB } from './instance-memory';
import type { Network } from './network';
import { rdsAuthority } from './rds-authority';
import { cronAt, nightOf } from './schedules';
import { allowTask } from './task-rights';

export interface DumpsProps {
  readonly network: Network;
  readonly database: Database;
  readonly bundles: Bundles;
  readonly alerts: Alerts;
}

// A database of some hundred GiB; what takes longer is stuck, or wants another kind of backup.
const dumpMinutes = 8 * 60;
const hoursAfterBackup = 4;

/** Logical dumps: the copy that outlives the engine, the region's RDS and a mistake in its snapshots. */
export class Dumps extends Construct {
  readonly bucket: s3.Bucket;
  readonly cluster: { readonly name: string; readonly arn: string };
  readonly machine: sfn.StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    settings: DumpSettings,
    private readonly props: DumpsProps,
  ) {
    super(scope, id);
    const { prefix } = environment;
    const { database, alerts } = props;
    this.bucket = dumpBucket(this, environment, settings, database.key);
    const cluster = new ecs.CfnCluster(this, 'Cluster', {
      clusterName: prefix,
      clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    this.cluster = { name: prefix, arn: cluster.attrArn };
    const task = this.addTask();
    const record = this.addRecord();
    this.machine = this.addMachine(task, record);
    this.machine.node.addDependency(cluster);
    this.schedule(settings, record);
    addDumpAlarms(this, prefix, settings, alerts);
    alerts.tellOf('FailedDumps', 'Dumps that did not succeed', {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [this.machine.stateMachineArn] },
    });
  }

  private addTask(): DatabaseTask {
    const { prefix, region, database: settings, instance } = this.environment;
    const { database } = this.props;
    // No dump is larger than what it is taken of may grow to.
    const expectedGiB = mostStorageGiB(instance);
    const task = new DatabaseTask(this, 'Task', {
      description: `Dumps the database of ${prefix}`,
      family: `${prefix}-dump`,
      key: database.key,
      ...dumpTaskSize(expectedGiB),
      scripts: { postgres: 'dump.postgres.sh', storage: 'dump.storage.sh' },
      environment: {
        postgres: {
          PGHOST: database.instance.dbInstanceEndpointAddress,
          PGPORT: String(settings.port),
          PGDATABASE: settings.name,
          PLINTH_AUTHORITIES: rdsAuthority(region),
          PLINTH_COUNT: scriptOf('count-rows.awk'),
        },
        storage: {
          PLINTH_BUCKET: this.bucket.bucketName,
          PLINTH_SECRET: database.secret.secretArn,
          PLINTH_EXPECTED_BYTES: String(expectedGiB * 2 ** 30),
        },
      },
    });
    const { role } = task;
    allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: [database.secret.secretArn] });
    allow(
      role,
      {
        actions: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'],
        resources: [`${this.bucket.bucketArn}/${dumpsFolder}/*`],
      },
      'Each dump has a folder of its own below this one.',
    );
    allow(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [database.key.keyArn] });
    return task;
  }

  private addRecord(): lambda.Function {
    const { prefix } = this.environment;
    const { database, bundles } = this.props;
    const { bucketName, bucketArn } = this.bucket;
    const { function: record, role } = new ControlFunction(this, 'Record', {
      description: 'Makes a dump known, and tells how old the newest one is',
      bundle: bundleOf(bundles, 'dump-record'),
      key: database.key,
      timeout: Duration.minutes(1),
      memoryMiB: 256,
      environment: {
        PLINTH_DUMP_RECORD: Stack.of(this).toJsonString({
          Prefix: prefix,
          Bucket: bucketName,
        } satisfies DumpRecordSettings),
      },
    });
    // Without it, S3 answers that access is denied where an object is not there.
    allow(role, { actions: ['s3:ListBucket'], resources: [bucketArn] });
    const inFolder = (name: string) => `${bucketArn}/${dumpsFolder}/*/${name}`;
    const reason = 'Each dump has a folder of its own.';
    allow(
      role,
      {
        actions: ['s3:GetObject'],
        resources: [inFolder(dumpFiles.result), inFolder(dumpFiles.dump), `${bucketArn}/${latestKey}`],
      },
      reason,
    );
    allow(
      role,
      { actions: ['s3:PutObject'], resources: [inFolder(dumpFiles.manifest), `${bucketArn}/${latestKey}`] },
      reason,
    );
    allow(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [database.key.keyArn] });
    return record;
  }

  private addMachine(task: DatabaseTask, record: lambda.Function): sfn.StateMachine {
    const { prefix } = this.environment;
    const { network, database } = this.props;
    const role = new iam.Role(this, 'MachineRole', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: `Dumps of ${prefix}: runs the task, and makes its result known`,
    });
    allowTask(role, task, this.cluster);
    allow(role, { actions: ['lambda:InvokeFunction'], resources: [record.functionArn] });
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'The delivery of logs and of traces knows no resource to name; the CDK writes these statements.',
    );
    const definition = dumpDefinition({
      task: {
        cluster: this.cluster.name,
        definition: task.definition.taskDefinitionArn,
        subnets: network.vpc.selectSubnets(network.functionSubnets).subnetIds,
        securityGroups: [network.functions.securityGroupId],
        logGroup: `/aws/ecs/${prefix}-dump`,
        minutes: dumpMinutes,
      },
      record: record.functionArn,
    });
    return new sfn.StateMachine(this, 'Machine', {
      stateMachineName: `${prefix}-dump`,
      comment: 'A logical dump',
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          // Below this name, the delivery of logs needs no policy of its own for each machine, of which there may be few.
          logGroupName: `/aws/vendedlogs/states/${prefix}-dump`,
          retention: logs.RetentionDays.THREE_MONTHS,
          encryptionKey: database.key,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
      },
    });
  }

  private schedule({ schedule }: DumpSettings, record: lambda.Function): void {
    new events.Rule(this, 'Schedule', {
      description: `A logical dump, ${schedule}`,
      schedule: cronAt(
        nightOf(this.environment).window + hoursAfterBackup * 60,
        schedule === 'weekly' ? { weekDay: 'MON' } : {},
      ),
      targets: [new targets.SfnStateMachine(this.machine, { input: events.RuleTargetInput.fromObject({}) })],
    });
    new events.Rule(this, 'Watch', {
      description: 'Tells how old the newest dump is',
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(record, { event: events.RuleTargetInput.fromObject({ Action: 'watch' }) })],
    });
  }
}
