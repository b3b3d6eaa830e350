import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { adoptPrisma } from '../../../../lambdas/migrations/adopt-prisma';
import { down } from '../../../../lambdas/migrations/down';
import { formats } from '../../../../lambdas/migrations/run/ledger-format';
import { stamp } from '../../../../lambdas/migrations/stamp';
import { status } from '../../../../lambdas/migrations/status';
import { up } from '../../../../lambdas/migrations/up';
import { verify } from '../../../../lambdas/migrations/verify';
import { usePostgres } from '../../../support/postgres';
import { clean, ledgerIds, messageOf, setOf, tables } from './helpers';

const postgres = usePostgres();
beforeEach(() => postgres.withClient(clean));

const three = {
  '1_a.sql': 'CREATE TABLE a (id int);',
  '1_a.down.sql': 'DROP TABLE a;',
  '2_b.sql': 'CREATE TABLE b (id int);',
  '2_b.down.sql': '-- plinth: no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS b_i;\nDROP TABLE b;',
  '3_c.sql': 'CREATE TABLE c (id int);',
  '3_c.down.sql': 'DROP TABLE c;',
};
const without = (...paths: string[]) =>
  Object.fromEntries(Object.entries(three).filter(([path]) => !paths.includes(path)));
const using = (work: (client: Client) => Promise<void>) => postgres.withClient(work);

describe('refused before anything runs, all reasons at once', () => {
  test('an edited file, a missing one and a late one', () =>
    using(async (client) => {
      await up(client, setOf({ '2_b.sql': three['2_b.sql'], '3_c.sql': three['3_c.sql'], '5_e.sql': 'SELECT 1;' }));
      const set = setOf({
        '2_b.sql': 'CREATE TABLE b2 ();',
        '3_c.sql': `\uFEFF${three['3_c.sql']}  \r\n`,
        '4_d.sql': 'SELECT 1;',
      });
      const message = await messageOf(up(client, set));
      expect(message).toMatch(
        /^Nothing was run, for 2 reasons:\n- sql\/migrations\/2_b\.sql was edited after it was applied on \d{4}-.*: its checksum is [0-9a-f]{8}, the ledger has [0-9a-f]{8}\. Restore the file, and put the change into a new one\.\n- 5_e was applied on .* and its file is missing: /,
      );
      const late = setOf({
        ...without('1_a.sql', '1_a.down.sql'),
        '4_d.sql': 'CREATE TABLE d ();',
        '5_e.sql': 'SELECT 1;',
      });
      expect(await messageOf(up(client, late))).toBe(
        'sql/migrations/4_d.sql comes before 5_e, which is applied already: give it a version above 5, or set allowOutOfOrder.',
      );
      expect(await tables(client)).toEqual(['b', 'c']);
      expect((await up(client, late, { allowOutOfOrder: true })).applied.map(({ id }) => id)).toEqual(['4_d']);
    }));

  test('what the lint calls an error, in pending files only', () =>
    using(async (client) => {
      await up(client, setOf({ '1_a.sql': three['1_a.sql'] }));
      const set = setOf({
        ...three,
        '4_x.sql': 'COMMIT;',
        '5_y.sql': 'ALTER TABLE a ADD FOREIGN KEY (nope) REFERENCES b;SELEC 1',
      });
      const message = await messageOf(up(client, set));
      expect(message).toContain('- sql/migrations/4_x.sql:1:1: error transaction-control');
      expect(message).toContain('- sql/migrations/5_y.sql:1:51: error syntax-error');
      expect(await tables(client)).toEqual(['a']);
    }));

  test('a gap where gaps are forbidden, and a file without a transaction among those that are to share one', () =>
    using(async (client) => {
      const set = setOf({ '1_a.sql': 'SELECT 1;', '3_c.sql': '-- plinth: no-transaction\nSELECT 1;' });
      expect(await messageOf(up(client, set, { forbidGaps: true }))).toContain('version 2 is missing');
      expect(await messageOf(up(client, set, { oneTransaction: true }))).toBe(
        'sql/migrations/3_c.sql runs without a transaction, and the project asks for all pending files in one: run it by itself first.',
      );
    }));

  test('a ledger of a newer format; a rollback tolerates it, and names what it does not know', () =>
    using(async (client) => {
      await up(client, setOf(three));
      await client.query('UPDATE plinth.ledger SET format = 99');
      expect(await messageOf(up(client, setOf(three)))).toContain('has format 99, and this build knows formats up to');
      const old = setOf(without('3_c.sql', '3_c.down.sql'));
      expect(await up(client, old, { rollback: true })).toMatchObject({ applied: [], before: 2, unknown: ['3_c'] });
    }));
});

