import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { root } from '../../../cli/synthesize';
import { openPlace } from '../../../postgres/open';
import type { PostgresPlace } from '../../../postgres/place';
import { createRunFolder, type RunFolder } from '../../../postgres/run-folder';
import { Account } from '../../../rehearsal/account';
import { Clock } from '../../../rehearsal/clock';
import { LocalCloud, operatorKey, operatorSecret } from '../../../rehearsal/cloud/cloud';
import { deployStack } from '../../../rehearsal/deploy/stack';
import { connectionStrings } from '../../../rehearsal/inspect/application';
import { withClient } from '../../../rehearsal/inspect/session';
import { synthesized } from './app';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A project that stands deployed while a test file runs, and the command line beside it. */
export interface Deployed {
  readonly place: PostgresPlace;
  readonly cloud: LocalCloud;
  readonly clock: Clock;
  /** The folder of the project. */
  readonly project: string;
  /** A query as the application, by the connection string that it finds. */
  query<T>(sql: string): Promise<T[]>;
  /** `npx plinth …`, as somebody who is signed in. */
  plinth(args: readonly string[], who?: { accessKeyId: string; secretAccessKey: string }): Promise<Ended>;
  spawn(args: readonly string[], who?: { accessKeyId: string; secretAccessKey: string }): ChildProcess;
}

/** Deploys a project with these settings and migrations once for the whole file. */
export function useDeployed(
  kind: string,
  environment: string,
  settings: object,
  migrations: Readonly<Record<string, string>>,
): Deployed {
  let place: PostgresPlace | undefined;
  let folder: RunFolder | undefined;
  let cloud: LocalCloud | undefined;
  const clock = new Clock();
  const project = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'deployed-'));
  beforeAll(async () => {
    const sql = join(project, 'sql', 'migrations');
    mkdirSync(sql, { recursive: true });
    for (const [name, text] of Object.entries(migrations)) writeFileSync(join(sql, name), text);
    writeFileSync(join(project, 'plinth.config.json'), JSON.stringify(settings));
    const assembly = await synthesized(environment, project);
    place = await openPlace(kind as PostgresPlace['kind']);
    folder = createRunFolder();
    const [first] = assembly.stacks;
    const account = new Account(first?.account ?? '123456789012', first?.region ?? 'eu-west-1');
    const opened = await LocalCloud.open({ account, clock, place, folder: folder.path });
    cloud = opened;
    const context = {
      account,
      typeOf: (type: string) => opened.typeOf(type),
      dynamic: (reference: string) => opened.dynamic(reference),
      emit: () => {},
    };
    for (const stack of assembly.stacks) {
      const { outcome, reason } = await deployStack(stack, context);
      if (outcome !== 'created') throw new Error(`${stack.name} was ${outcome}: ${reason}`);
    }
  }, 300_000);
  afterAll(async () => {
    await cloud?.close();
    await place?.close();
    folder?.remove();
  });
  const the = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('It is deployed only within a test.');
    return value;
  };
  const operator = { accessKeyId: operatorKey, secretAccessKey: operatorSecret };
  const begin: Deployed['spawn'] = (args, who = operator) =>
    spawn(process.execPath, [join(root, 'bin', 'plinth.js'), ...args, '--project', project, '--env', environment], {
      cwd: root,
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: the(cloud).url,
        AWS_ACCESS_KEY_ID: who.accessKeyId,
        AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
  return {
    get place() {
      return the(place);
    },
    get cloud() {
      return the(cloud);
    },
    clock,
    project,
    query: async <T>(sql: string) => {
      const { found, failures } = connectionStrings(the(cloud));
      if (failures.length > 0) throw new Error(failures.join(' '));
      const app = found.find(({ parameter }) => !/readonly/i.test(parameter));
      if (!app) throw new Error('The application finds no connection string.');
      return withClient(app.instance, app.login, async (client) => (await client.query(sql)).rows as T[]);
    },
    spawn: begin,
    plinth: (args, who) => endOf(begin(args, who)),
  };
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data) => {
    out += data;
  });
  child.stderr?.on('data', (data) => {
    err += data;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

/** The rights, the secrets and the network have been what they have to be. */
export function expectInOrder(cloud: LocalCloud): void {
  expect(cloud.authorizer.judgements.filter(({ allowed }) => !allowed).map(({ reason }) => reason)).toEqual([]);
  expect(cloud.connections.flatMap(({ because }) => because ?? [])).toEqual([]);
  expect(cloud.broken).toEqual([]);
  for (const { text, source } of cloud.logs.lines()) cloud.secretWatch.look(text, `the log of ${source}`);
  expect(cloud.secretWatch.leaks).toEqual([]);
}

/** What an instance has by its template, and a restored one has to have as well. */
export const settingsOfInstances = [
  ...[
    'DBInstanceClass',
    'DBSubnetGroupName',
    'DBParameterGroupName',
    'MultiAZ',
    'DeletionProtection',
    'CopyTagsToSnapshot',
  ],
  ...[
    'BackupRetentionPeriod',
    'PreferredBackupWindow',
    'PreferredMaintenanceWindow',
    'MonitoringInterval',
    'StorageType',
  ],
  ...['MonitoringRoleArn', 'EnablePerformanceInsights', 'PerformanceInsightsRetentionPeriod', 'MaxAllocatedStorage'],
  ...['AutoMinorVersionUpgrade', 'EnableIAMDatabaseAuthentication', 'PubliclyAccessible', 'CACertificateIdentifier'],
];

/** The text of an object, as the operator gets it. */
export async function objectIn(cloud: LocalCloud, Bucket: string, Key: string): Promise<string> {
  const client = new S3Client({
    ...{ endpoint: cloud.url, region: 'eu-west-1', forcePathStyle: true },
    credentials: { accessKeyId: operatorKey, secretAccessKey: operatorSecret },
  });
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  } finally {
    client.destroy();
  }
}
