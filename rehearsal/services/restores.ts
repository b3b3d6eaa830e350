import { randomBytes } from 'node:crypto';
import type { InstanceOptions, PostgresInstance } from '../../postgres/place';
import type { Clock } from '../clock';
import { AwsError } from '../cloud/errors';
import { type DatabaseInstance, type Databases, type NewInstance, running } from './databases';
import { managedPassword } from './managed-password';
import type { Secrets } from './secrets';

/** About what RDS takes for a small instance. */
export interface Durations {
  restoreMs: number;
  deleteMs: number;
}

type Given = Omit<NewInstance, 'master' | 'archive' | 'database'>;

/** What the backups of an instance can be restored to, and what becomes of the copies. */
export class Restores {
  readonly durations: Durations = { restoreMs: 8 * 60_000, deleteMs: 4 * 60_000 };

  constructor(
    private readonly databases: Databases,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {}

  /** The newest moment that can be restored, by the servers' clocks: RDS ships its log every five minutes. */
  latest(source: DatabaseInstance): Date | undefined {
    const retention = Number(source.settings['BackupRetentionPeriod'] ?? 0);
    return retention > 0 ? this.clock.real(new Date(this.clock.now() - 5 * 60_000)) : undefined;
  }

  fromSnapshot(snapshotId: string, given: Given): DatabaseInstance {
    const snapshot = this.databases.snapshots.get(snapshotId);
    if (!snapshot) throw new AwsError('DBSnapshotNotFound', `DBSnapshot not found: ${snapshotId}`, 404);
    const { copy, status } = snapshot;
    if (!copy) throw new AwsError('InvalidDBSnapshotState', `The snapshot ${snapshotId} is ${status}.`);
    return this.bringUp(given, (options) => this.databases.place.restore(copy, options));
  }

  toTime(sourceId: string, time: Date | 'latest', given: Given): DatabaseInstance {
    const source = this.databases.instance(sourceId);
    const latest = this.latest(source);
    const reason = this.databases.place.cannot.pointInTime;
    if (reason !== undefined) throw new AwsError('NotKnownToTheRehearsal', reason, 501);
    if (!latest) throw new AwsError('PointInTimeRestoreNotEnabled', `${sourceId} keeps no backups.`);
    const wanted = time === 'latest' ? latest : time;
    if (wanted > latest || wanted < source.created) {
      throw new AwsError(
        'InvalidParameterValue',
        `The specified time ${wanted.toISOString()} is before the first or after the latest restorable time ${latest.toISOString()}.`,
      );
    }
    return this.bringUp(given, (options) => running(source).restoreToTime(wanted, options));
  }

  /** A new one with nothing in it, whose password RDS keeps in a secret from its beginning. */
  fresh(user: string, key: string | undefined, given: Given): DatabaseInstance {
    const instance = this.databases.reserve({ ...given, archive: false });
    const { password, secretArn: arn } = managedPassword(this.secrets, instance, user, key);
    instance.masterSecret = { arn, status: 'creating' };
    const { parameters } = given;
    const hostNames = this.databases.hostNames(instance.id);
    const work = async () => {
      const postgres = await this.clock.work(() =>
        this.databases.place.create({ master: { user, password }, parameters, hostNames }),
      );
      await this.clock.sleep(this.durations.restoreMs);
      instance.postgres = postgres;
      instance.status = 'available';
      instance.masterSecret = { arn, status: 'active' };
    };
    this.begin(`The creation of ${instance.id}`, instance, 'failed', work);
    return instance;
  }

  /** It stays as `deleting` for some minutes. */
  remove(id: string): DatabaseInstance {
    const instance = this.databases.instance(id);
    if (instance.status === 'deleting') {
      throw new AwsError('InvalidDBInstanceState', `Instance ${id} is already being deleted.`);
    }
    instance.status = 'deleting';
    this.begin(`The deletion of ${instance.id}`, instance, 'failed', async () => {
      await this.clock.sleep(this.durations.deleteMs);
      if (instance.masterSecret) this.secrets.remove(instance.masterSecret.arn);
      await this.clock.work(() => this.databases.remove(id));
    });
    return instance;
  }

  private bringUp(given: Given, restore: (options: InstanceOptions) => Promise<PostgresInstance>): DatabaseInstance {
    const { cannot } = this.databases.place;
    const keepsBackups = Number(given.settings['BackupRetentionPeriod'] ?? 0) > 0;
    const archive = keepsBackups && cannot.pointInTime === undefined;
    const { parameters } = given;
    const instance = this.databases.reserve({ ...given, archive });
    this.begin(`The restore of ${instance.id}`, instance, 'incompatible-restore', async () => {
      // The copy has the source's password in RDS. Nobody here knows that one by now, so it gets one that nobody knows.
      const master = { password: randomBytes(18).toString('base64url') };
      const postgres = await this.clock.work(() =>
        restore({ master, parameters, archive, hostNames: this.databases.hostNames(instance.id) }),
      );
      await this.clock.sleep(this.durations.restoreMs);
      instance.postgres = postgres;
      instance.status = 'available';
    });
    return instance;
  }

  private begin(what: string, instance: DatabaseInstance, ifItFails: string, work: () => Promise<void>): void {
    this.databases.inBackground(what, work, (reason) => {
      instance.status = ifItFails;
      if (this.databases.instances.get(instance.id) === instance) this.databases.tell('failure', instance.id, reason);
    });
  }
}
