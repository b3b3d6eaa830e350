import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openEmbeddedPlace } from '../../../postgres/embedded';
import type { PostgresInstance, PostgresPlace } from '../../../postgres/place';
import { parentVariable } from '../../../postgres/run-folder';

// One engine serves all connections, so a connection that waits in vain must be told why, and never hang.
let place: PostgresPlace;
let instance: PostgresInstance;
const opened = (options: Parameters<typeof openEmbeddedPlace>[0]) => {
  beforeAll(async () => {
    place = await openEmbeddedPlace(options);
    instance = await place.create({ database: 'app' });
  });
  afterAll(() => place.close());
};

const connect = async (application_name: string) => {
  const { host, port, master, ca } = instance;
  const client = new Client({ host, port, ...master, database: 'app', ssl: { ca }, application_name });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

describe('where nobody waits long', () => {
  opened({ waitSeconds: 2 });

  test.each([
    ['an open transaction', 'BEGIN'],
    ['an advisory lock', 'SELECT pg_advisory_lock(1)'],
    ['a temporary table', 'CREATE TEMPORARY TABLE t (id int)'],
    ['a prepared statement', 'PREPARE p AS SELECT 1'],
    ['a LISTEN', 'LISTEN news'],
    ['settings of its own', "SET my.setting = 'x'"],
  ])('a connection that waited too long is told that the other one holds %s', async (held, statement) => {
    const holder = await connect('the holder');
    await holder.query(statement);
    await expect(connect('the second')).rejects.toMatchObject({
      code: '53300',
      message: `the embedded Postgres serves one session at a time, and this one waited 2 s for "plinth_admin" in "app" (the holder), which holds ${held}`,
    });
    await holder.query('SELECT 1');
    await holder.end();
  });
});

describe('where there is time', () => {
  opened({});

  test('an idle connection makes room again and again, and goes on where it was', async () => {
    const clients = await Promise.all(['one', 'two', 'three'].map(connect));
    for (const client of clients) await client.query("SET work_mem = '3MB'");
    for (const client of clients) {
      expect((await client.query('SHOW work_mem')).rows).toEqual([{ work_mem: '3MB' }]);
      await client.end();
    }
  });

  test('a session whose role was dropped while it made room is ended with the reason', async () => {
    const admin = await connect('admin');
    await admin.query("CREATE ROLE leaver LOGIN PASSWORD 'x'");
    const { host, port, ca } = instance;
    const leaver = new Client({ host, port, user: 'leaver', password: 'x', database: 'app', ssl: { ca } });
    leaver.on('error', () => undefined);
    await leaver.connect();
    await admin.query('DROP ROLE leaver');
    await expect(leaver.query('SELECT 1')).rejects.toMatchObject({ code: '57P01' });
    await admin.end();
  });

  test('a master named postgres is refused, for the engine takes that name for the superuser', async () => {
    await expect(place.create({ master: { user: 'postgres' } })).rejects.toThrow(
      /cannot have a master named "postgres"/,
    );
  });

  test('bytes that are no login leave the server as it was', async () => {
    const { connect: open } = await import('node:net');
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\x08', '\xff\xff\xff\xff\xff\xff\xff\xff']) {
      await new Promise<void>((resolve) => {
        const socket = open(instance.port, '127.0.0.1', () => socket.end(Buffer.from(bytes, 'latin1')));
        socket.on('close', () => resolve()).on('error', () => resolve());
        socket.resume();
      });
    }
    const client = await connect('afterwards');
    await client.end();
  });

  test('a folder that holds the data of another kind of server is refused by name, and left as it is', async () => {
    const directory = mkdtempSync(join(process.env[parentVariable] ?? '', 'other-'));
    mkdirSync(join(directory, 'data'));
    writeFileSync(join(directory, 'data', 'PG_VERSION'), '16\n');
    await expect(place.create({ directory })).rejects.toThrow(`The data in ${directory} are not those of an embedded`);
    expect(readdirSync(directory)).toEqual(['data']);
  });
});
