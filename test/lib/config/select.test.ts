import { describeProject, parseProject, selectEnvironment } from '../../../lib/config';
import { nearest } from '../../../lib/config/nearest';
import { goodWith } from './good-settings';

const project = parseProject(goodWith({}), { folder: '/project' });
const single = parseProject({ name: 'shop', region: 'eu-west-1', environments: { dev: {} } }, { folder: '/project' });

test('an environment is found by its name', () => {
  expect(selectEnvironment(project, 'prod').prefix).toBe('shop-prod');
});

test('without a name the only one is taken', () => {
  expect(selectEnvironment(single, undefined).name).toBe('dev');
});

test.each([
  [undefined, "No environment is named; shop has 'dev' and 'prod'."],
  ['prd', "There is no environment 'prd'; shop has 'dev' and 'prod'; did you mean 'prod'?"],
  ['staging', "There is no environment 'staging'; shop has 'dev' and 'prod'."],
  ['toString', "There is no environment 'toString'; shop has 'dev' and 'prod'."],
])('a wrong name, %p, lists the right ones', (name, expected) => {
  expect(() => selectEnvironment(project, name)).toThrow(new Error(expected));
});

test.each([
  ['backup', 'backups'],
  ['retention', 'retentionDays'],
  ['WINDOW', 'window'],
  ['zzz', undefined],
])('the word nearest to %s is %s', (word, expected) => {
  expect(nearest(word, ['backups', 'window', 'retentionDays'])).toBe(expected);
});

test('an environment is described in lines for people', () => {
  expect(describeProject(project, 'prod')).toEqual([
    'shop-prod (production)',
    '  region      ap-southeast-2, the account that is signed in',
    '  instance    db.t4g.medium, Multi-AZ, deletion-protected',
    '  storage     50 GiB, growing to 100 GiB',
    '  network     a VPC of 10.0.0.0/16, ap-southeast-2a and ap-southeast-2b, endpoints',
    '  database    shop, PostgreSQL 16, port 5432, TLS verified',
    '  roles       app_user, shop_readonly, shop_migrator, owned by shop_owner; the application may read and write',
    '  connection  /shop/prod/DATABASE_URL, /shop/prod/READONLY_DATABASE_URL',
    '  backups     15:30-16:00 UTC, any point in time of 7 d',
    '  drill       weekly: snapshot',
    '  objectives  none',
    '  data        personal data never; on delete retain',
  ]);
});

test('a project is described with all its environments', () => {
  const lines = describeProject(project);
  expect(lines[0]).toBe('shop: SQL in /project/sql');
  expect(lines.filter((line) => line.startsWith('shop-'))).toEqual(['shop-dev', 'shop-prod (production)']);
});