test('all pending files in one transaction: an error in the last undoes the first', () =>
  using(async (client) => {
    const bad = setOf({ ...three, '4_d.sql': 'SELECT * FROM nope;' });
    expect(await messageOf(up(client, bad, { oneTransaction: true }))).toContain('sql/migrations/4_d.sql:1:15');
    expect(await tables(client)).toEqual([]);
    expect((await up(client, setOf(three), { oneTransaction: true })).applied).toHaveLength(3);
    expect(await ledgerIds(client)).toEqual(['1_a', '2_b', '3_c']);
  }));

test('a constraint that is checked at COMMIT fails there, is told so, and shows no data', () =>
  using(async (client) => {
    const set = setOf({
      '1_a.sql': `CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO a VALUES (1, 4711);`,
    });
    const message = await messageOf(up(client, set));
    expect(message).toContain(
      'sql/migrations/1_a.sql: at its COMMIT: insert or update on table "a" violates foreign key',
    );
    expect(message).toContain('detail: Key (up)=(…) is not present in table "a".');
    expect(message).not.toContain('4711');
  }));

test('a SET of one file does not reach the next one, nor the session', () =>
  using(async (client) => {
    await client.query("SET work_mem = '5MB'");
    await up(
      client,
      setOf({
        '1_a.sql': "SELECT set_config('search_path', '', false); SET work_mem = '9MB'; CREATE TABLE public.a (id int);",
        '2_b.sql': "CREATE TABLE b AS SELECT current_setting('work_mem') AS m, current_setting('search_path') AS p;",
      }),
      { lint: { policy: { 'search-path': 'off' } } },
    );
    expect((await client.query('SELECT * FROM public.b')).rows).toEqual([{ m: '5MB', p: '"$user", public' }]);
    expect((await client.query('SHOW work_mem')).rows).toEqual([{ work_mem: '5MB' }]);
  }));

test("with an owner role, everything is the owner's, and the session gets its own role back", () =>
  using(async (client) => {
    await client.query(`CREATE ROLE chief_owner NOLOGIN; GRANT chief_owner TO CURRENT_USER WITH INHERIT TRUE, SET TRUE;
      GRANT USAGE, CREATE ON SCHEMA public TO chief_owner`);
    await client.query(`GRANT CREATE ON DATABASE ${postgres.instance.database} TO chief_owner`);
    const role = { role: 'chief_owner' };
    try {
      await up(client, setOf(three), role);
      expect(await up(client, setOf(three), role)).toMatchObject({ applied: [], before: 3 });
      const owners = await client.query(
        "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'plinth')",
      );
      expect(owners.rows).toEqual([{ tableowner: 'chief_owner' }]);
      expect((await client.query('SELECT current_user = session_user AS same')).rows).toEqual([{ same: true }]);
      expect((await client.query('SELECT DISTINCT applied_by FROM plinth.migrations')).rows).toEqual([
        { applied_by: postgres.instance.master.user },
      ]);
      await down(client, setOf(three), '0', role);
      expect(await tables(client)).toEqual([]);
    } finally {
      await client.query('DROP OWNED BY chief_owner; DROP ROLE chief_owner');
    }
    expect(await messageOf(up(client, setOf(three), { role: 'nobody_owner' }))).toBe(
      'The role "nobody_owner" that is to own the migrations does not exist.',
    );
  }));

