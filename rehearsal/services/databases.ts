import type { PostgresInstance, PostgresPlace, Snapshot } from '../../postgres/place';
import type { Account } from '../account';
import { type Clock, ClockClosed } from '../clock';
import { AwsError } from '../cloud/errors';

export interface DatabaseInstance {
  /** With it, `arn` and `address` change when the instance is renamed. */
  id: string;
  arn: string;
  readonly resourceId: string;
  address: string;
  readonly port: number;
  securityGroups: readonly string[];
  readonly subnets: readonly string[];
  /** As the template or the call says: what Describe gives back. */
  settings: Readonly<Record<string, unknown>>;
  tags: Readonly<Record<string, string>>;
  status: string;
  /** Absent until a restore has brought it up. */
  postgres: PostgresInstance | undefined;
  readonly created: Date;
  /** Identifiers of those that follow it. */
  readonly replicas: string[];
  /** Changes that are asked for and not there yet. */
  pending: Readonly<Record<string, unknown>>;
  /** The secret of the master's password, where RDS looks after it. */
  masterSecret?: { readonly arn: string; status: string };
}

export interface DatabaseSnapshot {
  readonly id: string;
  readonly arn: string;
  readonly instance: string;
  readonly kind: 'manual' | 'automated' | 'awsbackup';
  tags: Readonly<Record<string, string>>;
  status: string;
  created: Date;
  copy?: Snapshot;
  /** Why it has failed. */
  reason?: string;
}

export interface NewInstance {
  readonly id: string;
  readonly master: { readonly user: string; readonly password: string };
  readonly database?: string;
  readonly port: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly archive: boolean;
  readonly securityGroups: readonly string[];
  readonly subnets: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** RDS: instances are real servers, and their snapshots real copies. */
export class Databases {
  readonly instances = new Map<string, DatabaseInstance>();
  readonly snapshots = new Map<string, DatabaseSnapshot>();
  /** What RDS takes for a snapshot of a small instance, about. */
  snapshotMs = (): number => 3 * 60_000;
  readonly #background = new Set<Promise<void>>();
  readonly #domain: string;

  constructor(
    readonly account: Account,
    private readonly clock: Clock,
    readonly place: PostgresPlace,
    private readonly happened: (category: string, instance: string, message: string) => void,
    private readonly broken: (sentence: string) => void,
  ) {
    this.#domain = `${account.random(12)}.${account.region}.rds.amazonaws.com`;
  }

  /** A new instance that is not there yet: it is creating, until something brings it up. */
  reserve(given: Omit<NewInstance, 'master'>): DatabaseInstance {
    if (this.instances.has(given.id)) throw new AwsError('DBInstanceAlreadyExists', 'DB instance already exists');
    return this.keep(given, undefined);
  }

  async create(given: NewInstance): Promise<DatabaseInstance> {
    if (this.instances.has(given.id)) throw new AwsError('DBInstanceAlreadyExists', 'DB instance already exists');
    const postgres = await this.clock.work(() =>
      this.place.create({
        master: given.master,
        ...(given.database !== undefined && { database: given.database }),
        hostNames: this.hostNames(given.id),
        parameters: given.parameters,
        archive: given.archive,
      }),
    );
    return this.keep(given, postgres);
  }

  /** What stands behind the identifier is the same for all instances of an account in a region. */
  addressOf(id: string): string {
    return `${id}.${this.#domain}`;
  }

  /** For the certificate of its server: also the names that it may be given later. */
  hostNames(id: string): readonly string[] {
    return [this.addressOf(id), `*.${this.#domain}`];
  }

  /** The old name is free and leads nowhere from here on; the resource stays the same. */
  rename(instance: DatabaseInstance, id: string): void {
    this.instances.delete(instance.id);
    Object.assign(instance, { id, arn: this.account.arn('rds', `db:${id}`), address: this.addressOf(id) });
    this.instances.set(id, instance);
  }

  instance(id: string): DatabaseInstance {
    const found = this.instances.get(id.toLowerCase());
    if (found) return found;
    throw new AwsError('DBInstanceNotFound', `DBInstance ${id} not found.`, 404);
  }

  /** Where a connection to this name ends up, if it is one of an instance. */
  at(host: string): DatabaseInstance | undefined {
    return [...this.instances.values()].find(({ address }) => address === host);
  }

  /** Behind the certificates of those that run. */
  authorities(): string[] {
    return [...this.instances.values()].flatMap(({ postgres }) => postgres?.ca ?? []);
  }

  /** Of the servers that are up; 16 where there is none. */
  newestMajor(): number {
    const majors = [...this.instances.values()].map(({ postgres }) =>
      Number.parseInt(postgres?.serverVersion ?? '16', 10),
    );
    return Math.max(16, ...majors);
  }

