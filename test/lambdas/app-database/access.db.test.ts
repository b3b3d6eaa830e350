import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { scramVerifier } from '../../../lambdas/shared/scram';
import { usePostgres } from '../../support/postgres';
import { inputOf, opener, run, soon } from './helpers';

const postgres = usePostgres();
const open = opener(postgres);
const password = 'one-password-for-all-of-them-1234';
const verifier = scramVerifier(password);
const verifiers = { app: verifier, readonly: verifier, migrator: verifier };

const tables = (name: string) => [
  `CREATE TABLE ${name} (id serial PRIMARY KEY, note text, parent int)`,
  `INSERT INTO ${name} (note) VALUES ('first')`,
  `CREATE VIEW ${name}_seen AS SELECT id, note FROM ${name}`,
  `CREATE FUNCTION ${name}_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM ${name}'`,
  `CREATE FUNCTION ${name}_purge() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM ${name}'`,
  `REVOKE ALL ON FUNCTION ${name}_purge() FROM PUBLIC`,
  `CREATE TYPE ${name}_mood AS ENUM ('good')`,
];

type Verdicts = Readonly<Record<'readWrite' | 'insertSelect' | 'readonly' | 'migrator', string>>;
const verdicts = (line: string): Verdicts => {
  const [readWrite = '', insertSelect = '', readonly = '', migrator = ''] = line.trim().split(/\s+/);
  return { readWrite, insertSelect, readonly, migrator };
};

// What each may do to a table of the application; X stands for the table. A refusal is SQLSTATE 42501.
const rules: readonly (readonly [string, Verdicts])[] = [
  //                                                   readWrite insertSelect readonly migrator
  ['SELECT note FROM X', verdicts('                    may       may          may      may')],
  ['SELECT note FROM X_seen', verdicts('               may       may          may      may')],
  ['SELECT X_count()', verdicts('                      may       may          may      may')],
  ["INSERT INTO X (note) VALUES ('n')", verdicts('     may       may          42501    may')],
  ["UPDATE X SET note = 'u'", verdicts('               may       42501        42501    may')],
  ['DELETE FROM X WHERE id = 99', verdicts('           may       42501        42501    may')],
  ['SELECT note FROM X FOR UPDATE', verdicts('         may       42501        42501    may')],
  [
    "INSERT INTO X (id, note) VALUES (1, 'n') ON CONFLICT (id) DO UPDATE SET note = 'u'",
    verdicts('                                         may       42501        42501    may'),
  ],
  ['TRUNCATE X', verdicts('                            42501     42501        42501    may')],
  ["SELECT setval('X_id_seq', 50)", verdicts('         42501     42501        42501    may')],
  ['ALTER TABLE X ADD COLUMN more int', verdicts('     42501     42501        42501    may')],
  ['DROP TABLE X CASCADE', verdicts('                  42501     42501        42501    may')],
  ['CREATE INDEX ON X (note)', verdicts('              42501     42501        42501    may')],
  ["COMMENT ON TABLE X IS 'mine'", verdicts('           42501     42501        42501    may')],
  ['CREATE TABLE mine (id int)', verdicts('            42501     42501        42501    may')],
  ['CREATE TEMP TABLE mine (id int)', verdicts('       42501     42501        42501    may')],
  ['CREATE SCHEMA mine', verdicts('                    42501     42501        42501    may')],
  ['CREATE ROLE mine', verdicts('                      42501     42501        42501    42501')],
  ['SET ROLE access_owner', verdicts('                 42501     42501        42501    may')],
];

async function verdict(statement: string, user: string): Promise<string> {
  return postgres.withClient(
    async (client) => {
      await client.query('BEGIN');
      try {
        await client.query(statement);
        return 'may';
      } catch (error) {
        return (error as { code: string }).code;
      } finally {
        await client.query('ROLLBACK');
      }
    },
    { user, password, database: 'access' },
  );
}

/** All statements in one session, each undone: a session for each would take minutes on the embedded server. */
async function verdictsFor(user: string, column: keyof Verdicts, table: string) {
  const found: [string, string][] = [];
  const expected: [string, string][] = [];
  await postgres.withClient(
    async (client) => {
      for (const [statement, allowed] of rules) {
        await client.query('BEGIN');
        const told = await client.query(statement.replace(/\bX/g, table)).then(
          () => 'may',
          (error: { code: string }) => error.code,
        );
        await client.query('ROLLBACK');
        found.push([statement, told]);
        expected.push([statement, allowed[column]]);
      }
    },
    { user, password, database: 'access' },
  );
  expect(found).toEqual(expected);
}

beforeAll(async () => {
  // A table from before the roles were: made by the admin user, with rights for everyone.
  await postgres.withClient((client) => run(client, 'CREATE DATABASE access'));
  await postgres.withClient((client) => run(client, ...tables('early'), 'GRANT ALL ON early TO PUBLIC'), {
    database: 'access',
  });
  await ensureAppDatabase(open, { ...inputOf('access'), verifiers }, soon());
  // And one from after them, as a migration makes it.
  await postgres.withClient((client) => run(client, 'SET ROLE access_owner', ...tables('late')), {
    ...{ user: 'access_migrator', password, database: 'access' },
  });
});

for (const table of ['early', 'late']) {
  test(`readWrite, readonly and migrator on a table made ${table}`, async () => {
    await verdictsFor('access_user', 'readWrite', table);
    await verdictsFor('access_readonly', 'readonly', table);
    if (table === 'late') await verdictsFor('access_migrator', 'migrator', table);
  });
}

test('nobody but the owner calls a SECURITY DEFINER function that its author closed, and a run leaves it so', async () => {
  expect(await verdict('SELECT early_purge()', 'access_user')).toBe('42501');
});

test('insertSelect takes the rest away, on tables that are there and on those of tomorrow, column rights too', async () => {
  await postgres.withClient(
    (client) => run(client, 'SET ROLE access_owner', 'GRANT UPDATE (note), REFERENCES (id) ON late TO access_user'),
    { database: 'access' },
  );
  const { summary } = await ensureAppDatabase(open, inputOf('access', { grants: 'insertSelect' }), soon());
  expect(summary).toEqual(
    expect.arrayContaining([
      'New tables of access_owner in public: no DELETE, UPDATE for access_user.',
      expect.stringMatching(
        /^Role access_user: may no longer DELETE, REFERENCES, UPDATE on 1 table \(public\.late\)\.$/,
      ),
    ]),
  );
  await postgres.withClient((client) => run(client, 'SET ROLE access_owner', ...tables('tomorrow')), {
    database: 'access',
  });
  for (const table of ['early', 'late', 'tomorrow']) await verdictsFor('access_user', 'insertSelect', table);
  expect((await ensureAppDatabase(open, inputOf('access', { grants: 'insertSelect' }), soon())).changes).toEqual([]);
});

test('a table of somebody else is named, for a migration could not alter it', async () => {
  const { warnings } = await ensureAppDatabase(open, inputOf('access', { grants: 'insertSelect' }), soon());
  expect(warnings).toEqual([
    expect.stringMatching(
      /^\w+ owns 5 objects \(.*public\.early.*\); migrations run as access_owner and cannot alter them\.$/,
    ),
  ]);
});
