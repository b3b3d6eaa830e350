import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Environment, RestoreTesting as Settings } from '../config';
import { allow } from './allow';
import type { DrillFunctions } from './drill-functions';
import type { DrillsProps } from './drill-props';
import { acknowledge } from './instance-exceptions';
import { restoreTestName } from './restore-test-name';
import { restoreTestingDefinition } from './restore-testing-definition';

const readyMinutes = 60;
// The checks, and the time until the instance has a password; then AWS Backup deletes it.
const validationHours = 4;
const days = { daily: '* * ? *', weekly: '? * MON *', monthly: '2 * ? *' } as const;
const madeUp = 'AWS Backup makes the name up; the star stands behind the prefix of its restore tests.';

/** A restore testing plan of AWS Backup over the vault, whose restores the checks of the drills judge. */
export class RestoreTesting extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    private readonly props: DrillsProps & { readonly vaultArn: string },
    functions: DrillFunctions,
    settings: Settings,
  ) {
    super(scope, id);
    const plan = this.addPlan(settings);
    this.machine = this.addMachine(functions);
    new events.Rule(this, 'Restored', {
      description: 'A restore test has restored: its checks begin',
      eventPattern: this.eventsOf(plan, ['COMPLETED']),
      targets: [new targets.SfnStateMachine(this.machine)],
    });
    props.alerts.tellOf('UnprovedRestoreTests', 'Restore tests whose checks did not pass', {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [this.machine.stateMachineArn] },
    });
    props.alerts.tellOf(
      'FailedRestoreTests',
      'Restore tests that restored nothing',
      this.eventsOf(plan, ['FAILED', 'ABORTED']),
    );
  }

  private eventsOf(plan: backup.CfnRestoreTestingPlan, status: string[]): events.EventPattern {
    return {
      source: ['aws.backup'],
      detailType: ['Restore Job State Change'],
      detail: { status, resourceType: ['RDS'], restoreTestingPlanArn: [plan.attrRestoreTestingPlanArn] },
    };
  }

  private addPlan({ schedule, pick, withinDays }: Settings): backup.CfnRestoreTestingPlan {
    const { prefix, instance, backups } = this.environment;
    const { database, network, vaultArn } = this.props;
    const [, hour = '0', minute = '0'] = /^(\d+):(\d+)/.exec(backups.window) ?? [];
    // The other end of the day than the backup and the drills, whose copies it must not meet.
    const at = `${Number(minute)} ${(Number(hour) + 14) % 24}`;
    const plan = new backup.CfnRestoreTestingPlan(this, 'Plan', {
      // Letters, digits and underscores alone.
      restoreTestingPlanName: `${prefix.replaceAll('-', '_')}_restore_tests`,
      scheduleExpression: `cron(${at} ${days[schedule]})`,
      startWindowHours: 1,
      recoveryPointSelection: {
        algorithm: pick === 'latest' ? 'LATEST_WITHIN_WINDOW' : 'RANDOM_WITHIN_WINDOW',
        includeVaults: [vaultArn],
        recoveryPointTypes: ['SNAPSHOT'],
        selectionWindowDays: withinDays,
      },
    });
    const role = new iam.Role(this, 'RestoreRole', {
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      description: 'Restores for the restore tests of AWS Backup',
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForRestores'),
      ],
    });
    acknowledge(
      role,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores]',
      'The policy that AWS keeps for the restores of its backup service, which may change what it has to do.',
    );
    new backup.CfnRestoreTestingSelection(this, 'Selection', {
      restoreTestingPlanName: plan.ref,
      restoreTestingSelectionName: 'database',
      protectedResourceType: 'RDS',
      protectedResourceArns: [database.instance.instanceArn],
      iamRoleArn: role.roleArn,
      validationWindowHours: validationHours,
      // What AWS Backup would take from the backup, or from the defaults of the account.
      restoreMetadataOverrides: {
        dbInstanceClass: instance.class,
        dbSubnetGroupName: database.subnetGroup.subnetGroupName,
        dbParameterGroupName: database.parameterGroupName,
        vpcSecurityGroupIds: Stack.of(this).toJsonString([network.copies.securityGroupId]),
        multiAz: 'false',
        publiclyAccessible: 'false',
      },
    });
    return plan;
  }

  private addMachine({ check, report }: DrillFunctions): sfn.StateMachine {
    const { prefix } = this.environment;
    const { database, checkInput } = this.props;
    const { partition, region, account } = Stack.of(this);
    const definition = restoreTestingDefinition({
      instance: prefix,
      functions: { check: check.functionArn, report: report.functionArn },
      keyArn: database.key.keyArn,
      checkInput,
      readyMinutes,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: 'Judges what AWS Backup has restored for a test',
    });
    const instances = [`arn:${partition}:rds:${region}:${account}:db:${restoreTestName}-*`];
    allow(role, { actions: ['rds:DescribeDBInstances'], resources: instances }, madeUp);
    // The tag is on nothing but restore tests, whatever value it has.
    const conditions = { Null: { [`aws:ResourceTag/${restoreTestName}`]: 'false' } };
    allow(role, { actions: ['rds:ModifyDBInstance'], resources: instances, conditions }, madeUp);
    const secrets = [`arn:${partition}:secretsmanager:${region}:${account}:secret:rds!db-*`];
    allow(role, { actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], resources: secrets }, madeUp);
    const key = [database.key.keyArn];
    allow(role, { actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: key });
    const viaSecrets = { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } };
    allow(role, { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: key, conditions: viaSecrets });
    allow(role, { actions: ['lambda:InvokeFunction'], resources: [check.functionArn, report.functionArn] });
    allow(role, { actions: ['backup:PutRestoreValidationResult'], resources: ['*'] });
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'A restore job has no ARN that a policy could name; neither have the delivery of logs and of traces.',
    );
    return new sfn.StateMachine(this, 'Machine', {
      stateMachineName: `${prefix}-restore-test`,
      comment: 'The checks of a restore test',
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${prefix}-restore-test`,
          retention: logs.RetentionDays.THREE_MONTHS,
          encryptionKey: database.key,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
      },
    });
  }
}