test('down undoes the newest, or down to a version; up again makes the same', () =>
  using(async (client) => {
    await up(client, setOf(three));
    expect((await down(client, setOf(three), undefined)).undone.map(({ id }) => id)).toEqual(['3_c']);
    expect(await tables(client)).toEqual(['a', 'b']);
    await up(client, setOf(three));
    expect((await down(client, setOf(three), '1')).undone.map(({ id }) => id)).toEqual(['3_c', '2_b']);
    expect(await ledgerIds(client)).toEqual(['1_a']);
    expect((await up(client, setOf(three))).applied).toHaveLength(2);
    const set = setOf(without('1_a.down.sql'));
    expect(await messageOf(down(client, set, '0'))).toBe(
      'sql/migrations/1_a.sql has no undo: there is no sql/migrations/1_a.down.sql.',
    );
    expect(await tables(client)).toEqual(['a', 'b', 'c']);
    expect(await messageOf(down(client, set, '9'))).toContain('"9" is not an applied version');
    const failing = setOf({ ...three, '3_c.down.sql': 'DROP TABLE c; DROP TABLE nope;' });
    expect(await messageOf(down(client, failing, undefined))).toContain(
      'sql/migrations/3_c.down.sql:1:15: table "nope" does not exist',
    );
    expect(await ledgerIds(client)).toEqual(['1_a', '2_b', '3_c']);
  }));

test('stamp marks without running, status tells every state, verify says what is wrong', () =>
  using(async (client) => {
    expect(await stamp(client, setOf(three), '2')).toEqual({ stamped: ['1_a', '2_b'] });
    expect(await stamp(client, setOf(three), '2_b')).toEqual({ stamped: [] });
    expect(await tables(client)).toEqual([]);
    const set = setOf({ ...three, '1_a.sql': 'SELECT 1;' });
    expect((await status(client, set)).map(({ id, state, how }) => ({ id, state, how }))).toEqual([
      { id: '1_a', state: 'edited', how: 'stamp' },
      { id: '2_b', state: 'applied', how: 'stamp' },
      { id: '3_c', state: 'pending', how: undefined },
    ]);
    const { ok, problems } = await verify(client, set);
    expect({ ok, count: problems.length, last: problems.at(-1) }).toEqual({
      ok: false,
      count: 2,
      last: 'sql/migrations/3_c.sql is not applied.',
    });
    await up(client, setOf(three));
    expect(await verify(client, setOf(three))).toMatchObject({ ok: true, problems: [] });
  }));

test('a deadline stops between files, and says what is left', () =>
  using(async (client) => {
    let now = 0;
    const clock = { now: () => now, sleep: async () => undefined };
    const report = ({ event }: { event: string }) => {
      if (event === 'applied') now = 1_000;
    };
    expect(await up(client, setOf(three), { clock, until: 1_000, report })).toMatchObject({
      applied: [{ id: '1_a' }],
      left: ['2_b', '3_c'],
    });
    expect((await up(client, setOf(three))).applied).toHaveLength(2);
  }));

test('a ledger of the first format is brought to the present one, once, and keeps its entries', () =>
  using(async (client) => {
    await client.query(`CREATE SCHEMA plinth; ${formats[0]?.('plinth')}; UPDATE plinth.ledger SET format = 1`);
    const { checksum } = setOf(three).files[0] ?? {};
    await client.query(
      `INSERT INTO plinth.migrations (version, name, id, checksum, state, how) VALUES (1, 'a', '1_a', $1, 'applied', 'run')`,
      [checksum],
    );
    expect(await up(client, setOf(three))).toMatchObject({ before: 1 });
    expect(await up(client, setOf(three))).toMatchObject({ before: 3, applied: [] });
    expect((await client.query('SELECT format FROM plinth.ledger')).rows).toEqual([{ format: formats.length }]);
    expect((await client.query('SELECT snapshot_id FROM plinth.migrations')).rows).toHaveLength(3);
  }));

