import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { CertificateAuthority } from '../certificates';
import { databaseStatement, defaultMaster, type Master, masterStatements, passwordStatement } from '../master';
import { CannotError, type InstanceOptions, type PostgresInstance, PostgresPlaceError, type Snapshot } from '../place';
import { Cluster, quoteLiteral, run } from './cluster';
import type { Engine } from './engine';
import { builtIn } from './login';
import { type Server, Session } from './session';
import { createDataDir } from './template';
import { Turns } from './turns';

export const cannot = {
  concurrentSessions: 'it runs one session at a time; idle ones make room, busy ones let the others wait',
  statementTimeout: 'a running statement cannot be interrupted',
  serverLog: 'it writes no log',
  pointInTime: 'it archives no log of changes',
  copyIn: 'its build has no COPY … FROM STDIN',
  killBackend: 'only one session is alive at a time',
} as const;

export interface Surroundings {
  readonly folder: string;
  readonly authority: CertificateAuthority;
  readonly caFile: string;
  readonly waitSeconds: number;
}

// Parameters of a server that this one is not, in one process without a socket, a log or shared libraries to preload.
const withoutEffect = new Set([
  ...['shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries', 'listen_addresses', 'port'],
  ...['ssl', 'archive_mode', 'archive_command', 'huge_pages', 'logging_collector', 'shared_buffers', 'max_connections'],
]);