  async remove(id: string): Promise<void> {
    const instance = this.instance(id);
    this.instances.delete(instance.id);
    this.happened('deletion', instance.id, 'DB instance deleted');
    await instance.postgres?.destroy();
  }

  /** Begins a snapshot, as RDS does: it is there at once, and usable some minutes later. */
  snapshot(
    id: string,
    instanceId: string,
    tags: Readonly<Record<string, string>>,
    kind: DatabaseSnapshot['kind'] = 'manual',
  ): DatabaseSnapshot {
    if (this.snapshots.has(id)) {
      throw new AwsError(
        'DBSnapshotAlreadyExists',
        `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
      );
    }
    const source = this.instance(instanceId);
    if (source.status !== 'available') {
      throw new AwsError('InvalidDBInstanceState', `Instance ${source.id} is not currently available.`);
    }
    const snapshot: DatabaseSnapshot = {
      id,
      arn: this.account.arn('rds', `snapshot:${id}`),
      instance: source.id,
      kind,
      tags,
      status: 'creating',
      created: this.serverTime(),
    };
    this.snapshots.set(id, snapshot);
    this.inBackground(
      `The snapshot ${id} of ${source.id}`,
      async () => {
        snapshot.copy = await this.clock.work(() => running(source).snapshot());
        await this.clock.sleep(this.snapshotMs());
        snapshot.status = 'available';
        this.happened('backup', source.id, 'Finished DB Instance backup');
      },
      (reason) => Object.assign(snapshot, { status: 'failed', reason }),
    );
    return snapshot;
  }

  /** What is taken when an instance is deleted and its data are to be kept: complete before the instance goes. */
  async finalSnapshot(id: string, instanceId: string): Promise<DatabaseSnapshot> {
    const snapshot = this.snapshot(id, instanceId, this.instance(instanceId).tags);
    while (snapshot.status === 'creating') await this.clock.sleep(30_000);
    return snapshot;
  }

  /**
   * The time by the clocks of the servers, which no jump of the rehearsal moves: what is in a backup and when it was
   * taken have to be told by the same clock.
   */
  serverTime(): Date {
    return this.clock.real(this.clock.date());
  }

  /** As RDS does in its backup window, for every instance that keeps backups. */
  backUp(): DatabaseSnapshot[] {
    const day = this.clock.date().toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
    return [...this.instances.values()]
      .filter(({ settings, status }) => Number(settings['BackupRetentionPeriod'] ?? 0) > 0 && status === 'available')
      .map(({ id, tags }) => this.snapshot(`rds:${id}-${day}`, id, tags, 'automated'));
  }

  /** As RDS tells of a restart or a failover: for a rehearsal to see that such a message arrives. */
  tell(category: string, id: string, message: string): void {
    this.happened(category, this.instance(id).id, message);
  }

  async removeSnapshot(id: string): Promise<DatabaseSnapshot> {
    const snapshot = this.snapshots.get(id);
    if (!snapshot) throw new AwsError('DBSnapshotNotFound', `DBSnapshot not found: ${id}`, 404);
    this.snapshots.delete(id);
    await snapshot.copy?.remove();
    return snapshot;
  }

  /** Waits for what was begun; sleepers among it end when the clock is closed. */
  async close(): Promise<void> {
    await Promise.all(this.#background);
  }

  private keep(given: Omit<NewInstance, 'master'>, postgres: PostgresInstance | undefined): DatabaseInstance {
    const { id, port, securityGroups, subnets, settings, tags } = given;
    const instance: DatabaseInstance = {
      id,
      arn: this.account.arn('rds', `db:${id}`),
      resourceId: `db-${this.account.random(26).toUpperCase()}`,
      address: this.addressOf(id),
      port,
      securityGroups,
      subnets,
      settings,
      tags,
      status: postgres ? 'available' : 'creating',
      pending: {},
      replicas: [],
      postgres,
      created: this.serverTime(),
    };
    this.instances.set(id, instance);
    this.happened('creation', id, 'DB instance created');
    return instance;
  }

  /** Nobody waits for it: what goes wrong is told, and `failed` does what can be seen of it from outside. */
  inBackground(what: string, work: () => Promise<void>, failed: (reason: string) => void = () => {}): void {
    const running = work()
      .catch((error: Error) => {
        if (error instanceof ClockClosed) return;
        failed(error.message);
        this.broken(`${what} failed: ${error.message}`);
      })
      .finally(() => this.#background.delete(running));
    this.#background.add(running);
  }
}

/** The server of an instance that is up. */
export function running({ id, postgres }: DatabaseInstance): PostgresInstance {
  if (postgres) return postgres;
  throw new AwsError('InvalidDBInstanceState', `Instance ${id} is not currently available.`);
}
