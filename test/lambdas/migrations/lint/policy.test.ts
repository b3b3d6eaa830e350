import { policyRules } from '../../../../lambdas/migrations/lint';
import { before, lint, lintFile } from '../helpers';

type Case = [rule: string, bad: string, place: string, message: string, good: string];

const cases: Case[] = [
  [
    'drop-table',
    'DROP TABLE IF EXISTS public.t;',
    '1:22 error',
    'DROP TABLE loses "t" with all its rows.',
    'CREATE TABLE x (); DROP TABLE x;',
  ],
  [
    'drop-column',
    'ALTER TABLE t ALTER a SET DEFAULT 1, DROP s;',
    '1:38 error',
    'DROP COLUMN loses "s" of "t" in every row.',
    'CREATE TABLE x (a int, b int); ALTER TABLE x DROP b;',
  ],
  ['drop-schema', 'DROP SCHEMA s;', '1:13 error', 'DROP SCHEMA removes "s".', 'CREATE SCHEMA s;'],
  [
    'drop-database',
    '-- plinth: no-transaction\nDROP DATABASE d;',
    '2:1 error',
    'DROP DATABASE loses "d" with all that it holds.',
    'SELECT 1;',
  ],
  [
    'drop-cascade',
    'DROP VIEW v CASCADE;',
    '1:13 error',
    'CASCADE also drops objects that this file does not name.',
    'DROP VIEW v;',
  ],
  ['truncate', 'TRUNCATE TABLE t;', '1:16 error', 'TRUNCATE empties "t".', 'CREATE TABLE x (); TRUNCATE x;'],
  [
    'truncate-cascade',
    'TRUNCATE t CASCADE;',
    '1:10 error',
    'TRUNCATE … CASCADE empties "t" and every table that refers to it, and so on from there.',
    'CREATE TABLE x (); TRUNCATE x CASCADE;',
  ],
  [
    'update-without-where',
    'UPDATE t SET a = 1;',
    '1:8 warn',
    'UPDATE without WHERE changes every row of "t", and locks them until the file ends.',
    'UPDATE t SET a = 1 WHERE id = 2;',
  ],
  [
    'delete-without-where',
    'DELETE FROM t;',
    '1:13 error',
    'DELETE without WHERE removes every row of "t".',
    'DELETE FROM t WHERE id = 2;',
  ],
  [
    'disable-trigger',
    'ALTER TABLE t DISABLE TRIGGER ALL;',
    '1:15 error',
    'DISABLE TRIGGER ALL on "t" switches off what guards its rows, for every session.',
    'ALTER TABLE t ENABLE TRIGGER ALL;',
  ],
  [
    'change-column-type',
    'ALTER TABLE t ALTER a TYPE bigint;',
    '1:15 error',
    'Changing "a" of "t" from integer to bigint may write the whole table anew while nobody can read it.',
    'ALTER TABLE t ALTER s TYPE text;',
  ],
  [
    'add-required-column',
    'ALTER TABLE t ADD x int DEFAULT 1, ADD COLUMN y int CONSTRAINT q NOT NULL;',
    '1:36 error',
    '"y" is NOT NULL without a default: it fails as soon as "t" has a row.',
    'ALTER TABLE t ADD x int NOT NULL DEFAULT 1;',
  ],
  [
    'set-not-null',
    'ALTER TABLE t ALTER a SET NOT NULL;',
    '1:15 warn',
    'SET NOT NULL on "a" reads all of "t" while nobody can read or write it.',
    'ALTER TABLE t ALTER a DROP NOT NULL;',
  ],
  [
    'volatile-default',
    'ALTER TABLE t ADD x uuid DEFAULT gen_random_uuid();',
    '1:15 error',
    '"x" gets another value in each row from the default gen_random_uuid(), so all of "t" is written anew while nobody can read it.',
    'ALTER TABLE t ADD x timestamptz DEFAULT now();',
  ],
  [
    'index-without-concurrently',
    'CREATE INDEX i ON t (a);',
    '1:19 warn',
    'CREATE INDEX without CONCURRENTLY stops all writes to "t" until it is done.',
    'CREATE TABLE x (a int); CREATE INDEX i ON x (a);',
  ],
  [
    'add-foreign-key',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id);',
    '1:15 warn',
    'The foreign key looks through all of "t" while nobody can write to it or to "u".',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id) NOT VALID;',
  ],
  [
    'add-check',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);',
    '1:15 warn',
    'The check looks through all of "t" while nobody can read or write it.',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;',
  ],
  [
    'add-unique',
    'ALTER TABLE t ADD UNIQUE (a);',
    '1:15 warn',
    'UNIQUE builds an index on "t" while nobody can read or write it.',
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i;',
  ],
  [
    'validate-in-same-file',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;',
    '2:15 warn',
    '"c" is validated in the transaction that added it, which still keeps everybody from writing to "t".',
    'ALTER TABLE t VALIDATE CONSTRAINT c;',
  ],
  [
    'vacuum-full',
    '-- plinth: no-transaction\nVACUUM (FULL) t;',
    '2:1 error',
    'VACUUM FULL writes the whole table anew while nobody can read it.',
    '-- plinth: no-transaction\nVACUUM t;',
  ],
  [
    'rename-table',
    'ALTER TABLE t RENAME TO x;',
    '1:13 error',
    'From the rename of "t" to "x" on, code that is still running finds no "t".',
    'ALTER INDEX i RENAME TO j;',
  ],
  [
    'rename-column',
    'ALTER TABLE t RENAME a TO b;',
    '1:13 error',
    'From the rename of "a" of "t" to "b" on, code that is still running fails.',
    'ALTER TABLE t RENAME CONSTRAINT a TO b;',
  ],
  [
    'grant-to-public',
    'GRANT SELECT ON t TO PUBLIC;',
    '1:22 error',
    'PUBLIC is every role that there is and will be.',
    'REVOKE ALL ON t FROM PUBLIC;',
  ],
  [
    'manage-role',
    'CREATE ROLE r;',
    '1:1 error',
    'CREATE ROLE changes roles, which belong to the whole server and not to this schema.',
    'GRANT SELECT ON t TO r;',
  ],
  [
    'set-role',
    'SET ROLE r;',
    '1:1 error',
    'This changes the role of the session, so what follows runs as somebody else.',
    "SET LOCAL work_mem = '1GB';",
  ],
  [
    'search-path',
    "SELECT pg_catalog.set_config('search_path', '', false);",
    '1:1 warn',
    'The search_path that is set here holds beyond this file.',
    'SET LOCAL search_path = a;',
  ],
  [
    'create-extension',
    'CREATE EXTENSION vector;',
    '1:1 warn',
    'The extension "vector" is created here, where its version is nobody\'s decision.',
    'COMMENT ON EXTENSION vector IS NULL;',
  ],
  [
    'security-definer',
    'CREATE FUNCTION s.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;',
    '1:1 error',
    '"s.f" runs with its owner\'s rights and finds its objects by the caller\'s search_path, which the caller can bend.',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT 1 $$;',
  ],
  [
    'timestamp-without-time-zone',
    'CREATE TABLE x (\n  a timestamp\n);',
    '2:3 error',
    '"a" is a timestamp that does not say which instant it means.',
    'CREATE TABLE x (a timestamptz);',
  ],
];

