import type { Clock } from '../clock';
import { AwsError } from '../cloud/errors';
import { type DatabaseInstance, type Databases, running } from './databases';
import { managedPassword } from './managed-password';
import type { Secrets } from './secrets';

/** About what RDS takes. */
export interface ModificationTimes {
  passwordMs: number;
  settingsMs: number;
  /** Until the instance is known by its new name, and no more by the old one. */
  newNameMs: number;
  /** From then until it is available by it. */
  renameMs: number;
}

/** What becomes of an instance that is modified at once. */
export class Modifications {
  readonly times: ModificationTimes = {
    passwordMs: 60_000,
    settingsMs: 90_000,
    newNameMs: 60_000,
    renameMs: 8 * 60_000,
  };

  constructor(
    private readonly databases: Databases,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {}

  /** A new password, in a secret that goes with the instance. */
  managePassword(instance: DatabaseInstance, key: string | undefined): void {
    const { user } = running(instance).master;
    const { password, secretArn: arn } = managedPassword(this.secrets, instance, user, key);
    instance.masterSecret = { arn, status: 'creating' };
    this.during(instance, 'resetting-master-credentials', async () => {
      await this.clock.work(() => running(instance).setMasterPassword(password));
      await this.clock.sleep(this.times.passwordMs);
      instance.masterSecret = { arn, status: 'active' };
    });
  }

  setPassword(instance: DatabaseInstance, password: string): void {
    instance.pending = { ...instance.pending, MasterUserPassword: '****' };
    this.during(instance, 'resetting-master-credentials', async () => {
      await this.clock.work(() => running(instance).setMasterPassword(password));
      await this.clock.sleep(this.times.passwordMs);
      const { MasterUserPassword: _, ...rest } = instance.pending;
      instance.pending = rest;
    });
  }

  change(instance: DatabaseInstance, settings: Readonly<Record<string, unknown>>): void {
    this.during(instance, 'modifying', async () => {
      await this.clock.sleep(this.times.settingsMs);
      instance.settings = { ...instance.settings, ...settings };
    });
  }

  /** It keeps its old name for a moment, then has the new one, is restarted, and is available some minutes later. */
  rename(instance: DatabaseInstance, id: string): void {
    if (this.databases.instances.has(id)) throw new AwsError('DBInstanceAlreadyExists', 'DB instance already exists');
    this.during(instance, 'renaming', async () => {
      await this.clock.sleep(this.times.newNameMs);
      if (this.databases.instances.has(id)) return;
      this.databases.rename(instance, id);
      if (this.databases.place.cannot.restart === undefined) {
        await this.clock.work(() => running(instance).restart('fast'));
      }
      await this.clock.sleep(this.times.renameMs);
      this.databases.tell('availability', id, 'DB instance restarted');
    });
  }

  private during(instance: DatabaseInstance, status: string, work: () => Promise<void>): void {
    if (instance.status !== 'available') {
      throw new AwsError(
        'InvalidDBInstanceState',
        `Database instance is not in available state: ${instance.id} is ${instance.status}.`,
      );
    }
    instance.status = status;
    this.databases.inBackground(
      `${instance.id}, ${status},`,
      async () => {
        await work();
        instance.status = 'available';
      },
      () => {
        instance.status = 'failed';
      },
    );
  }
}
