import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Environment } from '../config';
import { exportedLogs } from './instance-settings';
import { recoveryDefinition } from './recovery-definition';
import { RecoveryFunctions } from './recovery-functions';
import { recoveryMachine } from './recovery-parts';
import type { RecoveryProps } from './recovery-props';
import { recoveryRole } from './recovery-role';
import { configuredAs, restoredAs } from './recovery-settings';
import { RecoveryWatch } from './recovery-watch';

// A restore of some TiB takes hours; what takes longer than twelve is stuck. The other two take minutes.
const availableMinutes = 720;
const changeMinutes = 60;
const renameMinutes = 60;

/** Always there: whoever is on call must not have to deploy first. */
export class Recovery extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, environment: Environment, props: RecoveryProps) {
    super(scope, id);
    const { prefix, name } = environment;
    const { network, database, alerts, approvals, checkInput } = props;
    const stack = Stack.of(this);
    const machineName = recoveryMachine(prefix);
    // By its name, for the functions of the machine are made before it.
    const machineArn = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: machineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const { plan, password, logins, check, report } = new RecoveryFunctions(
      this,
      'Functions',
      environment,
      props,
      machineArn,
    );
    const functions = {
      plan: plan.functionArn,
      password: password.functionArn,
      logins: logins.functionArn,
      check: check.functionArn,
      report: report.functionArn,
      ask: approvals.ask.functionArn,
    };
    const definition = recoveryDefinition({
      instance: prefix,
      environment: name,
      functions,
      restore: restoredAs(environment, database, network),
      configure: configuredAs(environment, database),
      exportedLogs: Object.keys(exportedLogs),
      adminSecret: database.secret.secretArn,
      checkInput,
      approvals: environment.recovery.approvals,
      approveHours: environment.recovery.approveWithinHours,
      topicArn: alerts.topic.topicArn,
      availableMinutes,
      changeMinutes,
      renameMinutes,
    });
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: machineName,
      comment: 'A recovery',
      definitionBody: sfn.DefinitionBody.fromString(stack.toJsonString(definition)),
      role: recoveryRole(this, 'MachineRole', { prefix, database, alerts }, Object.values(functions)),
      tracingEnabled: true,
      logs: { destination: this.logGroup(machineName, props), level: sfn.LogLevel.ALL },
    });
    new RecoveryWatch(this, 'Watch', environment, props);
    alerts.tellOf('Stopped', 'Recoveries that stopped', {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [this.machine.stateMachineArn] },
    });
  }

  private logGroup(machineName: string, { database }: RecoveryProps): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      // Below this name, the delivery of logs needs no policy of its own for each machine, of which there may be few.
      logGroupName: `/aws/vendedlogs/states/${machineName}`,
      retention: logs.RetentionDays.ONE_YEAR,
      encryptionKey: database.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
