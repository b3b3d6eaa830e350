import { ConfigError, parseProject } from '../../../lib/config';
import { goodWith, inDev, inProd } from './good-settings';

function errorOf(settings: unknown): ConfigError {
  try {
    parseProject(settings, { folder: '/project' });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The settings were taken.');
}

test('a bad shape, an unknown key, a missing one and errors across sections come in one throw', () => {
  const settings = goodWith({
    name: 7,
    vectorIndexes: { chunks: { table: 'public.chunks', dimensions: '1536' } },
    environments: {
      dev: { backup: {}, personalData: 'real', instance: { storageGiB: '100' } },
      prod: { instance: { multiAz: false, maintenanceWindow: 'mon:15:00-mon:16:00', deletionProtection: 'yes' } },
    },
  });
  expect(errorOf(settings).message.split('\n')).toEqual([
    'The config has 9 errors:',
    '  name: 7 is not a text; write it in quotes',
    "  environments.dev.backup: is not a setting; did you mean 'backups'?",
    '  vectorIndexes.chunks.column: is missing; write the name of the vector column',
    "  vectorIndexes.chunks.dimensions: '1536' is not a whole number; pgvector indexes 1 to 64000",
    "  environments.dev.instance.storageGiB: '100' is not a whole number; RDS takes GiB from 20 to 65536",
    "  environments.dev.personalData: 'real' is for production, and dev is not; write 'never' or 'sanitised'",
    "  environments.prod.instance.deletionProtection: 'yes' is not allowed; write true or false",
    "  environments.prod.backups.window: '15:30-16:00' overlaps the maintenance window, 'mon:15:00-mon:16:00'; RDS wants them apart",
    '  environments.prod.instance.multiAz: false is not allowed in production; write true',
  ]);
});

test('each error has its path, its value and its sentence apart', () => {
  expect(errorOf(goodWith({ database: { port: 80 } })).errors).toEqual([
    { path: 'database.port', value: 80, message: '80 is out of range; RDS takes 1150 to 65535' },
  ]);
});

test('zones are not held against a region that is missing', () => {
  const settings = { name: 'shop', environments: { dev: { network: { zones: ['eu-west-1a', 'eu-west-1b'] } } } };
  expect(errorOf(settings).errors.map(({ path }) => path)).toEqual(['environments.dev.region']);
});

test('what all environments inherit is reported once, where it is written', () => {
  expect(errorOf(goodWith({ backups: { windw: '15:30-16:00' } })).errors.map(({ path }) => path)).toEqual([
    'backups.windw',
  ]);
});

test('shared settings are judged even where no environment is written', () => {
  const { errors } = errorOf({ name: 'shop', region: 'ap-southeast-2', environments: {}, database: { port: 80 } });
  expect(errors.map(({ path }) => path)).toEqual(['environments', 'database.port']);
});

test.each([
  ['the top', { enviroments: {} }, "enviroments: is not a setting; did you mean 'environments'?"],
  ['an environment', inDev({ Region: 'x' }), "environments.dev.Region: is not a setting; did you mean 'region'?"],
  [
    'a section',
    inProd({ instance: { multiAZ: true } }),
    "environments.prod.instance.multiAZ: is not a setting; did you mean 'multiAz'?",
  ],
  ['a role', { roles: { app: { grant: 'x' } } }, "roles.app.grant: is not a setting; did you mean 'grants'?"],
  [
    'a tier',
    { backups: { daily: { keepDay: 1, keepDays: 1 } } },
    "backups.daily.keepDay: is not a setting; did you mean 'keepDays'?",
  ],
  [
    'objectives',
    { objectives: { rtoMinutes: 9, rpoMinutes: 9, slo: 1 } },
    "objectives.slo: is not a setting; allowed here are 'rtoMinutes' and 'rpoMinutes'",
  ],
  [
    'a prototype',
    JSON.parse('{"network": {"__proto__": {"cidr": "x"}}}'),
    "network.__proto__: is not a setting; allowed here are 'mode', 'cidr', 'zones' and 'egress'",
  ],
])('an unknown key at %s gets the nearest known one, or all of them', (_where, change, expected) => {
  expect(errorOf(goodWith(change)).message.split('\n').slice(1)).toEqual([`  ${expected}`]);
});

describe('secrets', () => {
  const hunter = 'hunter2-and-more';

  test.each(['password', 'masterPassword', 'db_passwd', 'clientSecret', 'API_KEY', 'accessKeyId', 'authToken'])(
    'a key named %s is told that secrets never stand in the config, and its value is not shown',
    (key) => {
      const error = errorOf(goodWith({ database: { [key]: hunter } }));
      expect(error.message).toContain(`database.${key}: secrets never stand in the config`);
      expect(error.message + JSON.stringify(error.errors)).not.toContain(hunter);
    },
  );

  test('the value of a tag that is named like a secret is not shown', () => {
    const error = errorOf(goodWith({ tags: { 'db-password': `${hunter}!` } }));
    expect(error.errors).toEqual([
      {
        path: 'tags.db-password',
        message:
          '(hidden) has characters that AWS does not take in tags; it takes letters, digits, spaces and _ . : / = + - @',
      },
    ]);
  });

  test('a connection string in the wrong place is shown without its password', () => {
    const error = errorOf(goodWith({ connectionParameter: `postgres://app:${hunter}@db/shop` }));
    expect(error.message).toContain("'postgres://(hidden)@db/shop' is not a parameter name");
    expect(error.message + JSON.stringify(error.errors)).not.toContain(hunter);
  });
});