// Off unless a project wants it.
const settings = (rule: string) =>
  rule === 'timestamp-without-time-zone' ? { policy: { [rule]: 'error' as const } } : {};

describe.each(cases)('%s', (rule, bad, place, message, good) => {
  it('finds it, and says where and why', async () => {
    const [position, level] = place.split(' ');
    expect(await lintFile(bad, settings(rule))).toEqual([`2_x.sql:${position}: ${level} ${rule}: ${message}`]);
  });

  it('leaves the other way alone', async () => {
    expect(await lintFile(good, settings(rule))).toEqual([]);
  });

  it('is silent where the line above allows it, or the policy is off', async () => {
    const lines = bad.split('\n');
    const last = [...lines.slice(0, -1), `-- plinth: allow ${rule}`, lines.at(-1)].join('\n');
    const allowed = lines.length === 3 ? `-- plinth: allow ${rule}\n${bad}` : last;
    expect(await lintFile(allowed, settings(rule))).toEqual([]);
    expect(await lintFile(bad, { policy: { [rule]: 'off' } })).toEqual([]);
  });
});

it('has a case for every rule that a policy can set', () => {
  expect(cases.map(([rule]) => rule).sort()).toEqual([...policyRules].sort());
});

describe('more of what is found', () => {
  it.each([
    ['ALTER TABLE t ADD x bigserial', 'volatile-default'],
    ['ALTER TABLE t ADD x int GENERATED ALWAYS AS IDENTITY', 'volatile-default'],
    ['ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) STORED', 'volatile-default'],
    ["ALTER TABLE t ADD x int DEFAULT nextval('q')", 'volatile-default'],
    ['ALTER TABLE t ADD x int UNIQUE', 'add-unique'],
    ['ALTER TABLE t ADD x int CHECK (x > 1)', 'add-check'],
    ['ALTER TABLE t ADD x int DEFAULT 1 REFERENCES u', 'add-foreign-key'],
    ['ALTER TABLE t DROP a CASCADE', 'drop-column', 'drop-cascade'],
    ['REINDEX TABLE t', 'index-without-concurrently'],
    ['CLUSTER t USING i', 'vacuum-full'],
    ['ALTER ROLE r SET work_mem = 1', 'manage-role'],
    ['GRANT a TO b', 'manage-role'],
    ['SET SESSION AUTHORIZATION r', 'set-role'],
    ['RESET ALL', 'set-role'],
    ['SET search_path = a', 'search-path'],
    ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC', 'grant-to-public'],
    ['ALTER TABLE t DISABLE ROW LEVEL SECURITY', 'disable-trigger'],
  ])('%s', async (sql, ...rules) => {
    const found = (await lintFile(`${sql};`)).map((line) => /: (?:error|warn) ([^:]+):/.exec(line)?.[1]);
    expect(found).toEqual(rules);
  });
});

