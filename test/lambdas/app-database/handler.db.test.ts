import { appDatabaseResource } from '../../../lambdas/app-database/resource';
import { usePostgres } from '../../support/postgres';
import {
  create,
  deliver,
  failureOf,
  newParameters,
  type Properties,
  remove,
  seamsOf,
  serverOf,
  update,
} from '../shared/resources';
import { rolesOf } from './helpers';

const postgres = usePostgres({ master: { password: 'a/pass:word' } });
const secrets = ['a/pass:word', encodeURIComponent('a/pass:word')];

let written: string[];
beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const secret of secrets) expect(written.join('')).not.toContain(secret);
});

const propertiesOf = (name: string, more: Properties = {}): Properties => ({
  Prefix: name,
  Server: serverOf(postgres),
  Database: name,
  Roles: rolesOf(name),
  OnRemove: 'retain',
  Parameters: { app: `/${name}/app`, readonly: `/${name}/readonly` },
  Key: 'arn:aws:kms:ap-southeast-2:111122223333:key/one',
  OnDelete: 'retain',
  ...more,
});
const begin = () => {
  const kept = newParameters();
  return { ...kept, handler: appDatabaseResource({ ...seamsOf(postgres), parameters: kept.parameters }) };
};
const logsIn = async (text: string | undefined) => {
  const { username, password, pathname } = new URL(text ?? '');
  return postgres.withClient(
    async (client) => (await client.query<{ name: string }>('SELECT session_user AS name')).rows[0]?.name,
    { user: username, password, database: pathname.slice(1) },
  );
};

test('a Create makes everything, and publishes connection strings that work, verify TLS and carry the key', async () => {
  const { handler, stored } = begin();
  const { id, data } = await deliver(handler, create(propertiesOf('made')));
  expect(id).toBe('plinth:made:roles');
  expect(data).toEqual({ Database: 'made', Warnings: 'none' });
  const app = stored.get('/made/app');
  expect(app?.value).toMatch(/^postgresql:\/\/made_user:\w{40}@[^/]+\/made\?sslmode=verify-full$/);
  expect(app?.key).toBe('arn:aws:kms:ap-southeast-2:111122223333:key/one');
  expect(await logsIn(app?.value)).toBe('made_user');
  expect(await logsIn(stored.get('/made/readonly')?.value)).toBe('made_readonly');
  for (const { value } of stored.values()) expect(written.join('')).not.toContain(new URL(value).password);
});

test('the same Create twice, an Update without a change and one after a failed Create rotate nothing', async () => {
  const { handler, writes } = begin();
  const properties = propertiesOf('twice');
  await failureOf(handler, create({ ...properties, Key: undefined }), secrets);
  const request = create(properties);
  const first = await deliver(handler, request);
  expect(await deliver(handler, request)).toEqual(first);
  expect(await deliver(handler, update('plinth:twice:roles', properties, properties))).toEqual(first);
  expect(writes()).toBe(2);
});

test('a parameter that is lost, and one whose password the server refuses, are replaced by what works', async () => {
  const { handler, stored, parameters, writes } = begin();
  const properties = propertiesOf('lost');
  await deliver(handler, create(properties));
  stored.delete('/lost/app');
  const { value = '', key = '' } = stored.get('/lost/readonly') ?? {};
  await parameters.write('/lost/readonly', value.replace(/:\w{40}@/, ':wrong@'), key);
  await deliver(handler, update('plinth:lost:roles', properties, properties));
  expect(writes()).toBe(5);
  expect(await logsIn(stored.get('/lost/app')?.value)).toBe('lost_user');
  expect(await logsIn(stored.get('/lost/readonly')?.value)).toBe('lost_readonly_2');
});

test('a string that leads to another host is written anew, with the password that works', async () => {
  const { handler, stored, parameters } = begin();
  const properties = propertiesOf('moved');
  await deliver(handler, create(properties));
  const { value = '', key = '' } = stored.get('/moved/app') ?? {};
  const elsewhere = value.replace(/@[^/]+/, '@elsewhere:5432');
  expect(elsewhere).not.toBe(value);
  await parameters.write('/moved/app', elsewhere, key);
  await deliver(handler, update('plinth:moved:roles', properties, properties));
  expect(stored.get('/moved/app')?.value).toBe(value);
});

test('a role that is declared no longer goes as the project says', async () => {
  const { handler } = begin();
  const properties = propertiesOf('renamed');
  await deliver(handler, create(properties));
  const roles = rolesOf('renamed');
  const after = { ...properties, Roles: { ...roles, migrator: { ...roles.migrator, name: 'renamed_other' } } };
  const exists = () =>
    postgres.withClient(async (client) => {
      const sql = "SELECT FROM pg_roles WHERE rolname = 'renamed_migrator'";
      return (await client.query(sql)).rowCount === 1;
    });
  await deliver(handler, update('plinth:renamed:roles', properties, after));
  expect(await exists()).toBe(true);
  await deliver(handler, update('plinth:renamed:roles', properties, { ...after, OnRemove: 'drop' }));
  expect(await exists()).toBe(false);
});

