import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { scramVerifier } from '../../../lambdas/shared/scram';
import { sqlState, testNeeding, usePostgres } from '../../support/postgres';
import { inputOf, opener, run, soon } from './helpers';

// Nothing else may write, so that "no transaction took an id" says that nothing was written.
const postgres = usePostgres({ parameters: { autovacuum: 'off' } });
const open = opener(postgres);

const ensure = (input: Parameters<typeof ensureAppDatabase>[1]) => ensureAppDatabase(open, input, soon());

async function nextTransaction(): Promise<string> {
  return postgres.withClient(async (client) => {
    const { rows } = await client.query<{ id: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS id');
    return rows[0]?.id ?? '';
  });
}

test('the first run makes the roles and the database, says so, and the second writes not one row', async () => {
  const first = await ensure(inputOf('twice'));
  expect(first.created).toBe(true);
  expect(first.warnings).toEqual([]);
  expect(first.summary).toEqual(
    expect.arrayContaining([
      'Role twice_owner: created (may not log in).',
      'Role twice_user: created (may log in, 10 connections).',
      'Role twice_migrator: member of twice_owner.',
      'Database twice: created, owned by twice_owner.',
      'Database twice: TEMPORARY, CONNECT taken from PUBLIC.',
      'Database twice: twice_user may connect.',
      'Role twice_user: statement_timeout unset -> 30s.',
      'Role twice_user: search_path unset -> public.',
      'New tables of twice_owner in public: SELECT, INSERT, UPDATE, DELETE for twice_user.',
      'Schema public: twice_user may look into it.',
    ]),
  );
  const before = await nextTransaction();
  const second = await ensure(inputOf('twice'));
  expect(second).toEqual({
    ...{ database: 'twice', created: false, changes: [], warnings: [] },
    summary: ['Nothing changed: the roles and the database twice are as declared.'],
  });
  expect(await nextTransaction()).toBe(before);
});

test('a database that the instance was created with is taken over, with its UTF8 and its owner checked', async () => {
  const result = await ensure({ ...inputOf('given'), database: { name: 'app' } });
  expect(result.created).toBe(false);
  expect(result.summary).toContain(`Database app: owner ${postgres.instance.master.user} -> given_owner.`);
});

test('a changed setting changes just that', async () => {
  await ensure(inputOf('setting'));
  const changed = await ensure(
    inputOf('setting', {
      connectionLimit: 'unlimited',
      statementTimeout: '5s',
      searchPath: ['public', 'Über'],
      grants: 'insertSelect',
    }),
  );
  expect(changed.summary.slice(0, 3)).toEqual([
    'Role setting_user: connection limit 10 -> unlimited.',
    'Role setting_user: statement_timeout 30s -> 5s.',
    'Role setting_user: search_path public -> public, "Über".',
  ]);
  expect(changed.summary).toContain('Schema Über: created, owned by setting_owner.');
  expect(changed.summary).toContain('New tables of setting_owner in public: no DELETE, UPDATE for setting_user.');
  const again = await ensure(
    inputOf('setting', {
      connectionLimit: 'unlimited',
      statementTimeout: '5s',
      searchPath: ['public', 'Über'],
      grants: 'insertSelect',
    }),
  );
  expect(again.changes).toEqual([]);
});

test('roles that exist with other attributes are brought to what is declared, each change reported', async () => {
  await postgres.withClient((client) =>
    run(
      client,
      "CREATE ROLE other_user NOLOGIN CREATEDB CREATEROLE NOINHERIT CONNECTION LIMIT 3 VALID UNTIL '2020-01-01 00:00+00'",
      'CREATE ROLE other_owner LOGIN CREATEDB',
      'CREATE ROLE other_migrator',
      'CREATE ROLE bystander',
      'GRANT bystander TO other_user',
      'GRANT other_owner TO other_migrator WITH ADMIN OPTION',
      "ALTER ROLE other_user SET work_mem = '1GB'",
    ),
  );
  const { summary } = await ensure(inputOf('other'));
  expect(summary).toEqual(
    expect.arrayContaining([
      'Role other_owner: may no longer log in.',
      'Role other_owner: may no longer create databases.',
      'Role other_user: may log in now.',
      'Role other_user: may no longer create databases.',
      'Role other_user: may no longer create roles.',
      'Role other_user: inherits from the roles it is a member of.',
      'Role other_user: connection limit 3 -> 10.',
      expect.stringMatching(/^Role other_user: its password no longer expires \(it did on 2020-01-01/),
      'Role other_user: no longer a member of bystander.',
      'Role other_user: work_mem = 1GB for all databases removed.',
      'Role other_migrator: may no longer grant other_owner to others.',
    ]),
  );
  expect((await ensure(inputOf('other'))).changes).toEqual([]);
});

testNeeding(
  ['vector'],
  postgres,
  "an extension's own setting of a role stays: it is for whoever declares the indexes",
  async () => {
    await ensure(inputOf('dotted'));
    const set = [
      'CREATE EXTENSION vector',
      "SELECT '[1]'::vector",
      'ALTER ROLE dotted_user IN DATABASE dotted SET hnsw.ef_search = 100',
    ];
    await postgres.withClient((client) => run(client, ...set), { database: 'dotted' });
    expect((await ensure(inputOf('dotted'))).changes).toEqual([]);
  },
);

test('a role that somebody else made is refused in a sentence that says what to do, and nothing is done', async () => {
  const verifier = scramVerifier('another-masters-password');
  const who = { user: 'another_master', password: 'another-masters-password', database: 'postgres' };
  await postgres.withClient((client) =>
    run(client, `CREATE ROLE another_master LOGIN CREATEROLE CREATEDB PASSWORD '${verifier}'`),
  );
  await postgres.withClient((client) => run(client, 'CREATE ROLE foreign_readonly'), who);
  const master = postgres.instance.master.user;
  await expect(ensure(inputOf('foreign'))).rejects.toThrow(
    `The role "foreign_readonly" exists and was not made by "${master}", so PostgreSQL does not let it be changed: take another name under roles, or have its maker run GRANT "foreign_readonly" TO "${master}" WITH ADMIN OPTION.`,
  );
  await postgres.withClient(async (client) => {
    const { rows } = await client.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'foreign%' ORDER BY 1");
    expect(rows).toEqual([{ rolname: 'foreign_readonly' }]);
  });
});

test('a verifier sets a password that logs in, and a run without one leaves it', async () => {
  const password = 'correct-horse-battery-staple-1234';
  const { summary } = await ensure({ ...inputOf('secret'), verifiers: { app: scramVerifier(password) } });
  expect(summary).toContain('Role secret_user: password set.');
  expect(JSON.stringify(summary)).not.toContain('SCRAM');
  await ensure(inputOf('secret'));
  const who = { user: 'secret_user', password, database: 'secret' };
  await postgres.withClient(async (client) => {
    const { rows } = await client.query(
      "SELECT current_user AS me, current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('search_path') AS path",
    );
    expect(rows).toEqual([{ me: 'secret_user', idle: '1min', path: 'public' }]);
  }, who);
  const elsewhere = { user: 'secret_user', password: 'wrong', database: 'secret' };
  expect(await sqlState(postgres.connect(elsewhere))).toBe('28P01');
});

test('anything but a verifier is refused before it is sent, and is not repeated', async () => {
  const input = { ...inputOf('plain'), verifiers: { app: 'hunter2-hunter2-hunter2' } };
  await expect(ensure(input)).rejects.toThrow('The verifier for the app role is not a SCRAM-SHA-256 verifier.');
});

test('what the migrator made in its own name is handed to the owner', async () => {
  await ensure(inputOf('stray'));
  await postgres.withClient(
    (client) => run(client, 'SET ROLE stray_migrator', 'CREATE TABLE made_by_hand (id serial PRIMARY KEY)'),
    { database: 'stray' },
  );
  const { summary } = await ensure(inputOf('stray'));
  expect(summary).toEqual(['Role stray_migrator: 2 objects handed to stray_owner.']);
  await postgres.withClient(
    async (client) => {
      const { rows } = await client.query("SELECT tableowner AS owner FROM pg_tables WHERE tablename = 'made_by_hand'");
      expect(rows).toEqual([{ owner: 'stray_owner' }]);
    },
    { database: 'stray' },
  );
});

test('a database in another encoding is refused, and its roles are not made', async () => {
  const make = "CREATE DATABASE latin ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
  await postgres.withClient((client) => run(client, make));
  await expect(ensure(inputOf('latin'))).rejects.toThrow(
    'The database "latin" exists with the encoding SQL_ASCII; it has to be UTF8, which only a new database can be.',
  );
  await postgres.withClient(async (client) => {
    expect((await client.query("SELECT FROM pg_roles WHERE rolname LIKE 'latin%'")).rowCount).toBe(0);
  });
});

test('a right that somebody else granted, and only they can revoke, is an error that names it', async () => {
  await ensure(inputOf('chained'));
  await postgres.withClient((client) => run(client, 'CREATE ROLE helper'));
  await postgres.withClient(
    (client) =>
      run(
        client,
        ...['GRANT helper TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', 'SET ROLE chained_owner'],
        ...['CREATE TABLE notes (id int)', 'GRANT USAGE ON SCHEMA public TO helper'],
        ...['GRANT UPDATE ON notes TO helper WITH GRANT OPTION', 'RESET ROLE', 'SET ROLE helper'],
        'GRANT UPDATE ON notes TO chained_readonly',
      ),
    { database: 'chained' },
  );
  await expect(ensure(inputOf('chained'))).rejects.toThrow(
    'PostgreSQL did not carry out what it accepted, because somebody else made or granted it: Role chained_readonly: may no longer UPDATE on 1 table (public.notes).',
  );
});

test('schemas that are not in a search path keep what was granted, but never more than the grants allow', async () => {
  await ensure(inputOf('aside'));
  const make = ['SET ROLE aside_owner', 'CREATE SCHEMA private', 'CREATE TABLE private.t (id int)'];
  const grants = [
    'GRANT SELECT, TRUNCATE ON private.t TO aside_user',
    'GRANT USAGE, CREATE ON SCHEMA private TO aside_user',
  ];
  await postgres.withClient((client) => run(client, ...make, ...grants), { database: 'aside' });
  expect((await ensure(inputOf('aside'))).summary).toEqual([
    'Schema private: CREATE taken from aside_user.',
    'Role aside_user: may no longer TRUNCATE on 1 table (private.t).',
  ]);
  expect((await ensure(inputOf('aside'))).changes).toEqual([]);
});
