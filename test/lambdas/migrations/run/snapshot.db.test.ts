// Which snapshot to go back to, for each migration: so that whoever has to undo one need not search for it.
import type { Client } from 'pg';
import { formats } from '../../../../lambdas/migrations/run/ledger-format';
import { stamp } from '../../../../lambdas/migrations/stamp';
import { status } from '../../../../lambdas/migrations/status';
import { up } from '../../../../lambdas/migrations/up';
import { usePostgres } from '../../../support/postgres';
import { clean, messageOf, setOf } from './helpers';

const postgres = usePostgres();
beforeEach(() => postgres.withClient(clean));
const using = (work: (client: Client) => Promise<void>) => postgres.withClient(work);

const one = { '1_a.sql': 'CREATE TABLE a (id int);' };
const three = {
  ...one,
  '2_b.sql': 'CREATE TABLE b (id int);',
  '3_c.sql': '-- plinth: no-transaction\nCREATE INDEX CONCURRENTLY c ON a (id);',
};
const snapshotsOf = async (client: Client, files: Readonly<Record<string, string>> = three) =>
  (await status(client, setOf(files))).map(({ id, snapshot }) => [id, snapshot]);

test('each row that was applied after a snapshot names it, and no other does', () =>
  using(async (client) => {
    await up(client, setOf(one));
    await up(client, setOf(three), { snapshot: "shop-migration-o'1" });
    expect(await snapshotsOf(client)).toEqual([
      ['1_a', undefined],
      ['2_b', "shop-migration-o'1"],
      ['3_c', "shop-migration-o'1"],
    ]);
    await up(client, setOf(three), { snapshot: 'later' });
    expect((await snapshotsOf(client)).flat()).not.toContain('later');
  }));

test('all in one transaction, each row names it too', () =>
  using(async (client) => {
    await up(client, setOf({ '1_a.sql': three['1_a.sql'], '2_b.sql': three['2_b.sql'] }), {
      oneTransaction: true,
      snapshot: 'before',
    });
    expect((await status(client, setOf(three))).map(({ snapshot }) => snapshot)).toEqual([
      'before',
      'before',
      undefined,
    ]);
  }));

test('a file that is taken up again keeps the snapshot from before its first statement', () =>
  using(async (client) => {
    const halves = (second: string) => ({
      '1_a.sql': `-- plinth: no-transaction\nCREATE TABLE a (id int);\n${second};`,
    });
    await messageOf(up(client, setOf(halves('SELECT 1 / 0')), { snapshot: 'first' }));
    expect(await snapshotsOf(client, halves('SELECT 1 / 0'))).toEqual([['1_a', 'first']]);
    await up(client, setOf(halves('SELECT 1')), { snapshot: 'second' });
    expect(await snapshotsOf(client, halves('SELECT 1'))).toEqual([['1_a', 'first']]);
  }));

test('one that began without a snapshot gets that of the run that ends it', () =>
  using(async (client) => {
    const halves = (second: string) => ({
      '1_a.sql': `-- plinth: no-transaction\nCREATE TABLE a (id int);\n${second};`,
    });
    await messageOf(up(client, setOf(halves('SELECT 1 / 0'))));
    await up(client, setOf(halves('SELECT 1')), { snapshot: 'second' });
    expect(await snapshotsOf(client, halves('SELECT 1'))).toEqual([['1_a', 'second']]);
  }));

test('a ledger of the first format is read as it is, and upgraded by the first run that writes, as any owner', () =>
  using(async (client) => {
    await client.query(`CREATE SCHEMA plinth; ${formats[0]?.('plinth')}; UPDATE plinth.ledger SET format = 1`);
    const { checksum } = setOf(one).files[0] ?? {};
    await client.query(
      `INSERT INTO plinth.migrations (version, name, id, checksum, state, how) VALUES (1, 'a', '1_a', $1, 'applied', 'run')`,
      [checksum],
    );
    await client.query('CREATE TABLE a (id int)');
    expect(await snapshotsOf(client, one)).toEqual([['1_a', undefined]]);
    await up(client, setOf(three), { snapshot: 'before' });
    await up(client, setOf(three), { snapshot: 'again' });
    expect(await snapshotsOf(client)).toEqual([
      ['1_a', undefined],
      ['2_b', 'before'],
      ['3_c', 'before'],
    ]);
    const { rows } = await client.query('SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user');
    expect(rows).toEqual([{ super: false }]);
  }));

test('what is marked as applied without running claims no snapshot', () =>
  using(async (client) => {
    await stamp(client, setOf(one), '1', {});
    expect(await snapshotsOf(client, one)).toEqual([['1_a', undefined]]);
  }));