const databases = () =>
  postgres.withClient(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'gone%'",
    );
    return rows.map(({ name }) => name).filter((name) => name.startsWith('gone'));
  });

test('a Delete leaves all as it is, unless the project says drop and the resource is ours', async () => {
  const { handler, stored } = begin();
  const properties = propertiesOf('gone');
  const drop = { ...properties, OnDelete: 'drop' };
  await deliver(handler, create(properties));
  const all = await databases();
  await deliver(handler, remove('plinth:gone:roles', properties));
  await deliver(handler, remove('AWSCDK::CustomResourceProviderFramework::CREATE_FAILED', drop));
  expect(await deliver(handler, remove('stranger', drop))).toEqual({ id: 'stranger', data: {}, polls: 1 });
  expect(await databases()).toEqual(all);
  expect(stored.size).toBe(2);
  await deliver(handler, remove('plinth:gone:roles', drop));
  await deliver(handler, remove('plinth:gone:roles', drop));
  expect(await databases()).toEqual([]);
  expect(stored.size).toBe(0);
});

test('with drop, a Delete also removes the second login that a rotation made, and whatever an attempt before it left', async () => {
  const { handler, stored, parameters } = begin();
  const properties = propertiesOf('gonetwin', { OnDelete: 'drop' });
  await deliver(handler, create(properties));
  for (const which of ['app', 'readonly']) {
    const { value = '', key = '' } = stored.get(`/gonetwin/${which}`) ?? {};
    await parameters.write(`/gonetwin/${which}`, value.replace(/:\w{40}@/, ':wrong@'), key);
  }
  await deliver(handler, update('plinth:gonetwin:roles', properties, properties));
  expect(await databases()).toEqual(expect.arrayContaining(['gonetwin_user_2', 'gonetwin_readonly_2']));
  // As after a Delete that was killed behind its first step.
  await postgres.withClient((client) => client.query('DROP DATABASE gonetwin WITH (FORCE)'));
  await deliver(handler, remove('plinth:gonetwin:roles', properties));
  expect(await databases()).toEqual([]);
  expect(stored.size).toBe(0);
});

test('a Delete before the Create ended is a success, and the Create can be run again', async () => {
  const { handler } = begin();
  const properties = propertiesOf('early', { OnDelete: 'drop' });
  await deliver(handler, remove('2026/11/21/[$LATEST]early', { Prefix: 'early' }));
  expect((await deliver(handler, create(properties))).id).toBe('plinth:early:roles');
});

describe('every failure is one short sentence without a secret', () => {
  test('a property that is unknown, missing or of another kind', async () => {
    const { handler } = begin();
    const good = propertiesOf('bad');
    const failed = (more: Properties) => failureOf(handler, create({ ...good, ...more }), secrets);
    expect(await failed({ Databse: 'x' })).toMatch(/^The property Databse is not known; known are Prefix, Server, /);
    expect(await failed({ Database: undefined })).toMatch(/^The property Database is missing; it takes a text[.]/);
    expect(await failed({ Server: { ...serverOf(postgres), Port: '54e2' } })).toMatch(
      /^The property Server[.]Port is "54e2"; it takes a whole number, 0 or more[.]/,
    );
    expect(await failed({ OnDelete: 'maybe' })).toMatch(
      /^The property OnDelete is "maybe"; it takes retain or drop[.]/,
    );
    expect(await failureOf(handler, {}, secrets)).toMatch(/^The property event.RequestType is missing/);
  });

  test('a secret that cannot be read, that is no JSON, or that the server refuses', async () => {
    const { parameters } = newParameters();
    const failed = (secret: () => Promise<string>) => {
      const seams = { ...seamsOf(postgres), readSecret: secret, parameters };
      return failureOf(appDatabaseResource(seams), create(propertiesOf('bad')), [...secrets, 'not-it']);
    };
    expect(await failed(() => Promise.reject(new Error('denied')))).toMatch(/^denied \(Error\)[.] See the log group/);
    expect(await failed(async () => 'not-it')).toMatch(/^The secret arn:\S+ is not JSON[.]/);
    expect(await failed(async () => '{"username":"x"}')).toMatch(/lacks a username or a password[.]/);
    const login = { username: postgres.instance.master.user, password: 'not-it' };
    expect(await failed(async () => JSON.stringify(login))).toMatch(/refuses the password of the role/);
  });

  test('a store of parameters that refuses', async () => {
    const { parameters } = newParameters();
    const write = async (_: string, value: string) => {
      throw new Error(`cannot store ${value}`);
    };
    const handler = appDatabaseResource({ ...seamsOf(postgres), parameters: { ...parameters, write } });
    const message = await failureOf(handler, create(propertiesOf('unstored')), secrets);
    expect(message).toMatch(/^cannot store postgresql:\/\/unstored_user:\*\*\*@/);
  });
});
