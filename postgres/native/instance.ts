import { randomBytes } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotError, type InstanceOptions, type PostgresInstance, PostgresPlaceError, type Snapshot } from '../place';
import { sessionsOf, withAdmin } from './admin';
import { archiveUpTo, Bases } from './archive';
import { takeBackup } from './backup';
import { boot, bootOnFreePort, type Shared } from './boot';
import { removeTree } from './files';
import { fillData, type Home, hasData, makeHome } from './home';
import { ensureDatabase, ensureMaster } from './master';
import { readFrom } from './server-log';
import type { ServerProcess, StopMode } from './server-process';
import { NativeSnapshot, type Origin } from './snapshot';

/** What all instances of a place have in common. */
export interface Surroundings extends Shared {
  readonly cluster: string;
  readonly caFile: string;
  /** A name that no other instance or snapshot of the place has. */
  nextName(prefix: string): string;
  /** Starts another instance of the same place. */
  start(options: InstanceOptions, from?: Beginning): Promise<NativeInstance>;
  /** The place destroys what it knows when it closes. */
  adopt(made: NativeInstance | NativeSnapshot): void;
}

/** What an instance begins with, when that is not an empty cluster. */
export interface Beginning {
  readonly copyOf: string;
  readonly origin: Origin;
  readonly replay?: { readonly wal: string; readonly to: Date };
}

export class NativeInstance implements PostgresInstance {
  readonly kind = 'native';
  readonly host = 'localhost';
  private destroyed: Promise<void> | undefined;

  private constructor(
    private readonly around: Surroundings,
    private readonly options: InstanceOptions,
    private readonly home: Home,
    private readonly bases: Bases,
    private server: ServerProcess,
    readonly port: number,
    public master: { readonly user: string; readonly password: string },
    readonly database: string,
    readonly serverVersion: string,
  ) {}

  get ca(): string {
    return this.around.authority.pem;
  }

  get caFile(): string {
    return this.around.caFile;
  }

  static async start(around: Surroundings, options: InstanceOptions, from?: Beginning): Promise<NativeInstance> {
    const { runFolder, account, tree } = around;
    const home = await makeHome({ runFolder, name: around.nextName('i'), directory: options.directory, account });
    let server: ServerProcess | undefined;
    try {
      if (!(await hasData(home, tree.major))) {
        await fillData(home, from?.copyOf ?? around.cluster, account, from?.replay !== undefined);
      } else if (from) {
        throw new PostgresPlaceError(
          `The directory ${options.directory} already holds an instance; restore into an empty one.`,
        );
      }
      if (from?.replay) await symlink(from.replay.wal, join(home.temporary, 'replay'));
      const begun = await bootOnFreePort(around, options, home, from?.replay?.to);
      server = begun.server;
      const door = { socketFolder: home.socketFolder, port: begun.port };
      const known = options.master?.password === undefined ? from?.origin.master.password : undefined;
      const password = options.master?.password ?? known ?? randomBytes(24).toString('base64url');
      const database = options.database ?? from?.origin.database ?? 'postgres';
      const { user, version } = await withAdmin(door, async (admin) => {
        const request = { user: options.master?.user, password, keepPassword: known !== undefined };
        const owner = await ensureMaster(admin, request);
        await ensureDatabase(admin, database, owner);
        const shown = await admin.query<{ server_version: string }>('SHOW server_version');
        return { user: owner, version: shown.rows[0]?.server_version ?? tree.version };
      });
      const bases = new Bases(home.bases);
      if (options.archive) await bases.add(door, home.data);
      const master = { user, password };
      const made = new NativeInstance(around, options, home, bases, server, begun.port, master, database, version);
      around.adopt(made);
      return made;
    } catch (error) {
      await server?.stop('immediate');
      await removeTree(home.temporary);
      throw error;
    }
  }

  async snapshot(): Promise<Snapshot> {
    const folder = join(this.around.runFolder, this.around.nextName('s'));
    try {
      const bytes = await takeBackup(this.door, this.home.data, folder);
      const snapshot = new NativeSnapshot(folder, bytes, { master: this.master, database: this.database });
      this.around.adopt(snapshot);
      return snapshot;
    } catch (error) {
      await removeTree(folder);
      throw error;
    }
  }

  async restoreToTime(time: Date, options: InstanceOptions = {}): Promise<PostgresInstance> {
    if (!this.options.archive) throw new CannotError('pointInTime', 'native', 'it was started without archive');
    if (!(time.getTime() <= Date.now())) {
      const text = Number.isNaN(time.getTime()) ? String(time) : time.toISOString();
      throw new PostgresPlaceError(
        `The instance cannot be restored to ${text}: it is now ${new Date().toISOString()}.`,
      );
    }
    const copyOf = await this.bases.before(time);
    await archiveUpTo(this.door, time, this.home.wal);
    const origin = { master: this.master, database: this.database };
    return await this.around.start(options, {
      copyOf,
      origin,
      replay: { wal: this.home.wal, to: time },
    });
  }

  async restart(mode: StopMode): Promise<void> {
    if (this.destroyed) throw new PostgresPlaceError('The instance is destroyed; it cannot be restarted.');
    await this.server.stop(mode);
    this.server = await boot(this.around, this.home, this.port);
  }

  async setMasterPassword(password: string): Promise<void> {
    const { user } = this.master;
    await withAdmin(this.door, (admin) => ensureMaster(admin, { user, password, keepPassword: false }));
    this.master = { user, password };
  }

  sessions(): Promise<readonly string[]> {
    return withAdmin(this.door, sessionsOf);
  }

  async log(): Promise<string> {
    if (this.destroyed) throw new PostgresPlaceError('The instance is destroyed, and its log with it.');
    return await readFrom(this.home.logFile, 0);
  }

  destroy(): Promise<void> {
    this.destroyed ??= this.stop();
    return this.destroyed;
  }

  private get door() {
    return { socketFolder: this.home.socketFolder, port: this.port };
  }

  private async stop(): Promise<void> {
    await this.server.stop(this.home.kept ? 'fast' : 'immediate');
    await removeTree(this.home.temporary);
  }
}
