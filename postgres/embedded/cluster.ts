import { writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Catalog, catalogState, readCatalog } from './catalog';
import { Engine } from './engine';
import { message, readRows } from './wire';

/** The owner of the server, as on RDS: never let in from outside. */
export const superuser = 'rdsadmin';

export type Parameters = Readonly<Record<string, string>>;

/** One data directory, and the rule that at most one engine may have it open. */
export class Cluster {
  private tail: Promise<unknown> = Promise.resolve();
  private known: { state: string; catalog: Catalog } | undefined;
  private engine: Engine | undefined;

  constructor(
    readonly dataDir: string,
    private readonly parameters: Parameters,
  ) {}

  /** Runs one thing after the other: statements, opening, closing, copying. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Roles, databases and settings as they are now. Only while no session has the engine. */
  async catalog(): Promise<Catalog> {
    const state = catalogState(this.dataDir);
    if (state !== undefined && this.known?.state === state) return this.known.catalog;
    const catalog = await this.asSuperuser('postgres', readCatalog);
    const after = catalogState(this.dataDir);
    this.known = after === undefined ? undefined : { state: after, catalog };
    return catalog;
  }

  /** Opens a session with what a real one would start with: server, database, role and client settings, in that order. */
  async open(user: string, database: string, client: Parameters = {}): Promise<Engine> {
    const settings = this.known?.catalog.settings ?? [];
    const own = settings
      .filter((s) => (s.role === null || s.role === user) && (s.database === null || s.database === database))
      .flatMap((s) => s.config.map(splitSetting));
    this.writeConfiguration([...Object.entries(this.parameters), ...own, ...Object.entries(client)]);
    return this.start(user, database);
  }

  async asSuperuser<T>(database: string, work: (engine: Engine) => Promise<T>): Promise<T> {
    this.writeConfiguration(Object.entries(this.parameters));
    const engine = await this.start(superuser, database);
    try {
      return await work(engine);
    } finally {
      await this.close(engine);
    }
  }

  async close(engine: Engine): Promise<void> {
    if (this.engine === engine) this.engine = undefined;
    await engine.close().catch(() => engine.kill());
  }

  /** Stops whatever runs, in the middle of a statement if need be. What was committed is recovered from the log. */
  async kill(): Promise<void> {
    const engine = this.engine;
    this.engine = undefined;
    this.known = undefined;
    await engine?.kill();
  }

  /** A copy as a crash would leave it: complete with its log, so that the copy recovers to the last commit. */
  copyTo(folder: string): Promise<void> {
    return this.exclusive(() => cp(this.dataDir, folder, { recursive: true }));
  }

  private async start(user: string, database: string): Promise<Engine> {
    if (this.engine) throw new Error('the data directory is already open');
    this.engine = await Engine.open({ dataDir: this.dataDir, user, database });
    return this.engine;
  }

  private writeConfiguration(settings: readonly (readonly [string, string])[]): void {
    const lines = settings.map(([name, value]) => `${name} = '${value.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`);
    writeFileSync(join(this.dataDir, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
  }
}

function splitSetting(setting: string): readonly [string, string] {
  const at = setting.indexOf('=');
  return [setting.slice(0, at), setting.slice(at + 1)];
}

export const quoteLiteral = (text: string) => `'${text.replace(/'/g, "''")}'`;
export const quoteName = (text: string) => `"${text.replace(/"/g, '""')}"`;

/** Runs statements one by one, each in its own transaction, and returns the rows of the last. */
export async function run(engine: Engine, ...statements: string[]): Promise<(string | undefined)[][]> {
  let rows: (string | undefined)[][] = [];
  for (const statement of statements) rows = readRows(await engine.exec(message('Q', statement)));
  return rows;
}