describe('the type that a column had', () => {
  it.each([
    ['through renames', 'ALTER TABLE t RENAME s TO r; ALTER TABLE t RENAME TO w;', 'ALTER TABLE w ALTER r TYPE text;'],
    [
      'through an earlier change',
      'ALTER TABLE t ALTER s TYPE varchar(30);',
      'ALTER TABLE t ALTER s TYPE varchar(20);',
      1,
    ],
    ['of an added column', 'ALTER TABLE t ADD z varchar(5);', 'ALTER TABLE t ALTER z TYPE text;'],
    ['no longer, once the column is gone', 'ALTER TABLE t DROP s;', 'ALTER TABLE t ALTER s TYPE text;', 1],
  ])('is known from other files, %s', async (_, first, then, findings = 0) => {
    const all = await lint({ '1_before.sql': before, '2_x.sql': first, '3_x.sql': then });
    expect(all.filter((line) => line.startsWith('3_x.sql'))).toHaveLength(findings);
  });
});

describe('SET NOT NULL', () => {
  const check = 'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;';
  const validate = 'ALTER TABLE t VALIDATE CONSTRAINT c;';
  const set = 'ALTER TABLE t ALTER a SET NOT NULL;';

  it('is quick after a validated check, from whichever file', async () => {
    expect(await lint({ '1_before.sql': before, '2_x.sql': check, '3_x.sql': validate + set })).toEqual([]);
  });

  it('is not, after one that was not validated', async () => {
    expect(await lint({ '1_before.sql': before, '2_x.sql': check, '3_x.sql': set })).toHaveLength(1);
  });
});

describe('a policy', () => {
  it('sets a level by name', async () => {
    expect(await lintFile('DROP TABLE t;', { policy: { 'drop-table': 'warn' } })).toEqual([
      '2_x.sql:1:12: warn drop-table: DROP TABLE loses "t" with all its rows.',
    ]);
  });

  it('is refused with every reason at once, and the nearest name', async () => {
    const from = 'v2';
    const policy = { 'drop-tabel': 'off', 'syntax-error': 'off', truncate: 'fatal' as 'off' } as const;
    await expect(lintFile('SELECT 1', { policy, from })).rejects.toThrow(
      [
        'There is no lint rule "drop-tabel"; did you mean "drop-table"?',
        'The lint rule "syntax-error" always holds and takes no level.',
        'The lint rule "truncate" is set to "fatal"; allowed are off, warn, error.',
        'The lint holds from version "v2"; a version is 1 to 18 digits.',
      ].join('\n'),
    );
  });

  it('does not reach back before the version from which it holds', async () => {
    const files = { '1_before.sql': before, '2_x.sql': 'DROP TABLE t;', '3_x.sql': 'DROP TABLE u;' };
    expect(await lint(files, { from: '02' })).toEqual([
      '3_x.sql:1:12: error drop-table: DROP TABLE loses "u" with all its rows.',
    ]);
  });

  it('only warns in a Prisma folder, unless it names the rule', async () => {
    const files = { '1_x/migration.sql': 'DROP TABLE t; TRUNCATE u;' };
    expect(await lint(files, { policy: { truncate: 'error' } })).toEqual([
      '1_x/migration.sql:1:12: warn drop-table: DROP TABLE loses "t" with all its rows.',
      '1_x/migration.sql:1:24: error truncate: TRUNCATE empties "u".',
    ]);
  });
});
