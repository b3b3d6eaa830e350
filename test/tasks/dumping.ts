// A project with dumps, deployed to a cloud of its own, with the database of the default project in it.
import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { openPlace } from '../../postgres/open';
import type { Capability, PostgresInstance, PostgresPlace } from '../../postgres/place';
import { createRunFolder, parentVariable, type RunFolder } from '../../postgres/run-folder';
import { Account } from '../../rehearsal/account';
import type { AssemblyStack } from '../../rehearsal/assembly';
import { Clock } from '../../rehearsal/clock';
import { LocalCloud, operatorKey, operatorSecret } from '../../rehearsal/cloud/cloud';
import { deployStack } from '../../rehearsal/deploy/stack';
import type { Execution } from '../../rehearsal/services/executions';
import type { Task } from '../../rehearsal/services/tasks';
import { appPassword, deploy, indexes, published, sqlFolder } from '../lambdas/drill-check/deployed';
import { synthesized } from '../rehearsal/support/app';
import { kind } from '../support/postgres';

const settings = {
  name: 'shop',
  region: 'eu-west-1',
  database: { extensions: { vector: {}, pg_trgm: {} } },
  roles: { app: { name: 'app_user' } },
  vectorIndexes: {
    embeddings_ivfflat: {
      table: 'public.embeddings',
      column: 'embedding',
      dimensions: indexes.embeddings_ivfflat.dimensions,
      metric: 'cosine',
      method: 'ivfflat',
      lists: indexes.embeddings_ivfflat.lists,
    },
  },
  network: { egress: 'nat' },
  backups: { dumps: { schedule: 'daily', keepDays: 30 } },
  environments: { live: {} },
};

export interface Dumping {
  readonly cloud: LocalCloud;
  readonly instance: PostgresInstance;
  readonly place: PostgresPlace;
  /** Of the dumps. */
  readonly bucket: string;
  readonly s3: S3Client;
  /** Starts a machine by the end of its name, and waits for its end. */
  run(machine: string, input?: object): Promise<Execution>;
  /** Runs a task by its family, as a machine does, and waits for its end. */
  task(family: string, environment: Environments): Promise<Task>;
  /** What the tasks of this family have printed so far. */
  printed(family: string): string;
  /** A test that is listed as not run, with the reason, where this machine cannot do what it needs. */
  test(name: string, body: () => Promise<void>, needs?: readonly Capability[]): void;
}

type Environments = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function useDumping(more: object = {}): Dumping {
  const account = new Account('123456789012', 'eu-west-1');
  let place: PostgresPlace | undefined;
  let folder: RunFolder | undefined;
  let cloud: LocalCloud | undefined;
  const the = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The cloud is there only within a test.');
    return value;
  };
  const instance = () => the(the(cloud).databases.instance('shop-live').postgres);
  beforeAll(async () => {
    const project = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'dumping-'));
    writeFileSync(join(project, 'plinth.config.json'), JSON.stringify({ ...settings, ...more }));
    cpSync(sqlFolder, join(project, 'sql'), { recursive: true });
    // With the second extension, as the database is deployed below.
    const schema = join(project, 'sql', 'schema.sql');
    const text = readFileSync(schema, 'utf8').replace(
      'CREATE EXTENSION vector;',
      'CREATE EXTENSION pg_trgm;\nCREATE EXTENSION vector;',
    );
    writeFileSync(schema, text);
    const assembly = await synthesized('live', project);
    place = await openPlace(kind);
    folder = createRunFolder();
    const opened = await LocalCloud.open({ account, clock: new Clock(), place, folder: folder.path });
    cloud = opened;
    for (const stack of assembly.stacks) {
      // The schema is brought by its operations: faster, and with rows.
      if (stack.name.endsWith('-schema')) {
        await deploy(instance());
        opened.parameters.put('/shop/live/DATABASE_URL', 'String', published(instance()));
        opened.secretWatch.note(appPassword, 'the password of the application');
      } else await deployed(opened, account, stack);
    }
  }, 120_000);
  afterAll(async () => {
    await cloud?.close();
    await place?.close();
    folder?.remove();
  });
  return {
    get cloud() {
      return the(cloud);
    },
    get instance() {
      return instance();
    },
    get place() {
      return the(place);
    },
    bucket: 'shop-live-dumps-123456789012-eu-west-1',
    get s3() {
      const credentials = { accessKeyId: operatorKey, secretAccessKey: operatorSecret };
      return new S3Client({ endpoint: the(cloud).url, region: account.region, forcePathStyle: true, credentials });
    },
    run: async (name, input = {}) => {
      const machine = [...the(cloud).executions.machines.values()].find((each) => each.name.endsWith(name));
      const execution = the(cloud).executions.start(machine?.arn ?? name, JSON.stringify(input));
      await execution.ended;
      return execution;
    },
    task: async (family, environment) => {
      const { tasks, functions } = the(cloud);
      const definition = [...tasks.definitions.values()].find((each) => each.family === family);
      const seat = functions.all().find(({ vpc }) => vpc !== undefined)?.vpc;
      if (!definition || !seat) throw new Error(`There is no task ${family}.`);
      const task = tasks.run({ cluster: 'shop-live', definition: definition.arn, seat, environment, token: undefined });
      await task.ended;
      return task;
    },
    printed: (family) => {
      const lines = the(cloud).logs.lines();
      return lines.flatMap(({ source, text }) => (source.startsWith(`${family}/`) ? text : [])).join('\n');
    },
    test: (name, body, needs = []) =>
      test(name, async () => {
        const missing = [...needs, 'vector' as const].find((each) => the(place).cannot[each] !== undefined);
        const lacking = await Promise.all(
          [...the(cloud).tasks.definitions.values()].map((each) => the(cloud).tasks.cannotRun(each)),
        );
        const reason = missing === undefined ? lacking.find((each) => each !== undefined) : the(place).cannot[missing];
        if (reason === undefined) return body();
        const entry = { kind, reason, test: expect.getState().currentTestName };
        appendFileSync(join(process.env[parentVariable] ?? '.', 'not-run.jsonl'), `${JSON.stringify(entry)}\n`);
      }),
  };
}

async function deployed(cloud: LocalCloud, account: Account, stack: AssemblyStack): Promise<void> {
  const { outcome, reason } = await deployStack(stack, {
    account,
    typeOf: (type) => cloud.typeOf(type),
    dynamic: (reference) => cloud.dynamic(reference),
    emit: () => {},
  });
  if (outcome !== 'created') throw new Error(`${stack.name} was ${outcome}: ${reason}`);
}
