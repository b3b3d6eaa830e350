import { Construct } from 'constructs';
import type { Bundles } from '../bundling/bundle';
import type { CheckedMigrations } from '../checks/migrations';
import type { Environment } from '../config';
import { Alerts } from './alerts';
import { Approvals } from './approvals';
import { addBackupAlarm } from './backup-alarm';
import { BackupPlan } from './backup-plan';
import { checkInputOf } from './check-input';
import type { Database } from './database';
import { Drills } from './drills';
import { Dumps } from './dumps';
import { Evidence } from './evidence';
import { Heartbeat } from './heartbeat';
import type { Network } from './network';
import { Recovery } from './recovery';
import { recoveryMachine } from './recovery-parts';
import { RestoreTesting } from './restore-testing';

export interface ProtectionProps {
  readonly network: Network;
  readonly database: Database;
  readonly bundles: Bundles;
  readonly migrations: CheckedMigrations;
}

/** Backups by policy, and the proof that they restore. */
export class Protection extends Construct {
  readonly alerts: Alerts;
  readonly evidence: Evidence;
  readonly drills: Drills;
  readonly recovery: Recovery;
  readonly approvals: Approvals;
  readonly dumps: Dumps | undefined;

  constructor(scope: Construct, id: string, environment: Environment, props: ProtectionProps) {
    super(scope, id);
    const { database, migrations } = props;
    this.alerts = new Alerts(this, 'Alerts', environment.prefix);
    this.evidence = new Evidence(this, 'Evidence', environment, database.key);
    const backups = new BackupPlan(this, 'Backups', environment, database);
    addBackupAlarm(backups, environment, this.alerts);
    this.alerts.tellOf('FailedBackups', 'Backup jobs that did not succeed', {
      source: ['aws.backup'],
      detailType: ['Backup Job State Change'],
      detail: { state: ['FAILED', 'ABORTED', 'EXPIRED'], backupVaultName: [environment.prefix] },
    });
    if (environment.backups.copyTo !== 'none') {
      // Of a copy the event names vaults by their ARN alone.
      this.alerts.tellOf('FailedCopies', 'Copies of backups that did not succeed', {
        source: ['aws.backup'],
        detailType: ['Copy Job State Change'],
        detail: { state: ['FAILED'], sourceBackupVaultArn: [backups.vault.backupVaultArn] },
      });
    }
    new Heartbeat(this, 'Heartbeat', environment, { ...props, alerts: this.alerts });
    const { prefix, drills, recovery } = environment;
    // Their names are known before they are made: what they wait for is woken by a function that they call.
    const machines = [...drills.kinds.map((kind) => `${prefix}-drill-${kind}`), recoveryMachine(prefix)];
    this.approvals = new Approvals(this, 'Approvals', environment, {
      key: database.key,
      bundles: props.bundles,
      alerts: this.alerts,
      evidence: this.evidence,
      names: [...new Set([...drills.signOff, ...recovery.approvals])],
      machines,
    });
    const { dumps } = environment.backups;
    if (dumps !== 'none') {
      this.dumps = new Dumps(this, 'Dumps', environment, dumps, { ...props, alerts: this.alerts });
    }
    const checkInput = checkInputOf(environment, migrations);
    const drilled = {
      ...props,
      alerts: this.alerts,
      evidence: this.evidence,
      ...(drills.signOff.length > 0 && { approvals: this.approvals }),
      dumps: this.dumps,
      checkInput,
    };
    this.drills = new Drills(this, 'Drills', environment, drilled);
    const { restoreTesting } = environment.drills;
    if (restoreTesting !== 'none') {
      const { backupVaultArn: vaultArn } = backups.vault;
      new RestoreTesting(
        this,
        'RestoreTesting',
        environment,
        { ...drilled, vaultArn },
        this.drills.functions,
        restoreTesting,
      );
    }
    this.recovery = new Recovery(this, 'Recovery', environment, {
      ...props,
      alerts: this.alerts,
      approvals: this.approvals,
      evidence: this.evidence,
      checkInput,
    });
  }
}
