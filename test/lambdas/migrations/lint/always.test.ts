import { analyse, formatFinding } from '../../../../lambdas/migrations/analyse';
import { loadMigrations } from '../../../../lambdas/migrations/files';
import { bundle, lint } from '../helpers';

type Case = [sql: string, finding: string];
const at = (place: string, rule: string, message: string) => `1_x.sql:${place}: error ${rule}: ${message}`;
const wrapped = 'cannot stand here: the file already runs in a transaction of its own.';
const none = '-- plinth: no-transaction\n';

const bad: Case[] = [
  ['SELECT 1;\nSELEC 2;', at('2:1', 'syntax-error', 'syntax error at or near "SELEC".')],
  ["SELECT 'äöü😀', 1 FROM WHERE;", at('1:23', 'syntax-error', 'syntax error at or near "WHERE".')],
  ["SELECT 1;\nSELECT 'open", at('2:8', 'syntax-error', 'unterminated quoted string at or near "\'open".')],
  ['SELECT :id;', at('1:8', 'syntax-error', 'syntax error at or near ":".')],
  ['SELECT 1;\n  BEGIN;', at('2:3', 'transaction-control', `BEGIN ${wrapped}`)],
  ['commit work;', at('1:1', 'transaction-control', `COMMIT ${wrapped}`)],
  ['END;', at('1:1', 'transaction-control', `END ${wrapped}`)],
  ['ROLLBACK;', at('1:1', 'transaction-control', `ROLLBACK ${wrapped}`)],
  ['ABORT;', at('1:1', 'transaction-control', `ABORT ${wrapped}`)],
  ['SAVEPOINT a;', at('1:1', 'transaction-control', `SAVEPOINT ${wrapped}`)],
  ["PREPARE TRANSACTION 'a';", at('1:1', 'transaction-control', `PREPARE TRANSACTION ${wrapped}`)],
  ["COMMIT PREPARED 'a';", at('1:1', 'transaction-control', `COMMIT PREPARED ${wrapped}`)],
  [`${none}BEGIN;\nSELECT 1;`, at('2:1', 'transaction-control', 'BEGIN cannot stand here: no COMMIT follows it.')],
  [`${none}SELECT 1; COMMIT;`, at('2:11', 'transaction-control', 'COMMIT cannot stand here: no BEGIN precedes it.')],
  [
    `${none}ROLLBACK;`,
    at('2:1', 'transaction-control', 'ROLLBACK cannot stand here: only whole BEGIN … COMMIT blocks may stand here.'),
  ],
  ...(
    [
      ['DROP INDEX CONCURRENTLY i', 'DROP INDEX CONCURRENTLY'],
      ['REINDEX (CONCURRENTLY) INDEX i', 'REINDEX CONCURRENTLY'],
      ['REINDEX DATABASE d', 'REINDEX of many tables'],
      ['ALTER TABLE p DETACH PARTITION q CONCURRENTLY', 'DETACH PARTITION CONCURRENTLY'],
      ['VACUUM t', 'VACUUM'],
      ['CREATE DATABASE d', 'CREATE DATABASE'],
      ['ALTER DATABASE d SET TABLESPACE s', 'ALTER DATABASE … SET TABLESPACE'],
      ['DROP TABLESPACE s', 'DROP TABLESPACE'],
      ["CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", 'CREATE SUBSCRIPTION'],
      ['DROP SUBSCRIPTION s', 'DROP SUBSCRIPTION'],
    ] as const
  ).map(
    ([sql, command]): Case => [
      sql,
      at('1:1', 'needs-no-transaction', `PostgreSQL refuses ${command} inside a transaction.`),
    ],
  ),
  [
    `${none}BEGIN;\nVACUUM t;\nCOMMIT;`,
    at('3:1', 'needs-no-transaction', 'PostgreSQL refuses VACUUM inside a transaction.'),
  ],
  [
    `${none}ALTER SYSTEM SET work_mem = '1GB';`,
    at('2:1', 'server-wide', 'ALTER SYSTEM reaches beyond the database, and RDS lets nobody do it.'),
  ],
  [
    "COPY t FROM '/etc/passwd';",
    at('1:1', 'server-wide', 'COPY with a file of the server reaches beyond the database, and RDS lets nobody do it.'),
  ],
  [
    "COPY t TO PROGRAM 'x';",
    at('1:1', 'server-wide', 'COPY … PROGRAM reaches beyond the database, and RDS lets nobody do it.'),
  ],
  [
    'COPY t FROM stdin;\n1\n\\.\nSELECT 1;',
    at('1:1', 'copy-stream', 'COPY FROM STDIN needs a client that sends or takes the rows, and a migration has none.'),
  ],
  [
    'COPY t TO STDOUT;',
    at('1:1', 'copy-stream', 'COPY TO STDOUT needs a client that sends or takes the rows, and a migration has none.'),
  ],
  ['\\i other.sql', at('1:1', 'psql-command', '"\\i" is a command of psql, which does not run here.')],
  ['SELECT 1;\n \\connect x', at('2:2', 'psql-command', '"\\connect" is a command of psql, which does not run here.')],
  [
    'SET standard_conforming_strings = off;',
    at(
      '1:1',
      'nonstandard-strings',
      'With standard_conforming_strings off, the rest of the file would mean something else than was checked.',
    ),
  ],
];

