import { Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RecoveryLoginsSettings } from '../../lambdas/recovery-logins/contract';
import type { RecoveryPasswordSettings } from '../../lambdas/recovery-password/contract';
import type { RecoveryPlanSettings } from '../../lambdas/recovery-plan/contract';
import type { RecoveryReportSettings } from '../../lambdas/recovery-report/contract';
import { bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import { DatabaseFunction } from './database-function';
import type { RecoveryProps } from './recovery-props';
import { instancesOf } from './recovery-role';

const looking = 'It looks for what there is, and looking cannot be bound to a name that is not known yet.';
const madeUp = 'The name is made up while a recovery runs; the star stands behind a prefix of this environment.';

/** The functions behind the machine of a recovery. */
export class RecoveryFunctions extends Construct {
  readonly plan: lambda.Function;
  readonly password: lambda.Function;
  readonly logins: lambda.Function;
  readonly check: lambda.Function;
  readonly report: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    private readonly props: RecoveryProps,
    private readonly machineArn: string,
  ) {
    super(scope, id);
    this.plan = this.addPlan();
    this.password = this.addPassword();
    this.logins = this.addLogins();
    this.check = this.addCheck();
    this.report = this.addReport();
  }

  private addPlan(): lambda.Function {
    const { prefix, name, recovery } = this.environment;
    const { function: plan, role } = new ControlFunction(this, 'Plan', {
      description: 'Says how a recovery goes on, by what is there',
      bundle: bundleOf(this.props.bundles, 'recovery-plan'),
      key: this.props.database.key,
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      environment: {
        PLINTH_RECOVERY_PLAN: Stack.of(this).toJsonString({
          Instance: prefix,
          Environment: name,
          Machine: this.machineArn,
          KeepDays: recovery.keepDays,
        } satisfies RecoveryPlanSettings),
      },
    });
    allow(role, { actions: ['rds:DescribeDBInstances'], resources: [this.arn('rds', 'db:*')] }, looking);
    allow(role, { actions: ['rds:DescribeDBSnapshots'], resources: [this.arn('rds', 'snapshot:*')] }, looking);
    allow(role, { actions: ['states:ListExecutions'], resources: [this.machineArn] });
    return plan;
  }

  private addPassword(): lambda.Function {
    const { database, bundles } = this.props;
    const { function: password, role } = new ControlFunction(this, 'Password', {
      description: 'Has RDS set the password that the secret of the admin holds',
      bundle: bundleOf(bundles, 'recovery-password'),
      key: database.key,
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      environment: {
        PLINTH_RECOVERY_PASSWORD: Stack.of(this).toJsonString({
          Secret: database.secret.secretArn,
        } satisfies RecoveryPasswordSettings),
      },
    });
    allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: [database.secret.secretArn] });
    allow(role, { actions: ['kms:Decrypt'], resources: [database.key.keyArn] });
    const resources = instancesOf(this, this.environment.prefix);
    allow(role, { actions: ['rds:ModifyDBInstance'], resources }, madeUp);
    return password;
  }

  private addLogins(): lambda.Function {
    const { network, database, bundles } = this.props;
    const { roles, connectionParameters, database: settings } = this.environment;
    const { onRemove: _, ...declared } = roles;
    const { function: logins, role } = new DatabaseFunction(this, 'Logins', {
      description: 'Makes what is published work on the instance that is to have the name',
      bundle: bundleOf(bundles, 'recovery-logins'),
      network,
      key: database.key,
      timeout: Duration.minutes(5),
      memoryMiB: 256,
      environment: {
        PLINTH_RECOVERY_LOGINS: Stack.of(this).toJsonString({
          AdminSecret: database.secret.secretArn,
          Database: settings.name,
          Roles: declared,
          Parameters: connectionParameters,
        } satisfies RecoveryLoginsSettings),
      },
    });
    allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: [database.secret.secretArn] });
    const parameters = Object.values(connectionParameters).map((name) => this.parameter(name));
    allow(role, { actions: ['ssm:GetParameter'], resources: parameters });
    allow(role, { actions: ['kms:Decrypt'], resources: [database.key.keyArn] });
    return logins;
  }

  /** The same code as that of the drills, with the rights that it needs here. */
  private addCheck(): lambda.Function {
    const { network, database, bundles } = this.props;
    const { function: check, role } = new DatabaseFunction(this, 'Check', {
      description: 'Proves what is in a database that was restored to be used',
      bundle: bundleOf(bundles, 'drill-check'),
      network,
      key: database.key,
      timeout: Duration.minutes(14),
      memoryMiB: 1024,
    });
    allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: [database.secret.secretArn] });
    const { app } = this.environment.connectionParameters;
    allow(role, { actions: ['ssm:GetParameter'], resources: [this.parameter(app)] });
    allow(role, { actions: ['kms:Decrypt'], resources: [database.key.keyArn] });
    return check;
  }

  private addReport(): lambda.Function {
    const { database, bundles, evidence } = this.props;
    const { bucketName, bucketArn } = evidence.bucket;
    const { function: report, role } = new ControlFunction(this, 'Report', {
      description: 'Keeps what was found in a database that was restored to be used',
      bundle: bundleOf(bundles, 'recovery-report'),
      key: database.key,
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      environment: {
        PLINTH_RECOVERY_REPORT: Stack.of(this).toJsonString({ Bucket: bucketName } satisfies RecoveryReportSettings),
      },
    });
    const resources = [`${bucketArn}/recoveries/*`];
    allow(role, { actions: ['s3:PutObject'], resources }, 'Each recovery has a folder of its own below this one.');
    allow(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [database.key.keyArn] });
    return report;
  }

  private parameter(name: string): string {
    return this.arn('ssm', `parameter/${name.replace(/^\//, '')}`);
  }

  private arn(service: string, resource: string): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }
}
