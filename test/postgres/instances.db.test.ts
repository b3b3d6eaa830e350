import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { CannotError } from '../../postgres/place';
import { kind, sqlState, testNeeding, usePostgres } from '../support/postgres';

// What every kind of Postgres promises about instances: side by side, copied, restarted, gone.
const postgres = usePostgres({ archive: true });

const count = (instance = postgres.instance, table = 'rows_kept') =>
  postgres.withClient(async (client) => Number((await client.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n), {
    instance,
  });

test('what a kind cannot do is refused with its reason, and named in one sentence', async () => {
  for (const reason of Object.values(postgres.place.cannot)) expect(reason).toMatch(/^[^.\n]+$/);
  const attempts = {
    pointInTime: () => postgres.instance.restoreToTime(new Date()),
    snapshot: () => postgres.instance.snapshot(),
    restart: () => postgres.instance.restart('fast'),
    serverLog: () => postgres.instance.log(),
  } as const;
  for (const [capability, attempt] of Object.entries(attempts)) {
    if (capability in postgres.place.cannot) await expect(attempt()).rejects.toThrow(CannotError);
  }
});

testNeeding(['instances'], postgres, 'two instances run side by side and know nothing of each other', async () => {
  const other = await postgres.place.create({ database: 'app', master: { user: 'second_admin', password: 'p4ss' } });
  expect(other.port).not.toBe(postgres.instance.port);
  await postgres.withClient((c) => c.query('CREATE TABLE only_here (id int)'));
  await postgres.withClient(
    async (client) => {
      expect(await sqlState(client.query('SELECT * FROM only_here'))).toBe('42P01');
      expect((await client.query('SELECT session_user AS u')).rows).toEqual([{ u: 'second_admin' }]);
    },
    { instance: other },
  );
  await other.destroy();
  await other.destroy();
  expect(await sqlState(postgres.connect({ instance: other }))).toBe('ECONNREFUSED');
});

testNeeding(
  ['snapshot'],
  postgres,
  'a snapshot restores rows, roles and passwords as of its time, and the source stays as it is',
  async () => {
    await postgres.withClient(async (client) => {
      await client.query('CREATE TABLE rows_kept (id int); INSERT INTO rows_kept SELECT generate_series(1, 1000)');
      await client.query("CREATE ROLE kept_role LOGIN PASSWORD 'kept'");
    });
    const writer = await postgres.connect();
    await writer.query('BEGIN; INSERT INTO rows_kept VALUES (-1)');
    const snapshot = await postgres.instance.snapshot();
    await writer.query('COMMIT');
    await writer.end();
    expect(snapshot.bytes).toBeGreaterThan(1_000_000);

    const copy = await postgres.place.restore(snapshot);
    expect(await count(copy)).toBe(1000);
    expect(await count()).toBe(1001);
    await postgres.withClient((c) => c.query('SELECT 1'), { instance: copy, user: 'kept_role', password: 'kept' });
    await postgres.withClient((c) => c.query('DROP TABLE rows_kept'), { instance: copy });
    expect(await count()).toBe(1001);
    await copy.destroy();

    const again = await postgres.place.restore(snapshot, { master: { password: 'another' } });
    expect(again.master.password).toBe('another');
    expect(await count(again)).toBe(1000);
    await again.destroy();
    await snapshot.remove();
  },
);

test('the password of the master can be set from within, whatever it is by then', async () => {
  const { instance } = postgres;
  const { user, password } = instance.master;
  // An idle session stays, and goes on working.
  const client = await postgres.connect();
  await client.query(`ALTER ROLE ${client.escapeIdentifier(user)} PASSWORD 'changed-by-a-session'`);
  await instance.setMasterPassword('set-from-within');
  await client.query('SELECT 1');
  await client.end();
  expect(instance.master.password).toBe('set-from-within');
  await expect(postgres.connect({ password: 'changed-by-a-session' })).rejects.toThrow(
    'password authentication failed',
  );
  await postgres.withClient((next) => next.query('SELECT 1'));
  await instance.setMasterPassword(password);
});

testNeeding(['restart'], postgres, 'a gentle restart keeps everything but the sessions', async () => {
  await postgres.withClient((c) => c.query('CREATE TABLE rested AS SELECT generate_series(1, 10) AS id'));
  const client = await postgres.connect();
  const ended = new Promise((resolve) => client.once('end', resolve));
  const { port } = postgres.instance;
  await postgres.instance.restart('fast');
  await ended;
  expect(postgres.instance.port).toBe(port);
  expect(await count(postgres.instance, 'rested')).toBe(10);
});

testNeeding(
  ['restart'],
  postgres,
  'a crash in the middle of a statement keeps what was committed and nothing else',
  async () => {
    await postgres.withClient((c) => c.query('CREATE TABLE crashed AS SELECT generate_series(1, 500) AS id'));
    const client = await postgres.connect();
    const running = client.query('INSERT INTO crashed SELECT generate_series(1, 50000000)').catch((error) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await postgres.instance.restart('immediate');
    expect(await running).toBeInstanceOf(Error);
    expect(await count(postgres.instance, 'crashed')).toBe(500);
  },
);

testNeeding(['pointInTime'], postgres, 'an instance is restored as it was at a moment', async () => {
  await postgres.withClient(async (c) => {
    await c.query('CREATE TABLE history AS SELECT generate_series(1, 10) AS id');
  });
  const { rows } = await postgres.withClient((c) => c.query<{ t: Date }>('SELECT clock_timestamp() AS t'));
  const moment = new Date(Number(rows[0]?.t) + 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await postgres.withClient((c) => c.query('DELETE FROM history'));
  const restored = await postgres.instance.restoreToTime(moment);
  expect(await count(restored, 'history')).toBe(10);
  expect(await count(postgres.instance, 'history')).toBe(0);
  await restored.destroy();
  await expect(postgres.instance.restoreToTime(new Date(0))).rejects.toThrow();
  await expect(postgres.instance.restoreToTime(new Date(Date.now() + 3_600_000))).rejects.toThrow();
});

testNeeding(
  ['instances'],
  postgres,
  'data in a folder of the user’s are taken up again by the next instance',
  async () => {
    const directory = `${process.env['PLINTH_RUN_FOLDER']}/kept-${kind}-${process.pid}`;
    const options = { database: 'app', directory, master: { user: 'keeper', password: 'one' } };
    const first = await postgres.place.create(options);
    await postgres.withClient((c) => c.query('CREATE TABLE rows_kept AS SELECT 1 AS id'), { instance: first });
    await first.destroy();
    expect(existsSync(directory)).toBe(true);
    const second = await postgres.place.create({ ...options, master: { user: 'keeper', password: 'two' } });
    expect(await count(second)).toBe(1);
    await second.destroy();
  },
);

testNeeding(['instances'], postgres, 'a port that is taken is refused with its number', async () => {
  await expect(postgres.place.create({ port: postgres.instance.port })).rejects.toThrow(String(postgres.instance.port));
});

test('the URL that a user gets works with a client that only knows the URL', async () => {
  const { host, port, master, database, caFile } = postgres.instance;
  const url = `postgresql://${master.user}:${encodeURIComponent(master.password)}@${host}:${port}/${database}`;
  const client = new Client({ connectionString: `${url}?sslmode=verify-full&sslrootcert=${caFile}` });
  await client.connect();
  await client.end();
});