export async function startInstance(
  around: Surroundings,
  options: InstanceOptions,
  from?: string,
): Promise<EmbeddedInstance> {
  const folder = join(around.folder, `instance-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  const home = options.directory ?? folder;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return await EmbeddedInstance.start(around, options, { folder, home, from });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

export class EmbeddedInstance implements PostgresInstance {
  readonly kind = 'embedded';
  readonly host = 'localhost';
  private destroyed: Promise<void> | undefined;

  private constructor(
    private readonly around: Surroundings,
    private readonly folder: string,
    private readonly listener: NetServer,
    private readonly server: Server,
    readonly port: number,
    public master: Master,
    readonly database: string,
    readonly serverVersion: string,
  ) {}

  get ca(): string {
    return this.around.authority.pem;
  }

  get caFile(): string {
    return this.around.caFile;
  }

  static async start(
    around: Surroundings,
    options: InstanceOptions,
    { folder, home, from }: { folder: string; home: string; from: string | undefined },
  ): Promise<EmbeddedInstance> {
    const dataDir = join(home, 'data');
    const kept = existsSync(dataDir);
    const mark = join(home, 'embedded');
    if (kept && !existsSync(mark)) {
      throw new PostgresPlaceError(`The data in ${home} are not those of an embedded Postgres; name another folder.`);
    }
    // Made beside its place and moved there when it is complete: a kill in between leaves no half of it.
    const draft = join(home, 'data.draft');
    rmSync(draft, { recursive: true, force: true });
    if (!kept) await (from ? new Cluster(from, {}).copyTo(draft) : createDataDir(draft));
    const parameters = Object.entries(options.parameters ?? {}).filter(([name]) => !withoutEffect.has(name));
    const cluster = new Cluster(dataDir, Object.fromEntries(parameters));
    const master = {
      user: options.master?.user ?? defaultMaster,
      password: options.master?.password ?? randomBytes(24).toString('base64url'),
    };
    if (master.user === builtIn) {
      throw new PostgresPlaceError(
        `The embedded Postgres cannot have a master named "${builtIn}", for its engine takes that name for the superuser; choose another name, or the native kind.`,
      );
    }
    const fresh = !kept && !from;
    const version = await new Cluster(kept ? dataDir : draft, {}).asSuperuser('postgres', async (engine) => {
      await checkParameters(parameters, (sql) => run(engine, sql));
      if (fresh) await run(engine, ...masterStatements(master, options.database));
      else {
        await setPassword(engine, master, home);
        if (options.database !== undefined) await ensureDatabase(engine, master, options.database);
      }
      return (await run(engine, 'SHOW server_version'))[0]?.[0] ?? '';
    });
    if (!kept) renameSync(draft, dataDir);
    writeFileSync(mark, '');
    const { certificate, key } = await around.authority.issue(['localhost', '127.0.0.1', ...(options.hostNames ?? [])]);
    const server: Server = {
      cluster,
      turns: new Turns(around.waitSeconds),
      secureContext: createSecureContext({ cert: certificate, key }),
      certificate,
      sessions: new Set(),
    };
    const listener = createServer((socket) => {
      const session = new Session(server, socket);
      server.sessions.add(session);
      void session.run();
    });
    const port = await listen(listener, options.port ?? 0);
    const database = options.database ?? 'postgres';
    return new EmbeddedInstance(around, folder, listener, server, port, master, database, version);
  }

  async snapshot(): Promise<Snapshot> {
    const folder = join(this.around.folder, `snapshot-${randomBytes(4).toString('hex')}`);
    await this.server.cluster.copyTo(folder);
    return new EmbeddedSnapshot(folder, {
      user: this.master.user,
      password: this.master.password,
      database: this.database,
    });
  }

  restoreToTime(): Promise<PostgresInstance> {
    return Promise.reject(new CannotError('pointInTime', 'embedded', cannot.pointInTime));
  }

  async restart(mode: 'fast' | 'immediate'): Promise<void> {
    await this.endSessions(mode);
  }

  async setMasterPassword(password: string): Promise<void> {
    const { cluster, turns } = this.server;
    const master = { user: this.master.user, password };
    const holder = {
      idleFor: () => undefined,
      park: async () => 'a change of the password',
      describe: () => 'the owner of the server',
    };
    await turns.take(holder);
    try {
      const change = (engine: Engine) => run(engine, passwordStatement(master));
      await cluster.exclusive(() => cluster.asSuperuser('postgres', change));
    } finally {
      turns.release(holder);
    }
    this.master = master;
  }

  async sessions(): Promise<readonly string[]> {
    return [...this.server.sessions].map((session) => session.describe());
  }

  log(): Promise<string> {
    return Promise.reject(new CannotError('serverLog', 'embedded', cannot.serverLog));
  }

  destroy(): Promise<void> {
    this.destroyed ??= this.stop();
    return this.destroyed;
  }

  private async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    await this.endSessions('fast');
    await closed;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async endSessions(mode: 'fast' | 'immediate'): Promise<void> {
    const { sessions, cluster } = this.server;
    for (const session of sessions) {
      if (mode === 'fast') session.end('57P01', 'terminating connection due to administrator command');
      else session.end('57P02', 'terminating connection because of crash of another server process');
    }
    // A statement in mid-run is not waited for by either: the log brings back what was committed.
    await cluster.kill();
    await cluster.exclusive(() => Promise.resolve());
  }
}

export class EmbeddedSnapshot implements Snapshot {
  readonly kind = 'embedded';
  readonly takenAt = new Date();
  readonly bytes: number;

  constructor(
    readonly folder: string,
    readonly source: { readonly user: string; readonly password: string; readonly database: string },
  ) {
    this.bytes = sizeOf(folder);
  }

  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function setPassword(engine: Engine, master: Master, home: string): Promise<void> {
  try {
    await run(engine, passwordStatement(master));
  } catch (error) {
    // 42704: there is no such role.
    if (!String(error).includes('42704')) throw error;
    throw new PostgresPlaceError(`The data in ${home} belong to another master than "${master.user}".`);
  }
}

async function ensureDatabase(engine: Engine, master: Master, database: string): Promise<void> {
  const found = await run(engine, `SELECT datname FROM pg_database WHERE datname = ${quoteLiteral(database)}`);
  if (found.length === 0) await run(engine, databaseStatement(master, database));
}

async function checkParameters(
  parameters: readonly (readonly [string, string])[],
  query: (sql: string) => Promise<(string | undefined)[][]>,
): Promise<void> {
  const known = new Set((await query('SELECT lower(name) FROM pg_settings')).map(([name]) => name));
  for (const [name, value] of parameters) {
    if (name.includes('.')) continue;
    if (!known.has(name.toLowerCase())) throw new PostgresPlaceError(`PostgreSQL has no parameter "${name}".`);
    try {
      await query(`SELECT set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
    } catch (error) {
      // 55P02: it is one that only a start can set.
      if (!String(error).includes('55P02')) {
        throw new PostgresPlaceError(`The parameter "${name}" does not take "${value}": ${(error as Error).message}.`);
      }
    }
  }
}

function listen(server: NetServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PostgresPlaceError(`Port ${port} is taken by another program.`) : error),
    );
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}
