// A healthy database, copied for each test as a restore copies it, damaged, and judged.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  BundledProject,
  CheckResult,
  DrillCheckInput,
  DrillCheckResult,
} from '../../../lambdas/drill-check/contract';
import { drillCheckFunction } from '../../../lambdas/drill-check/function';
import type { PublishedParameter } from '../../../lambdas/drill-check/login';
import { beat, writeManifest } from '../../../lambdas/heartbeat/beat';
import type { Session } from '../../../lambdas/shared/database';
import type { Capability, PostgresInstance, Snapshot } from '../../../postgres/place';
import { type TestPostgres, testNeeding, usePostgres } from '../../support/postgres';
import { opener } from '../app-database/helpers';
import { adminSecret, minutes, seamsOf } from '../shared/resources';
import {
  database,
  deploy,
  heartbeatSettings,
  indexes,
  projectMigrations,
  published,
  roles,
  soon,
  sqlFolder,
} from './deployed';

export const parameterName = '/shop/dev/DATABASE_URL';

export interface Copy {
  readonly instance: PostgresInstance;
  /** As the owner, in the copy. */
  run(...statements: readonly string[]): Promise<void>;
  /** As the master, in the copy. */
  asMaster<T>(work: (session: Session) => Promise<T>): Promise<T>;
  check(options?: CheckOptions): Promise<DrillCheckResult>;
}

export interface CheckOptions {
  readonly input?: Partial<DrillCheckInput>;
  readonly project?: Partial<BundledProject>;
  readonly parameter?: PublishedParameter;
  readonly sessions?: number;
}

/** The tests of a file: each gets a copy of the deployed database that it may damage. */
export function useCopies() {
  const postgres = usePostgres();
  let snapshot: Snapshot | undefined;

  const onCopy = (name: string, body: (copy: Copy) => Promise<void>, needs: readonly Capability[] = []) =>
    testNeeding(['vector', 'snapshot', ...needs], postgres, name, async () => {
      snapshot ??= await healthy(postgres);
      const instance = await postgres.place.restore(snapshot, { master: postgres.instance.master });
      try {
        await body(await copyOf(instance));
      } finally {
        await instance.destroy();
      }
    });
  return { postgres, onCopy };
}

async function healthy({ instance }: TestPostgres): Promise<Snapshot> {
  const open = await deploy(instance);
  await open(database, async (session) => {
    await writeManifest(session, heartbeatSettings(instance), soon());
    await beat(session, heartbeatSettings(instance));
  });
  return instance.snapshot();
}

export const project = async (): Promise<BundledProject> => ({
  migrations: (await projectMigrations()).files.map(({ id, checksum }) => `${id}: sha256:${checksum}`),
  checks: [],
  schema: readFileSync(join(sqlFolder, 'schema.sql'), 'utf8').replace(
    'CREATE EXTENSION vector;',
    'CREATE EXTENSION pg_trgm;\nCREATE EXTENSION vector;',
  ),
});

export function inputFor({ host, port }: PostgresInstance, more: Partial<DrillCheckInput> = {}): DrillCheckInput {
  const now = new Date().toISOString();
  return {
    Instance: { Host: host, Port: port, AdminSecret: adminSecret },
    Database: database,
    Roles: roles,
    AppParameter: parameterName,
    Expected: {
      MigrationHead: '005_citations',
      Extensions: { vector: { minimum: '0.5.0' }, pg_trgm: {} },
      VectorIndexes: indexes,
      HeartbeatMinutes: 5,
      ManifestMinutes: 60,
      NewestRow: {},
    },
    Checks: {
      rowFloors: { 'public.documents': 1 },
      maximumFallPercent: 20,
      mayShrink: [],
      noNulls: ['public.embeddings.embedding'],
      minimumRecallPercent: 90,
      criticalQueries: {},
      exactRowsUpToMiB: 256,
    },
    Restored: { RequestedAt: now, AvailableAt: now },
    Objectives: { rtoMinutes: 15, rpoMinutes: 60 },
    OnMissed: { Rto: 'fail', Rpo: 'fail' },
    ...more,
  };
}

async function copyOf(instance: PostgresInstance): Promise<Copy> {
  const open = opener({ instance });
  return {
    instance,
    asMaster: (work) => open(database, work),
    run: (...statements) =>
      open(database, async (session) => {
        await session.query(`SET ROLE ${roles.owner.name}`);
        for (const statement of statements) await session.query(statement);
      }),
    check: async ({ input = {}, project: changed = {}, parameter, sessions } = {}) => {
      const bundled = { ...(await project()), ...changed };
      const stored = parameter ?? { value: published(instance), modifiedAt: new Date('2026-01-01T00:00:00Z') };
      const handler = drillCheckFunction({
        ...seamsOf({ instance }),
        ...(sessions !== undefined && { sessions }),
        readParameter: async (name) => (name === parameterName ? stored : undefined),
        bundled: () => bundled,
      });
      return handler(JSON.parse(JSON.stringify(inputFor(instance, input))), minutes(5));
    },
  };
}

export function checkOf(answer: DrillCheckResult, name: string): CheckResult {
  const check = answer.Checks.find(({ Name }) => Name === name);
  if (check === undefined)
    throw new Error(`There is no check ${name}: ${answer.Checks.map(({ Name }) => Name).join(', ')}.`);
  return check;
}

export const failuresOf = (answer: DrillCheckResult) =>
  answer.Checks.filter(({ Passed }) => !Passed).map(({ Name }) => Name);

export const ivfflat = (name: string, options = 'lists = 20') =>
  `CREATE INDEX ${name} ON public.embeddings USING ivfflat (embedding vector_cosine_ops) WITH (${options})`;
