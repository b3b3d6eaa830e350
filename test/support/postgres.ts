import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { openPlace } from '../../postgres/open';
import type { Capability, InstanceOptions, PostgresInstance, PostgresPlace } from '../../postgres/place';
import { parentVariable } from '../../postgres/run-folder';

declare const plinthPostgresKind: string;

/** The kind that this run of the file is for. */
export const kind = plinthPostgresKind;

export interface Who {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly instance?: PostgresInstance;
}

export interface TestPostgres {
  readonly place: PostgresPlace;
  readonly instance: PostgresInstance;
  /** As the master, unless told otherwise. Whoever connects also ends: what is left open fails its test. */
  connect(who?: Who): Promise<Client>;
  withClient<T>(work: (client: Client) => Promise<T>, who?: Who): Promise<T>;
  config(who?: Who): ClientConfig;
}

/** An instance of its own for this test file, gone when the file is done. */
export function usePostgres(options: InstanceOptions = {}): TestPostgres {
  let place: PostgresPlace | undefined;
  let instance: PostgresInstance | undefined;
  const open = new Set<Client>();

  let before: readonly string[] = [];
  beforeAll(async () => {
    before = childProcesses();
    place = await openPlace(kind);
    instance = await place.create({ database: 'app', ...options });
  });
  afterEach(async () => {
    const leaked = open.size;
    await Promise.all([...open].map((client) => client.end()));
    open.clear();
    if (leaked > 0) throw new Error(`The test left ${leaked} connection(s) open.`);
    await expectNoSessions(instance);
  });
  afterAll(async () => {
    await place?.close();
    await expectNoChildrenBut(before);
  });

  const the = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The Postgres is there only within a test.');
    return value;
  };
  const config = (who: Who = {}): ClientConfig => {
    const target = who.instance ?? the(instance);
    return {
      host: target.host,
      port: target.port,
      user: who.user ?? target.master.user,
      password: who.password ?? target.master.password,
      database: who.database ?? target.database,
      ssl: { ca: target.ca, rejectUnauthorized: true },
    };
  };
  const connect = async (who: Who = {}): Promise<Client> => {
    const client = new Client(config(who));
    client.on('error', () => undefined);
    client.once('end', () => open.delete(client));
    await client.connect();
    open.add(client);
    return client;
  };
  return {
    get place() {
      return the(place);
    },
    get instance() {
      return the(instance);
    },
    connect,
    config,
    withClient: async (work, who) => {
      const client = await connect(who);
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    },
  };
}

/** A server sees the end of a connection a moment after its client does. */
async function expectNoSessions(instance: PostgresInstance | undefined): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const sessions = (await instance?.sessions()) ?? [];
    if (sessions.length === 0) return;
    if (Date.now() > deadline) throw new Error(`The test left sessions on the server: ${sessions.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A place that is closed has ended its servers. Known where there is a /proc. */
async function expectNoChildrenBut(before: readonly string[]): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const children = childProcesses().filter((child) => !before.includes(child));
    if (children.length === 0) return;
    if (Date.now() > deadline) throw new Error(`The tests left processes behind: ${children.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function childProcesses(): string[] {
  const tasks = `/proc/${process.pid}/task`;
  if (!existsSync(tasks)) return [];
  const ids = readdirSync(tasks).flatMap((task) => read(`${tasks}/${task}/children`).trim().split(' '));
  return ids.filter((id) => id !== '').map((id) => `${id} ${read(`/proc/${id}/cmdline`).replace(/\0/g, ' ')}`);
}

/** A process may end between being listed and being read. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A test for the kinds that can do what it needs. On the others it is listed at the end of the run, with the reason. */
export function testNeeding(
  needs: readonly Capability[],
  postgres: Pick<TestPostgres, 'place'>,
  name: string,
  body: () => Promise<void>,
): void {
  test(name, async () => {
    const missing = needs.find((capability) => postgres.place.cannot[capability] !== undefined);
    if (missing === undefined) return body();
    const entry = { kind, reason: postgres.place.cannot[missing], test: expect.getState().currentTestName };
    appendFileSync(join(process.env[parentVariable] ?? '.', 'not-run.jsonl'), `${JSON.stringify(entry)}\n`);
  });
}

/** The SQLSTATE of the error that the promise ends with. */
export async function sqlState(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: string }).code ?? `no SQLSTATE: ${(error as Error).message}`;
  }
  throw new Error('The statement was expected to fail and did not.');
}
