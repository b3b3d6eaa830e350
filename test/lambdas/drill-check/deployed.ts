// The default project as a deploy leaves it, by the operations of a deploy: roles, extensions, migrations, rows, indexes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionString } from '../../../lambdas/app-database/connection-string';
import type { AppRoles } from '../../../lambdas/app-database/contract';
import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { ensureExtensions } from '../../../lambdas/extensions/ensure';
import type { HeartbeatSettings } from '../../../lambdas/heartbeat/contract';
import { loadMigrations, readMigrationFolder } from '../../../lambdas/migrations/files';
import { up } from '../../../lambdas/migrations/up';
import type { OpenDatabase } from '../../../lambdas/shared/database';
import { scramVerifier } from '../../../lambdas/shared/scram';
import type { IvfflatIndex } from '../../../lambdas/vector-indexes/contract';
import { reconcile } from '../../../lambdas/vector-indexes/reconcile';
import type { PostgresInstance } from '../../../postgres/place';
import { opener, rolesOf } from '../app-database/helpers';
import { adminSecret } from '../shared/resources';

export const sqlFolder = join(__dirname, '../../../sql');

export const database = 'shop';
export const appPassword = 'TheFirstPasswordOfTheApplication';
export const roles: AppRoles = rolesOf('shop', { name: 'app_user' });

export const vectorIndex: IvfflatIndex = {
  table: { schema: 'public', name: 'embeddings' },
  column: 'embedding',
  dimensions: 1536,
  metric: 'cosine',
  storage: 'vector',
  where: undefined,
  buildInlineBelow: 'auto',
  method: 'ivfflat',
  lists: 20,
  probes: 'auto',
};

export const indexes = { embeddings_ivfflat: vectorIndex };

export const soon = () => Date.now() + 50_000;

export const projectMigrations = async () => loadMigrations(await readMigrationFolder(join(sqlFolder, 'migrations')));

export const heartbeatSettings = (
  instance: PostgresInstance,
  more: Partial<HeartbeatSettings> = {},
): HeartbeatSettings => ({
  Prefix: 'shop-dev',
  Server: { Host: instance.host, Port: instance.port, AdminSecret: adminSecret },
  Database: database,
  Owner: roles.owner.name,
  Migrator: roles.migrator.name,
  VectorIndexes: Object.keys(indexes),
  NewestRow: {},
  ExactRowsUpToMiB: 256,
  KeepHeartbeatsDays: 7,
  KeepManifestsDays: 90,
  ...more,
});

export async function deploy(instance: PostgresInstance): Promise<OpenDatabase> {
  const open = opener({ instance });
  const verifiers = { app: scramVerifier(appPassword) };
  await ensureAppDatabase(open, { database: { name: database }, roles, verifiers }, { until: soon() });
  const set = await projectMigrations();
  await open(database, async (session) => {
    await ensureExtensions(session, { extensions: { vector: {}, pg_trgm: {} } }, { until: soon() });
    await up(session, set, { role: roles.owner.name });
    await session.query(`SET ROLE ${roles.owner.name}`);
    await session.query(readFileSync(join(sqlFolder, 'samples/001_ndis.sql'), 'utf8'));
    await session.query('ANALYZE');
    await session.query('RESET ROLE');
    await reconcile(session, { indexes, owner: roles.owner.name, searchRoles: [roles.app.name] });
  });
  return open;
}

export const published = ({ host, port }: PostgresInstance, password = appPassword) =>
  connectionString({ Host: host, Port: port, AdminSecret: adminSecret }, { user: 'app_user', password }, database);
