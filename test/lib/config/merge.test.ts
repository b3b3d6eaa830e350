import { parseProject } from '../../../lib/config';
import { goodWith } from './good-settings';

const parse = (change: unknown) => parseProject(goodWith(change), { folder: '/project' }).environments;

test('an environment overrides the project key by key, at every depth', () => {
  const { dev, prod } = parse({
    roles: { app: { connectionLimit: 20, statementTimeout: '10s' } },
    environments: { dev: { roles: { app: { connectionLimit: 5 } } } },
  });
  expect(dev?.roles.app).toMatchObject({ name: 'app_user', connectionLimit: 5, statementTimeout: '10s' });
  expect(prod?.roles.app).toMatchObject({ name: 'app_user', connectionLimit: 20, statementTimeout: '10s' });
});

test('an environment switches a tier of the project off', () => {
  const { dev, prod } = parse({
    backups: { daily: { keepDays: 7 } },
    environments: { dev: { backups: { daily: 'none' } } },
  });
  expect([dev?.backups.daily, prod?.backups.daily]).toEqual(['none', { keepDays: 7 }]);
});

test('a list of an environment replaces the list of the project', () => {
  const { dev } = parse({
    roles: { app: { searchPath: ['app', 'public'] } },
    environments: { dev: { roles: { app: { searchPath: ['dev'] } } } },
  });
  expect(dev?.roles.app.searchPath).toEqual(['dev']);
});

test('a network that names its mode inherits nothing of another mode', () => {
  const subnetIds = ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'];
  const zones = ['ap-southeast-2a', 'ap-southeast-2c'];
  const existing = { mode: 'existing', vpcId: 'vpc-0123456789abcdef0', subnetIds, zones };
  const { dev, prod } = parse({ network: { cidr: '10.1.0.0/16' }, environments: { prod: { network: existing } } });
  expect(dev?.network).toMatchObject({
    mode: 'create',
    cidr: '10.1.0.0/16',
    zones: ['ap-southeast-2a', 'ap-southeast-2b'],
  });
  expect(prod?.network).toEqual({ ...existing, egress: 'endpoints' });
});

test('zones follow the region of the environment', () => {
  const { dev } = parse({ environments: { dev: { region: 'eu-west-1' } } });
  expect(dev?.network.zones).toEqual(['eu-west-1a', 'eu-west-1b']);
});

test('role names follow the database, and limits of pgvector stay for a pinned version', () => {
  const { dev } = parse({ database: { name: 'orders', extensions: { vector: { version: '0.8.5' }, pg_trgm: {} } } });
  expect(dev?.roles.owner.name).toBe('orders_owner');
  expect(dev?.database.extensions).toEqual({
    vector: { version: '0.8.5', minimum: '0.5.0', warnBelow: '0.8.2' },
    pg_trgm: { version: undefined, minimum: undefined, warnBelow: undefined },
  });
});

test('efConstruction follows a large m, and storage may grow to its double', () => {
  const { dev } = parse({
    vectorIndexes: { chunks: { table: 'public.chunks', column: 'embedding', dimensions: 3, m: 48 } },
    instance: { storageGiB: 400 },
  });
  expect(dev?.vectorIndexes['chunks']).toMatchObject({ method: 'hnsw', m: 48, efConstruction: 96, efSearch: 40 });
  expect(dev?.instance.maxStorageGiB).toBe(800);
});

test('a daily dump keeps an objective of a day where there are no points in time', () => {
  const backups = { retentionDays: 0, dumps: { schedule: 'daily', keepDays: 7 } };
  const { dev } = parse({
    network: { egress: 'nat' },
    environments: { dev: { backups, objectives: { rtoMinutes: 60, rpoMinutes: 1440 } } },
  });
  expect(dev?.objectives).toEqual({ rtoMinutes: 60, rpoMinutes: 1440 });
});

test('a volume that has no tenth left to grow does not grow', () => {
  expect(parse({ instance: { storageGiB: 60_000 } })['dev']?.instance.maxStorageGiB).toBe('none');
});
