import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { drillTag } from '../../lambdas/drill-sweep/contract';
import { Refusal } from '../checks/refusal';
import type { DrillKind, Environment } from '../config';
import { drillDefinition } from './drill-definition';
import { DrillDump } from './drill-dump';
import { DrillFunctions } from './drill-functions';
import type { DrillsProps } from './drill-props';
import { drillRole } from './drill-role';
import { DrillSweeper } from './drill-sweeper';
import { DrillWatch } from './drill-watch';
import { mostStorageGiB } from './instance-memory';
import { cronAt, nightOf } from './schedules';

// Restores of some hundred GiB take an hour; what takes longer than three is stuck.
const availableMinutes = 180;
const goneMinutes = 60;

/** Hours after the tiers: apart by more than a drill takes as a rule, and a dump is made before the last. */
const kinds = {
  snapshot: { name: 'Snapshot', hoursAfter: 2 },
  pointInTime: { name: 'PointInTime', hoursAfter: 6 },
  dump: { name: 'Dump', hoursAfter: 10 },
} as const;

/** A machine for each kind of drill, the functions behind them, their schedule, and the sweeper. */
export class Drills extends Construct {
  readonly machines: Readonly<Record<string, sfn.StateMachine>>;
  readonly functions: DrillFunctions;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    private readonly props: DrillsProps,
  ) {
    super(scope, id);
    const { prefix, drills } = environment;
    const temporaryPrefix = `${prefix}-drill-`;
    const functions = new DrillFunctions(this, 'Functions', environment, props, temporaryPrefix);
    this.functions = functions;
    this.machines = Object.fromEntries(
      drills.kinds.map((kind) => [kind, this.addMachine(kind, functions, temporaryPrefix)] as const),
    );
    new DrillSweeper(this, 'Sweeper', environment, props, temporaryPrefix);
    if (drills.schedule !== 'none') new DrillWatch(this, 'Watch', environment, props, drills.schedule);
    props.alerts.tellOf('FailedDrills', 'Drills that did not succeed', {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: Object.values(this.machines).map(({ stateMachineArn }) => stateMachineArn),
      },
    });
  }

  private addMachine(kind: DrillKind, functions: DrillFunctions, temporaryPrefix: string): sfn.StateMachine {
    const { prefix, instance, name: environmentName, tags, database: settings, drills } = this.environment;
    const { network, database, checkInput, approvals } = this.props;
    const { name, hoursAfter } = kinds[kind];
    const dump = kind === 'dump' ? this.addDump(temporaryPrefix) : undefined;
    const arns = {
      plan: functions.plan.functionArn,
      check: functions.check.functionArn,
      report: functions.report.functionArn,
    };
    const definition = drillDefinition({
      kind,
      instance: prefix,
      temporaryPrefix,
      functions: arns,
      restore: {
        DbInstanceClass: instance.class,
        DbSubnetGroupName: database.subnetGroup.subnetGroupName,
        DbParameterGroupName: database.parameterGroupName,
        VpcSecurityGroupIds: [network.copies.securityGroupId],
        Port: settings.port,
        PubliclyAccessible: false,
        MultiAZ: false,
        DeletionProtection: false,
        AutoMinorVersionUpgrade: false,
        CopyTagsToSnapshot: false,
        BackupRetentionPeriod: 0,
        CaCertificateIdentifier: 'rds-ca-rsa2048-g1',
        StorageType: 'gp3',
        ...(dump && this.emptyInstance()),
        Tags: Object.entries({ ...tags, 'plinth:environment': environmentName, [drillTag.key]: drillTag.value }).map(
          ([Key, Value]) => ({ Key, Value }),
        ),
      },
      keyArn: database.key.keyArn,
      checkInput,
      ...(dump && { dump: dump.definition }),
      availableMinutes,
      goneMinutes,
      ...(approvals && {
        signOff: { ask: approvals.ask.functionArn, names: drills.signOff, hours: drills.signOffWithinHours },
      }),
    });
    const role = drillRole(this, `${name}Role`, {
      prefix,
      temporaryPrefix,
      subnetGroup: database.subnetGroup.subnetGroupName,
      parameterGroup: database.parameterGroupName,
      instanceClass: instance.class,
      keyArn: database.key.keyArn,
      functionArns: [
        ...Object.values(arns),
        ...(dump ? [dump.definition.roles] : []),
        ...(approvals ? [approvals.ask.functionArn] : []),
      ],
      empty: dump !== undefined,
    });
    dump?.allowLoading(role);
    const machine = new sfn.StateMachine(this, name, {
      stateMachineName: `${prefix}-drill-${kind}`,
      comment: 'A restore drill',
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      tracingEnabled: true,
      logs: { destination: this.logGroup(name, kind), level: sfn.LogLevel.ALL },
    });
    this.schedule(machine, name, hoursAfter);
    return machine;
  }

  private addDump(temporaryPrefix: string): DrillDump {
    const { environment, props } = this;
    if (!props.dumps) {
      throw new Refusal(
        `${environment.prefix}: drills.kinds names 'dump', and no dump is made; set backups.dumps, or leave it out.`,
      );
    }
    return new DrillDump(this, 'DumpParts', environment, props, props.dumps, temporaryPrefix);
  }

  /** What a backup brings along, and an instance that is made empty has to be given. */
  private emptyInstance(): object {
    const { database: settings, instance } = this.environment;
    const { key } = this.props.database;
    return {
      Engine: 'postgres',
      EngineVersion: settings.engineVersion,
      // RDS may have let the source grow so far, and growing in the middle of a load comes too late.
      AllocatedStorage: mostStorageGiB(instance),
      MasterUsername: settings.adminUser,
      ManageMasterUserPassword: true,
      MasterUserSecretKmsKeyId: key.keyArn,
      StorageEncrypted: true,
      KmsKeyId: key.keyArn,
    };
  }

  private logGroup(name: string, kind: string): logs.LogGroup {
    return new logs.LogGroup(this, `${name}Logs`, {
      // Below this name, the delivery of logs needs no policy of its own for each machine, of which there may be few.
      logGroupName: `/aws/vendedlogs/states/${this.environment.prefix}-drill-${kind}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      encryptionKey: this.props.database.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private schedule(machine: sfn.StateMachine, name: string, hoursAfter: number): void {
    const { drills } = this.environment;
    if (drills.schedule === 'none') return;
    const days = { daily: {}, weekly: { weekDay: 'MON' }, monthly: { day: 2 } }[drills.schedule];
    // The newest backup is there, and no two kinds meet, for one copy at a time is allowed.
    const minutes = nightOf(this.environment).tiers + hoursAfter * 60;
    new events.Rule(this, `${name}Schedule`, {
      description: `A restore drill, ${drills.schedule}`,
      schedule: cronAt(minutes, days),
      targets: [new targets.SfnStateMachine(machine, { input: events.RuleTargetInput.fromObject({}) })],
    });
  }
}