test('no output holds a password: neither of a file nor of a row', () =>
  using(async (client) => {
    const events: string[] = [];
    const set = setOf({
      '1_a.sql': "CREATE TABLE a (password text PRIMARY KEY);\nINSERT INTO a VALUES ('hunter2');",
      '2_b.sql': "-- plinth: allow manage-role\nCREATE ROLE pg_x PASSWORD 'hunter2';",
      '3_c.sql': "INSERT INTO a VALUES ('hunter2');",
    });
    const policy = { 'manage-role': 'off' } as const;
    const report = (event: unknown) => events.push(JSON.stringify(event));
    const first = await messageOf(up(client, set, { report, lint: { policy } }));
    expect(first).toContain("CREATE ROLE pg_x PASSWORD '*******'".replace("'*******'", '*********'));
    const rest = setOf({ '1_a.sql': set.files[0]?.text ?? '', '3_c.sql': "INSERT INTO a\n  VALUES ('hunter2');" });
    const second = await messageOf(up(client, rest, { report }));
    expect(second).toContain('Key (password)=(…) already exists.');
    expect(`${first}${second}${events.join()}`).not.toContain('hunter2');
  }));

describe('a history of Prisma', () => {
  const files = {
    'migration_lock.toml': 'provider = "postgresql"',
    '20240101000000_init/migration.sql': 'CREATE TABLE a (id int);',
    '20240102000000_more/migration.sql': 'CREATE TABLE b (id int);',
    '20240103000000_new/migration.sql': 'CREATE TABLE c (id int);',
  };
  const history = async (client: Client, rows: readonly (readonly [string, string, boolean, boolean])[]) => {
    await client.query(`CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text,
      logs text, rolled_back_at timestamptz, started_at timestamptz DEFAULT clock_timestamp(), applied_steps_count int)`);
    for (const [name, text, finished, rolledBack] of rows) {
      await client.query(
        `INSERT INTO _prisma_migrations (migration_name, checksum, finished_at, rolled_back_at)
         VALUES ($1, $2, CASE WHEN $3 THEN now() END, CASE WHEN $4 THEN now() END)`,
        [name, createHash('sha256').update(text).digest('hex'), finished, rolledBack],
      );
    }
  };
  const [init, more] = [files['20240101000000_init/migration.sql'], files['20240102000000_more/migration.sql']];

  test('is taken over where it is clean: what it applied is not run again, and its table stays', () =>
    using(async (client) => {
      await history(client, [
        ['20240101000000_init', init, true, false],
        ['20240102000000_more', 'wrong', false, true],
        ['20240102000000_more', more.replaceAll('\n', '\r\n'), true, false],
      ]);
      const adopted = ['20240101000000_init', '20240102000000_more'];
      expect(await adoptPrisma(client, setOf(files))).toEqual({ adopted });
      expect(await adoptPrisma(client, setOf(files))).toEqual({ adopted: [] });
      expect((await up(client, setOf(files))).applied.map(({ id }) => id)).toEqual(['20240103000000_new']);
      expect((await client.query('SELECT FROM _prisma_migrations')).rowCount).toBe(3);
    }));

  test('is refused as a whole where a migration failed, was edited, or has no folder', () =>
    using(async (client) => {
      await history(client, [
        ['20240101000000_init', 'edited since', true, false],
        ['20240102000000_more', more, false, false],
        ['20231231000000_gone', 'x', true, false],
      ]);
      const message = await messageOf(adoptPrisma(client, setOf(files)));
      expect(message).toContain('Nothing was adopted, for 3 reasons:');
      expect(message).toContain('20240101000000_init/migration.sql was edited after Prisma applied it');
      expect(message).toContain('20240102000000_more failed or never finished under Prisma');
      expect(message).toContain('20231231000000_gone was applied by Prisma and its folder is missing');
      expect((await client.query("SELECT to_regclass('plinth.migrations') AS t")).rows).toEqual([{ t: null }]);
    }));
});

test('a run that has nothing to do asks one question and parses nothing, with a thousand files applied', () =>
  using(async (client) => {
    // Text that no parser takes: whoever looked at it would complain.
    const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${i + 1}_x.sql`, `NOT SQL ${i}`]));
    const set = setOf(files);
    await stamp(client, set, '1000');
    const query = jest.spyOn(client, 'query');
    expect(await up(client, set)).toMatchObject({ applied: [], before: 1_000 });
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  }));
