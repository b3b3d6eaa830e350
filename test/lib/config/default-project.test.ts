import { join } from 'node:path';
import { type Environment, loadProject, type Project } from '../../../lib/config';

const repository = join(__dirname, '../../..');

let project: Project;
beforeAll(async () => {
  project = await loadProject(repository);
});

const each = <T>(pick: (environment: Environment) => T) =>
  Object.fromEntries(Object.entries(project.environments).map(([name, environment]) => [name, pick(environment)]));

test('the default project is ndis-chatbot with its four environments', () => {
  expect(project).toMatchObject({ name: 'ndis-chatbot', folder: repository, sqlFolder: join(repository, 'sql') });
  expect(Object.keys(project.environments)).toEqual(['dev', 'qa', 'preprod', 'prod']);
});

test('every environment has the region, database, login, parameter and index of the project', () => {
  for (const [name, environment] of Object.entries(project.environments)) {
    expect(environment).toMatchObject({
      name,
      project: 'ndis-chatbot',
      prefix: `ndis-chatbot-${name}`,
      region: 'ap-southeast-2',
      account: undefined,
      onDelete: 'retain',
      database: { name: 'ndis_chatbot', port: 5432, engineVersion: '16' },
      connectionParameters: {
        app: `/ndis-chatbot/${name}/DATABASE_URL`,
        readonly: `/ndis-chatbot/${name}/READONLY_DATABASE_URL`,
      },
      backups: { window: '15:30-16:00' },
    });
    expect(environment.vectorIndexes).toEqual({
      embeddings_ivfflat: {
        table: { schema: 'public', name: 'embeddings' },
        column: 'embedding',
        dimensions: 1536,
        metric: 'cosine',
        method: 'ivfflat',
        storage: 'vector',
        lists: 100,
        probes: 'auto',
        where: undefined,
        buildInlineBelow: 'auto',
      },
    });
    expect(environment.database.extensions).toEqual({
      vector: { version: undefined, minimum: '0.5.0', warnBelow: '0.8.2' },
    });
  }
});

test('the roles are named after the database, and the application logs in as app_user', () => {
  expect(
    each(({ roles }) => [roles.app.name, roles.readonly.name, roles.migrator.name, roles.owner.name])['prod'],
  ).toEqual(['app_user', 'ndis_chatbot_readonly', 'ndis_chatbot_migrator', 'ndis_chatbot_owner']);
});

test('backups are kept for 1 day in dev, 7 in qa, 30 in preprod, and by four tiers in prod', () => {
  const none = { hourly: 'none', daily: 'none', weekly: 'none', monthly: 'none' };
  expect(
    each(({ backups: { retentionDays, hourly, daily, weekly, monthly } }) => ({
      retentionDays,
      hourly,
      daily,
      weekly,
      monthly,
    })),
  ).toEqual({
    dev: { ...none, retentionDays: 1 },
    qa: { ...none, retentionDays: 7, daily: { keepDays: 7 } },
    preprod: { ...none, retentionDays: 7, daily: { keepDays: 30 } },
    prod: {
      retentionDays: 7,
      hourly: { keepHours: 24 },
      daily: { keepDays: 30 },
      weekly: { keepDays: 90 },
      monthly: { keepDays: 365 },
    },
  });
});

test('drills run monthly in qa, weekly in preprod and prod, and not in dev', () => {
  expect(each(({ drills }) => drills.schedule)).toEqual({
    dev: 'none',
    qa: 'monthly',
    preprod: 'weekly',
    prod: 'weekly',
  });
});

test('dev and qa are small in a single zone; preprod is like prod: Multi-AZ and deletion-protected', () => {
  const small = { class: 'db.t4g.medium', multiAz: false, deletionProtection: false };
  const large = { class: 'db.r7g.large', multiAz: true, deletionProtection: true };
  expect(
    each(({ instance }) => ({
      class: instance.class,
      multiAz: instance.multiAz,
      deletionProtection: instance.deletionProtection,
    })),
  ).toEqual({ dev: small, qa: small, preprod: large, prod: large });
});

test('objectives tighten from qa to prod, and dev has none', () => {
  expect(each(({ objectives }) => objectives)).toEqual({
    dev: 'none',
    qa: { rtoMinutes: 60, rpoMinutes: 1440 },
    preprod: { rtoMinutes: 30, rpoMinutes: 1440 },
    prod: { rtoMinutes: 15, rpoMinutes: 60 },
  });
});

test('personal data is real in prod alone, which alone is production', () => {
  expect(each(({ personalData, production }) => [personalData, production])).toEqual({
    dev: ['never', false],
    qa: ['sanitised', false],
    preprod: ['sanitised', false],
    prod: ['real', true],
  });
});

test('a snapshot is taken before migrations in prod without anyone asking for it', () => {
  expect(each(({ migrations }) => migrations.snapshotBefore)).toEqual({
    dev: false,
    qa: false,
    preprod: false,
    prod: true,
  });
});

test('a restored copy must hold documents, vectors without a gap, and answer two queries in time', () => {
  for (const { checks, heartbeat } of Object.values(project.environments)) {
    expect(checks).toMatchObject({
      rowFloors: { 'public.documents': 1, 'public.embeddings': 1 },
      maximumFallPercent: 20,
      mayShrink: [],
      noNulls: ['public.embeddings.embedding'],
      minimumRecallPercent: 90,
      criticalQueries: { 'nearest-passages': { p95Ms: 250 }, 'own-conversations': { p95Ms: 100 } },
      exactRowsUpToMiB: 256,
    });
    expect(heartbeat).toEqual({
      ...{ everyMinutes: 5, manifestEveryMinutes: 60, keepDays: 7, keepManifestsDays: 90, newestRow: {} },
    });
  }
});
