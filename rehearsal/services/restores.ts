import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { InstanceOptions, PostgresInstance } from '../../postgres/place';
import type { Clock } from '../clock';
import { AwsError } from '../cloud/errors';
import { type DatabaseInstance, type Databases, type NewInstance, running } from './databases';
import type { Secrets } from './secrets';

/** About what RDS takes for a small instance. */
export interface Durations {
  restoreMs: number;
  passwordMs: number;
  deleteMs: number;
}

type Given = Omit<NewInstance, 'master' | 'parameters' | 'archive' | 'database'>;

/** What the backups of an instance can be restored to, and what becomes of the copies. */
export class Restores {
  readonly durations: Durations = { restoreMs: 8 * 60_000, passwordMs: 60_000, deleteMs: 4 * 60_000 };

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

  /** As ModifyDBInstance with ManageMasterUserPassword: a new password, in a secret that goes with the instance. */
  managePassword(id: string, key: string | undefined): DatabaseInstance {
    const instance = this.databases.instance(id);
    const postgres = running(instance);
    if (instance.status !== 'available') {
      throw new AwsError(
        'InvalidDBInstanceState',
        `Database instance is not in available state: ${id} is ${instance.status}.`,
      );
    }
    const { user } = postgres.master;
    const password = randomBytes(18).toString('base64url');
    const secret = this.secrets.create(
      `rds!${instance.resourceId}`,
      key,
      JSON.stringify({ username: user, password }),
      { 'aws:rds:primaryDBInstanceArn': instance.arn, 'aws:secretsmanager:owningService': 'rds' },
    );
    instance.masterSecret = { arn: secret.arn, status: 'creating' };
    instance.status = 'resetting-master-credentials';
    this.databases.inBackground(async () => {
      await this.clock.work(() => setPassword(instance, password));
      await this.clock.sleep(this.durations.passwordMs);
      instance.status = 'available';
      instance.masterSecret = { arn: secret.arn, status: 'active' };
    });
    return instance;
  }

  /** It stays as `deleting` for some minutes. */
  remove(id: string): DatabaseInstance {
    const instance = this.databases.instance(id);
    if (instance.status === 'deleting') {
      throw new AwsError('InvalidDBInstanceState', `Instance ${id} is already being deleted.`);
    }
    instance.status = 'deleting';
    this.databases.inBackground(async () => {
      await this.clock.sleep(this.durations.deleteMs);
      if (instance.masterSecret) this.secrets.remove(instance.masterSecret.arn);
      await this.clock.work(() => this.databases.remove(id));
    });
    return instance;
  }

  private bringUp(given: Given, restore: (options: InstanceOptions) => Promise<PostgresInstance>): DatabaseInstance {
    const instance = this.databases.reserve({ ...given, parameters: {}, archive: false });
    this.databases.inBackground(async () => {
      try {
        // The copy has the source's password in RDS. Nobody here knows that one by now, so it gets one that nobody knows.
        const master = { password: randomBytes(18).toString('base64url') };
        const postgres = await this.clock.work(() => restore({ master, hostNames: [instance.address] }));
        await this.clock.sleep(this.durations.restoreMs);
        instance.postgres = postgres;
        instance.status = 'available';
      } catch (error) {
        instance.status = 'incompatible-restore';
        this.databases.tell('failure', instance.id, (error as Error).message);
      }
    });
    return instance;
  }
}

async function setPassword(instance: DatabaseInstance, password: string): Promise<void> {
  const { port, ca, master } = running(instance);
  const client = new Client({
    host: 'localhost',
    port,
    user: master.user,
    password: master.password,
    database: 'postgres',
    ssl: { ca, rejectUnauthorized: true, servername: instance.address },
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`ALTER ROLE CURRENT_USER PASSWORD '${password}'`);
  } finally {
    await client.end();
  }
}
