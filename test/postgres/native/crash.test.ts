import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNativePlace } from '../../../postgres/native';
import type { PostgresPlace } from '../../../postgres/place';
import { isAlive, query, remove, temporaryFolder, until } from './helpers';

// Each test starts several servers, on a machine that may be busy with others.
jest.setTimeout(60_000);

let place: PostgresPlace;
let directory: string;

beforeAll(async () => {
  place = await openNativePlace();
});
afterAll(() => place.close());
beforeEach(() => {
  directory = temporaryFolder();
});
afterEach(() => remove(directory));

const lockFile = () => join(directory, 'data/postmaster.pid');
const serverPid = () => Number(readFileSync(lockFile(), 'utf8').split('\n')[0]);

test.each(['fast', 'immediate'] as const)('a restart (%s) keeps the port and every committed row', async (mode) => {
  const instance = await place.create();
  const { port } = instance;
  await query(instance, 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
  await instance.restart(mode);
  expect(instance.port).toBe(port);
  expect(await query(instance, 'SELECT count(*)::int FROM t')).toEqual([{ count: 1000 }]);
});

test('a server that was killed starts again with every committed row', async () => {
  const instance = await place.create({ directory });
  await query(instance, 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
  const pid = serverPid();
  process.kill(pid, 'SIGKILL');
  await until('the server is gone', () => !isAlive(pid));
  await instance.restart('immediate');
  expect(await query(instance, 'SELECT count(*)::int FROM t')).toEqual([{ count: 1000 }]);
  await instance.destroy();
});

test('a directory keeps data and master from one instance to the next', async () => {
  const first = await place.create({ directory, database: 'app', master: { user: 'chief' } });
  await query(first, 'CREATE TABLE t AS SELECT 1 AS n');
  await first.destroy();
  const second = await place.create({ directory, database: 'app' });
  expect(second.master.user).toBe('chief');
  expect(await query(second, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  await second.destroy();
  await expect(place.create({ directory, master: { user: 'other' } })).rejects.toThrow(
    'The data belong to the master chief',
  );
});

test('a lock file of a dead server does not block, even when its process id has another owner now', async () => {
  await (await place.create({ directory })).destroy();
  for (const pid of [process.pid, 2 ** 22 - 1]) {
    writeFileSync(lockFile(), `${pid}\n${directory}/data\n1700000000\n5432\n\n127.0.0.1\n0 0\nready\n`);
    await (await place.create({ directory })).destroy();
  }
});

test('a directory with a live server is refused in one sentence, and the server goes on', async () => {
  const live = await place.create({ directory });
  await expect(place.create({ directory })).rejects.toThrow(
    `A Postgres server is already running on ${directory}/data; stop it first, or choose another directory.`,
  );
  expect(await query(live, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await live.destroy();
});

test('a directory with something else in it is left alone', async () => {
  writeFileSync(join(directory, 'letter.txt'), 'dear');
  await expect(place.create({ directory })).rejects.toThrow('holds letter.txt, which is not an instance');
});

test('rows that are written while a snapshot is taken are in it or not, and never half', async () => {
  const instance = await place.create();
  await query(instance, 'CREATE TABLE a (n int); CREATE TABLE b (n int)');
  let writing = true;
  const writer = (async () => {
    for (let n = 1; writing; n++)
      await query(instance, `BEGIN; INSERT INTO a VALUES (${n}); INSERT INTO b VALUES (${n}); COMMIT`);
  })();
  const copy = await instance.snapshot();
  writing = false;
  await writer;
  const restored = await place.restore(copy);
  const [row] = await query(restored, 'SELECT (SELECT count(*) FROM a) = (SELECT count(*) FROM b) AS whole');
  expect(row).toEqual({ whole: true });
});
