import { createServer } from 'node:net';
import { Client } from 'pg';
import { openNativePlace } from '../../../postgres/native';
import type { PostgresInstance, PostgresPlace } from '../../../postgres/place';
import { openUrlPlace } from '../../../postgres/url';
import { connectionUrl } from '../../../postgres/url-of';

// A server that somebody else runs: here one of our own native ones, given by its URL alone.
let server: PostgresPlace;
let running: PostgresInstance;
beforeAll(async () => {
  server = await openNativePlace();
  running = await server.create();
});
afterAll(() => server.close());

const url = () => connectionUrl(running);

const names = async (sql: string): Promise<string[]> => {
  const client = new Client({ ...target(), ...running.master });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(sql);
  await client.end();
  return rows.map(({ name }) => name);
};
const target = () => ({
  host: running.host,
  port: running.port,
  database: 'postgres',
  ssl: { ca: running.ca, rejectUnauthorized: true },
});
const everything = () =>
  names('SELECT rolname AS name FROM pg_roles UNION ALL SELECT datname FROM pg_database ORDER BY 1');

test('an instance is a master that is no superuser, and destroying it removes all that the master made and nothing else', async () => {
  const before = await everything();
  const place = await openUrlPlace(url());
  const instance = await place.create({ database: 'theirs' });
  const client = new Client({ ...target(), ...instance.master, database: 'theirs' });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('SELECT rolsuper AS s FROM pg_roles WHERE rolname = session_user');
  expect(rows).toEqual([{ s: false }]);
  await client.query('CREATE ROLE child CREATEROLE');
  await client.query('CREATE ROLE grandchild');
  await client.query('GRANT child TO CURRENT_USER WITH INHERIT TRUE, SET TRUE');
  await client.query('CREATE DATABASE second OWNER child');
  await client.query('CREATE TABLE kept (id int)');
  await client.query('GRANT SELECT ON kept TO grandchild');
  expect(await instance.sessions()).toHaveLength(1);
  await client.end();
  await place.close();
  expect(await everything()).toEqual(before);
});

test('one instance at a time, no copies, no restarts: each refused with its reason', async () => {
  const place = await openUrlPlace(url());
  const instance = await place.create();
  await expect(place.create()).rejects.toThrow(/roles belong to the whole server/);
  await expect(instance.snapshot()).rejects.toThrow(/not copied/);
  await expect(instance.restart('fast')).rejects.toThrow(/not restarted/);
  await expect(instance.restoreToTime(new Date())).rejects.toThrow(/not copied/);
  await expect(instance.log()).rejects.toThrow(/log/);
  await place.close();
  await place.close();
});

test.each([
  ['no URL', 'nonsense', /is not one: postgresql:/],
  ['another protocol', 'https://localhost/x', /begins with "https:"/],
  ['a weaker sslmode', 'postgresql://a:b@localhost/x?sslmode=require', /sslmode=require; only verify-full/],
  [
    'an authority that is not there',
    'postgresql://a:b@localhost/x?sslrootcert=/nowhere.pem',
    /nowhere[.]pem, which cannot be read/,
  ],
])('%s is refused in one sentence', async (_, text, message) => {
  await expect(openUrlPlace(text)).rejects.toThrow(message);
});

test('a wrong password, and a server that is not there, are told without the password', async () => {
  const wrong = connectionUrl(running, { user: running.master.user, password: 'not-the-one' });
  const error = await openUrlPlace(wrong).catch((cause) => cause);
  expect(error.message).toMatch(/cannot be used: password authentication failed/);
  expect(JSON.stringify(error) + error.stack).not.toContain('not-the-one');
  const gone = wrong.replace(`:${running.port}/`, ':1/');
  await expect(openUrlPlace(gone)).rejects.toThrow(/:1 cannot be used: .*ECONNREFUSED/);
});

test('a server without TLS is refused before a password is sent to it', async () => {
  const received: Buffer[] = [];
  const plain = createServer((socket) => socket.on('data', (data) => received.push(data) && socket.write('N')));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as { port: number };
  await expect(openUrlPlace(`postgresql://me:s3cret@localhost:${port}/x`)).rejects.toThrow(/does not support SSL/);
  await new Promise((resolve) => plain.close(resolve));
  expect(Buffer.concat(received)).toHaveLength(8);
});
