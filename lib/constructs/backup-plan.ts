import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { tierTag } from '../../lambdas/drill-plan/contract';
import type { Environment } from '../config';
import { quietHours } from '../config/quiet-time';
import type { Database } from './database';
import { acknowledge } from './instance-exceptions';
import { cronAt, cronsOf, nightOf } from './schedules';

type Tier = 'hourly' | 'daily' | 'weekly' | 'monthly';

/** The snapshots of AWS Backup, in tiers, in a vault that nobody empties by accident. */
export class BackupPlan extends Construct {
  readonly vault: backup.BackupVault;

  constructor(scope: Construct, id: string, environment: Environment, database: Database) {
    super(scope, id);
    const { prefix, backups, onDelete } = environment;
    this.vault = new backup.BackupVault(this, 'Vault', {
      backupVaultName: prefix,
      encryptionKey: database.key,
      removalPolicy: onDelete === 'drop' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...this.lockOf(environment),
    });
    const tiers = (['hourly', 'daily', 'weekly', 'monthly'] as const).filter((tier) => backups[tier] !== 'none');
    if (tiers.length === 0) return;
    const plan = new backup.BackupPlan(this, 'Plan', { backupPlanName: prefix, backupVault: this.vault });
    for (const tier of tiers) {
      for (const { name, schedule } of timesOf(tier, environment)) {
        plan.addRule(this.ruleOf(tier, name, schedule, environment));
      }
    }
    this.select(plan, database.instance);
  }

  private ruleOf(
    tier: Tier,
    ruleName: string,
    scheduleExpression: events.Schedule,
    { backups, prefix, region, account }: Environment,
  ): backup.BackupPlanRule {
    const kept = backups[tier] as { readonly keepHours?: number; readonly keepDays?: number };
    // A lifecycle counts days, and keeps a day at least.
    const days = kept.keepDays ?? Math.max(1, Math.ceil((kept.keepHours ?? 24) / 24));
    const { copyTo } = backups;
    const copied = copyTo !== 'none' && tier !== 'hourly';
    const place = copied && `${copyTo.region ?? region}:${copyTo.account ?? account ?? Stack.of(this).account}`;
    return new backup.BackupPlanRule({
      ruleName,
      backupVault: this.vault,
      scheduleExpression,
      startWindow: Duration.hours(1),
      // A day: what has not ended by then never will.
      completionWindow: Duration.days(1),
      deleteAfter: Duration.days(days),
      recoveryPointTags: { [tierTag]: tier },
      ...(place && {
        copyActions: [
          {
            destinationBackupVault: backup.BackupVault.fromBackupVaultArn(
              this,
              `CopyOf${tier}`,
              `arn:${Stack.of(this).partition}:backup:${place}:backup-vault:${prefix}`,
            ),
            deleteAfter: Duration.days(copyTo.keepDays),
          },
        ],
      }),
    });
  }

  private lockOf({ backups: { vaultLock } }: Environment): Pick<backup.BackupVaultProps, 'lockConfiguration'> {
    if (vaultLock === 'none') return {};
    return {
      lockConfiguration: {
        minRetention: Duration.days(vaultLock.minimumDays),
        maxRetention: Duration.days(vaultLock.maximumDays),
        ...(vaultLock.mode === 'compliance' && { changeableFor: Duration.days(vaultLock.changeableForDays) }),
      },
    };
  }

  private select(plan: backup.BackupPlan, instance: rds.IDatabaseInstance): void {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      description: 'Takes the snapshots of the backup plan',
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForBackup')],
    });
    acknowledge(
      role,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]',
      'The policy that AWS keeps for its backup service, which may change what it has to do.',
    );
    plan.addSelection('Database', {
      role,
      resources: [backup.BackupResource.fromArn(instance.instanceArn)],
      disableDefaultBackupPolicy: true,
    });
  }
}

interface Time {
  /** Of the rule: that of its tier, and of its days where they differ. */
  readonly name: string;
  readonly schedule: events.Schedule;
}

/** Outside of RDS's windows, where AWS Backup would fail each job. */
function timesOf(tier: Tier, environment: Environment): readonly Time[] {
  if (tier === 'hourly') {
    const crons = cronsOf(quietHours(environment));
    return crons.map(({ days, schedule }) => ({ name: crons.length > 1 ? `hourly-${days}` : 'hourly', schedule }));
  }
  const { tiers } = nightOf(environment);
  const on = { daily: {}, weekly: { weekDay: 'SUN' }, monthly: { day: 1 } }[tier];
  return [{ name: tier, schedule: cronAt(tiers, on) }];
}
