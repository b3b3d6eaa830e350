import type { BundledFile } from '../../../lambdas/migrations/contract';
import { loadMigrations } from '../../../lambdas/migrations/files';
import { migrationsResource } from '../../../lambdas/migrations/resource';
import type { Snapshots } from '../../../lambdas/migrations/snapshots';
import { usePostgres } from '../../support/postgres';
import {
  create,
  deliver,
  failureOf,
  minutes,
  type Properties,
  remove,
  seamsOf,
  serverOf,
  update,
} from '../shared/resources';

const postgres = usePostgres({ master: { password: 'a/pass:word' } });
const secrets = ['a/pass:word', encodeURIComponent('a/pass:word')];
beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const table = (version: number, name: string): BundledFile => ({
  path: `${version}_${name}.sql`,
  text: `CREATE TABLE ${name} (id bigint PRIMARY KEY);`,
});
const one = table(1, 'books');
const two = table(2, 'authors');

/** RDS's snapshots: each becomes available when it has been asked for a few times. */
function newSnapshots(end = 'available') {
  const asked = new Map<string, number>();
  const snapshots: Snapshots = {
    status: async (id) => {
      const times = asked.get(id);
      if (times === undefined) return undefined;
      asked.set(id, times + 1);
      return times < 2 ? 'creating' : end;
    },
    start: async (id) => {
      asked.set(id, 0);
    },
  };
  return { snapshots, asked };
}

const bundle = (...files: readonly BundledFile[]) => {
  const kept = newSnapshots();
  const handler = migrationsResource({ ...seamsOf(postgres), bundled: () => files, snapshots: kept.snapshots });
  const Migrations = loadMigrations(files)
    .files.map(({ id, checksum }) => `${id}: sha256:${checksum}`)
    .reverse();
  const properties = (more: Properties = {}): Properties => ({
    Prefix: 'shop',
    Server: serverOf(postgres),
    Database: postgres.instance.database,
    Owner: postgres.instance.master.user,
    Migrations,
    Settings: { allowOutOfOrder: false, forbidGaps: false, oneTransaction: false, lint: {} },
    ...more,
  });
  return { handler, properties, asked: kept.asked };
};
const id = 'plinth:shop:migrations';
const tables = () =>
  postgres.withClient(async (client) => {
    const sql =
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1";
    return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);
  });
const recorded = () =>
  postgres.withClient(
    async (client) => (await client.query('SELECT id, snapshot_id AS snapshot FROM plinth.migrations ORDER BY 1')).rows,
  );
afterEach(() =>
  postgres.withClient(async (client) => {
    await client.query('DROP TABLE IF EXISTS books, authors');
    await client.query('DROP SCHEMA IF EXISTS plinth CASCADE');
  }),
);

test('a Create migrates; the same Create again, and an Update without a change, answer the same', async () => {
  const { handler, properties } = bundle(one);
  const request = create(properties());
  const first = await deliver(handler, request);
  expect(first).toEqual({ id, data: { Head: '1_books', FromANewerVersion: 'none', Snapshot: 'none' }, polls: 1 });
  expect(await deliver(handler, request)).toEqual(first);
  expect(await deliver(handler, update(id, properties(), properties()))).toEqual(first);
  expect(await tables()).toEqual(['books']);
});

test('a new migration runs with an Update, and a rollback to the old code tolerates it and names it', async () => {
  const [old, next] = [bundle(one), bundle(one, two)];
  await deliver(old.handler, create(old.properties()));
  const { data } = await deliver(next.handler, update(id, old.properties(), next.properties()));
  expect(data['Head']).toBe('2_authors');
  const back = await deliver(old.handler, update(id, next.properties(), old.properties()));
  expect(back.data).toEqual({ Head: '2_authors', FromANewerVersion: '2_authors', Snapshot: 'none' });
  expect(await tables()).toEqual(['authors', 'books']);
});

test('outside of a rollback, an entry of the ledger that the bundle does not know is an error', async () => {
  const [old, next] = [bundle(one), bundle(one, two)];
  await deliver(next.handler, create(next.properties()));
  const message = /^2_authors was applied on .* and its file is missing/;
  expect(await failureOf(old.handler, update(id, old.properties(), old.properties()), secrets)).toMatch(message);
  expect(await failureOf(old.handler, create(old.properties()), secrets)).toMatch(message);
});

