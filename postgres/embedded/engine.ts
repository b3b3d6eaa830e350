import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadPGlite } from './pglite';

// What RDS lets the holder of rds_superuser create beyond what is trusted anyway.
const trustedOnRds = [
  ...['vector', 'amcheck', 'bloom', 'dict_xsyn', 'pg_buffercache', 'pg_freespacemap', 'pg_prewarm'],
  ...['pg_visibility', 'pgrowlocks', 'pgstattuple', 'earthdistance'],
];

export interface EngineTarget {
  readonly dataDir: string;
  readonly user: string;
  readonly database: string;
  /** Makes the data directory; only for one that does not exist. */
  readonly initdb?: boolean;
}

/** One session's Postgres in a thread of its own: it can be killed in the middle of a statement, and frees its memory. */
export class Engine {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private nextId = 0;
  private gone: Error | undefined;

  private constructor(private readonly worker: Worker) {
    worker.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
      const waiter = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiter?.resolve(result);
      else waiter?.reject(new Error(error));
    });
    worker.on('error', (error) => this.end(error));
    worker.on('exit', () => this.end(new Error('the embedded Postgres was stopped')));
  }

  static async open(target: EngineTarget): Promise<Engine> {
    const parts = await loadPGlite();
    const worker = new Worker(join(__dirname, 'engine-thread.mjs'), {
      workerData: { ...parts, trusted: trustedOnRds },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const engine = new Engine(worker);
    try {
      await engine.ask({ kind: 'open', initdb: false, ...target });
    } catch (error) {
      await engine.kill();
      throw error;
    }
    return engine;
  }

  /** Hands over frontend messages, the last of which ends a batch, and returns what the server answers. */
  async exec(...messages: Uint8Array[]): Promise<Buffer> {
    return Buffer.from((await this.ask({ kind: 'exec', messages })) as Uint8Array);
  }

  /** Ends the session as a client that says goodbye does: the server writes its files and stops. */
  async close(): Promise<void> {
    try {
      await this.ask({ kind: 'close' });
    } finally {
      await this.kill();
    }
  }

  /** Ends it where it stands, as a crash does. */
  async kill(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(request: object): Promise<unknown> {
    if (this.gone) return Promise.reject(this.gone);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...request });
    });
  }

  private end(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.waiting.clear();
  }
}
