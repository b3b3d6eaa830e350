import { ConfigError, parseProject } from '../../../lib/config';
import { isObject } from '../../../lib/config/fields';

/** Settings with every section and kind of value written out. */
const everything = {
  name: 'shop',
  region: 'ap-southeast-2',
  account: '123456789012',
  sql: 'sql',
  production: true,
  personalData: 'real',
  onDelete: 'retain',
  tags: { team: 'shop' },
  connectionParameter: '/shop/{env}/URL',
  readonlyConnectionParameter: '/shop/{env}/READONLY_URL',
  database: {
    name: 'shop',
    port: 5432,
    engineVersion: '16.13',
    adminUser: 'boss',
    extensions: { vector: { version: '0.8.5', minimum: '0.7.0' } },
  },
  roles: {
    app: { name: 'web', grants: 'insertSelect', connectionLimit: 9, statementTimeout: '9s', searchPath: ['a', 'b'] },
    owner: { name: 'o' },
  },
  migrations: { lint: { 'drop-table': 'error' }, snapshotBefore: true },
  vectorIndexes: {
    flat: { table: 'public.a', column: 'v', dimensions: 3, method: 'ivfflat', lists: 10, probes: 3, where: 'x > 1' },
    graph: {
      table: 'public.a',
      column: 'v',
      dimensions: 3,
      metric: 'l1',
      storage: 'halfvec',
      m: 16,
      efConstruction: 64,
    },
  },
  backups: {
    window: '15:30-16:00',
    retentionDays: 7,
    hourly: { keepHours: 24 },
    daily: { keepDays: 30 },
    dumps: { schedule: 'daily', keepDays: 30, lockDays: 7 },
    vaultLock: { mode: 'compliance', minimumDays: 1, maximumDays: 90, changeableForDays: 3 },
    copyTo: { account: '210987654321', keepDays: 30 },
  },
  drills: { schedule: 'weekly', kinds: ['snapshot', 'dump'], signOff: ['lead'] },
  objectives: { rtoMinutes: 15, rpoMinutes: 60 },
  instance: {
    class: 'db.r7g.large',
    multiAz: true,
    storageGiB: 400,
    maxStorageGiB: 800,
    iops: 12_000,
    throughputMiBps: 500,
  },
  network: {
    mode: 'existing',
    vpcId: 'vpc-01234567',
    subnetIds: ['subnet-01234567', 'subnet-01234568'],
    zones: ['ap-southeast-2a', 'ap-southeast-2b'],
    egress: 'nat',
  },
  environments: { prod: {}, live: { instance: { readReplicas: 1 } } },
};

const junk: readonly unknown[] = [
  null,
  '',
  'x.y',
  -1,
  0.5,
  Number.NaN,
  2 ** 40,
  true,
  [],
  [null],
  [[]],
  {},
  { a: { b: 1 } },
  () => 1,
  Symbol('s'),
  1n,
  new Date(0),
  new Map(),
];

/** The paths of everything in it, sections and single values. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const below = Array.isArray(value) || isObject(value) ? Object.entries(value) : [];
  return [path, ...below.flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

function put(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? put(each, rest, replacement) : each));
  return isObject(value) ? { ...value, [key]: put(value[key], rest, replacement) } : value;
}

test('settings with everything written out are taken', () => {
  expect(Object.keys(parseProject(everything, { folder: '/project' }).environments)).toEqual(['prod', 'live']);
});

test('junk in any place gives a list of what is wrong, or is taken, and never breaks the parser', () => {
  const surprises: string[] = [];
  for (const path of pathsOf(everything)) {
    for (const value of junk) {
      try {
        parseProject(put(everything, path, value), { folder: '/project' });
      } catch (error) {
        const known = error instanceof ConfigError && (path.length === 0 || error.errors.length > 0);
        if (!known) surprises.push(`${path.join('.')} = ${String(value)}: ${String(error)}`);
      }
    }
  }
  expect(surprises).toEqual([]);
});
