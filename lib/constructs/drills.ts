import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { drillTag } from '../../lambdas/drill-sweep/contract';
import { Refusal } from '../checks/refusal';
import type { Environment } from '../config';
import { drillDefinition } from './drill-definition';
import { DrillFunctions } from './drill-functions';
import type { DrillsProps } from './drill-props';
import { drillRole } from './drill-role';
import { DrillSweeper } from './drill-sweeper';
import { DrillWatch } from './drill-watch';

// Restores of some hundred GiB take an hour; what takes longer than three is stuck.
const availableMinutes = 180;
const goneMinutes = 60;

/** A machine for each kind of drill, the functions behind them, their schedule, and the sweeper. */
export class Drills extends Construct {
  readonly machines: Readonly<Record<string, sfn.StateMachine>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    private readonly props: DrillsProps,
  ) {
    super(scope, id);
    const { prefix, drills } = environment;
    if (drills.kinds.includes('dump')) {
      throw new Refusal(
        `${prefix}: drills of the kind "dump" cannot be deployed by this version; leave out 'dump' in drills.kinds.`,
      );
    }
    const temporaryPrefix = `${prefix}-drill-`;
    const functions = new DrillFunctions(this, 'Functions', environment, props, temporaryPrefix);
    const kinds = drills.kinds.filter((kind) => kind !== 'dump');
    this.machines = Object.fromEntries(
      kinds.map((kind) => [kind, this.addMachine(kind, functions, temporaryPrefix)] as const),
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

  private addMachine(
    kind: 'snapshot' | 'pointInTime',
    functions: DrillFunctions,
    temporaryPrefix: string,
  ): sfn.StateMachine {
    const { prefix, instance, name: environmentName, tags, database: settings, drills } = this.environment;
    const { network, database, checkInput, approvals } = this.props;
    const name = kind === 'snapshot' ? 'Snapshot' : 'PointInTime';
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
        VpcSecurityGroupIds: [network.database.securityGroupId],
        Port: settings.port,
        PubliclyAccessible: false,
        MultiAZ: false,
        DeletionProtection: false,
        AutoMinorVersionUpgrade: false,
        CopyTagsToSnapshot: false,
        BackupRetentionPeriod: 0,
        CaCertificateIdentifier: 'rds-ca-rsa2048-g1',
        StorageType: 'gp3',
        Tags: Object.entries({ ...tags, 'plinth:environment': environmentName, [drillTag.key]: drillTag.value }).map(
          ([Key, Value]) => ({ Key, Value }),
        ),
      },
      keyArn: database.key.keyArn,
      checkInput,
      availableMinutes,
      goneMinutes,
      ...(approvals && {
        signOff: { ask: approvals.ask.functionArn, names: drills.signOff, hours: drills.signOffWithinHours },
      }),
    });
    const machine = new sfn.StateMachine(this, name, {
      stateMachineName: `${prefix}-drill-${kind}`,
      comment: 'A restore drill',
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role: drillRole(this, `${name}Role`, {
        prefix,
        temporaryPrefix,
        subnetGroup: database.subnetGroup.subnetGroupName,
        parameterGroup: database.parameterGroupName,
        keyArn: database.key.keyArn,
        functionArns: [...Object.values(arns), ...(approvals ? [approvals.ask.functionArn] : [])],
      }),
      tracingEnabled: true,
      logs: { destination: this.logGroup(name, kind), level: sfn.LogLevel.ALL },
    });
    this.schedule(machine, name, kind === 'snapshot' ? 2 : 6);
    return machine;
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
    const { drills, backups } = this.environment;
    if (drills.schedule === 'none') return;
    // Hours after the backup has begun: the newest one is there, it is night, and no two kinds meet, for one copy at a
    // time is allowed.
    const [, hour = '0', minute = '0'] = /^(\d+):(\d+)/.exec(backups.window) ?? [];
    const at = { hour: String((Number(hour) + hoursAfter) % 24), minute: String(Number(minute)) };
    const days = { daily: {}, weekly: { weekDay: 'MON' }, monthly: { day: '2' } }[drills.schedule];
    new events.Rule(this, `${name}Schedule`, {
      description: `A restore drill, ${drills.schedule}`,
      schedule: events.Schedule.cron({ ...at, ...days }),
      targets: [new targets.SfnStateMachine(machine, { input: events.RuleTargetInput.fromObject({}) })],
    });
  }
}