const good: string[] = [
  `${none}BEGIN;\nSELECT 1;\nCOMMIT;\nCREATE INDEX CONCURRENTLY i ON t (a);`,
  `${none}VACUUM t;`,
  'REFRESH MATERIALIZED VIEW CONCURRENTLY v;',
  'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;',
  'DO $$ BEGIN PERFORM 1; END $$;',
  "SELECT '\\i other.sql';",
  'ANALYZE t;',
  'SET standard_conforming_strings = on;',
];

describe('the rules that always hold', () => {
  it.each(bad)('refuse %j', async (sql, finding) => {
    expect(await lint({ '1_x.sql': sql })).toEqual([finding]);
  });

  it.each(good)('leave alone %j', async (sql) => {
    expect(await lint({ '1_x.sql': sql })).toEqual([]);
  });

  it('cannot be allowed', async () => {
    expect(await lint({ '1_x.sql': '-- plinth: allow transaction-control\nBEGIN;' })).toEqual([
      at('1:1', 'directive', 'unknown rule "transaction-control".'),
      at('2:1', 'transaction-control', `BEGIN ${wrapped}`),
    ]);
  });

  it('show the line, a caret and what to do', async () => {
    const [finding] = await analyse(loadMigrations(bundle({ '1_x.sql': 'SELECT 1;\n\tCOMMIT;' })));
    expect(finding && formatFinding(finding)).toBe(
      [
        `1_x.sql:2:2: error transaction-control: COMMIT ${wrapped}`,
        '  2 | \tCOMMIT;',
        '    | \t^',
        '  help: Remove it, and its partner. A file that has to commit in the middle begins with "-- plinth: no-transaction".',
      ].join('\n'),
    );
  });

  it('hold for an undo too, which the policy does not judge', async () => {
    const files = { '1_x.sql': 'CREATE TABLE x (a int)', '1_x.down.sql': 'DROP TABLE x;\nCOMMIT;' };
    expect(await lint(files)).toEqual([`1_x.down.sql:2:1: error transaction-control: COMMIT ${wrapped}`]);
  });
});

describe('a Prisma folder', () => {
  const prisma = (sql: string) => lint({ '1_x/migration.sql': sql });

  it('may have the BEGIN and COMMIT that Prisma writes', async () => {
    expect(await prisma('BEGIN;\nSELECT 1;\nCOMMIT;')).toEqual([]);
  });

  it('may not have half of it', async () => {
    expect(await prisma('BEGIN;\nSELECT 1;')).toEqual([
      '1_x/migration.sql:1:1: error transaction-control: BEGIN cannot stand here: no COMMIT follows it.',
    ]);
  });

  it('may have what needs no transaction without a header, which Prisma does not know', async () => {
    expect(await prisma('CREATE INDEX CONCURRENTLY i ON t (a);')).toEqual([]);
  });
});