test('after a Create that failed in the middle, an Update with the corrected file goes on', async () => {
  const bad = bundle(one, {
    path: '2_authors.sql',
    text: 'CREATE TABLE authors (id bigint PRIMARY KEY REFERENCES nobody);',
  });
  const said = await failureOf(bad.handler, create(bad.properties()), secrets);
  expect(said).toMatch(/sql\/migrations\/2_authors[.]sql.*nobody/);
  const good = bundle(one, two);
  const { data } = await deliver(good.handler, update(id, bad.properties(), good.properties()));
  expect(data['Head']).toBe('2_authors');
});

test('what the time of one invocation does not suffice for goes on in the polls', async () => {
  const { handler, properties } = bundle(one, two);
  const request = create(properties());
  // 30 seconds are kept back, so this leaves none for a migration.
  const first = await handler(request, { getRemainingTimeInMillis: () => 30_000 }).catch(
    (error: Error) => error.message,
  );
  expect(first).toEqual({ PhysicalResourceId: id, Begun: true });
  expect(await handler({ ...request, Begun: true, PhysicalResourceId: id }, minutes(1))).toMatchObject({
    IsComplete: true,
    Data: { Head: '2_authors' },
  });
});

test('with a snapshot asked for, nothing is migrated before it is available, and none is taken without need', async () => {
  const { handler, properties, asked } = bundle(one);
  const request = create(properties({ SnapshotOf: 'shop' }));
  await handler(request, minutes(1));
  expect(await tables()).toEqual([]);
  const { data, polls } = await deliver(handler, request);
  expect(polls).toBeGreaterThan(1);
  expect(data['Snapshot']).toMatch(/^shop-migration-[a-z0-9]{32}$/);
  expect(await tables()).toEqual(['books']);
  expect(await recorded()).toEqual([{ id: '1_books', snapshot: data['Snapshot'] }]);
  const again = await deliver(handler, update(id, properties(), properties({ SnapshotOf: 'shop' })));
  expect(again.data['Snapshot']).toBe('none');
  expect(asked.size).toBe(1);
});

test('what runs in a later poll, or in a later deploy, names the snapshot that was taken before it', async () => {
  const { handler, properties } = bundle(one);
  const first = await deliver(handler, create(properties({ SnapshotOf: 'shop' })));
  const next = bundle(one, two);
  const request = update(id, properties({ SnapshotOf: 'shop' }), next.properties({ SnapshotOf: 'shop' }));
  const second = await deliver(next.handler, request);
  expect(second.polls).toBeGreaterThan(1);
  expect(second.data['Snapshot']).not.toBe(first.data['Snapshot']);
  expect(await recorded()).toEqual([
    { id: '1_books', snapshot: first.data['Snapshot'] },
    { id: '2_authors', snapshot: second.data['Snapshot'] },
  ]);
});

test('a snapshot that fails keeps the migrations from running', async () => {
  const { properties } = bundle(one);
  const { snapshots } = newSnapshots('failed');
  const handler = migrationsResource({ ...seamsOf(postgres), bundled: () => [one], snapshots });
  const request = create(properties({ SnapshotOf: 'shop' }));
  const poll = { ...request, ...(await handler(request, minutes(1))) };
  for (let waiting = 0; waiting < 2; waiting++) expect(await handler(poll, minutes(1))).toEqual({ IsComplete: false });
  expect(await failureOf(handler, poll, secrets)).toMatch(/^The snapshot shop-migration-\w+ is "failed"/);
  expect(await tables()).toEqual([]);
});

test('a template and a bundle of two versions are told apart before anything connects', async () => {
  const { handler, properties } = bundle(one);
  const said = await failureOf(handler, create(properties({ Migrations: ['1_books: sha256:other'] })), secrets);
  expect(said).toMatch(/^The bundle and the template differ in the migration 1_books;/);
});

test('a Delete leaves every table, whoever it is for and whenever it comes', async () => {
  const { handler, properties } = bundle(one);
  await deliver(handler, remove('2026/11/21/[$LATEST]early', properties()));
  await deliver(handler, create(properties()));
  for (const which of [id, 'stranger']) await deliver(handler, remove(which, properties()));
  expect(await tables()).toEqual(['books']);
});
