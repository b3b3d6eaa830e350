import { loadModule, parseSync } from 'libpg-query';
import { split } from '../../../lambdas/migrations/sql/split';

/** The real parser's statements, each without the blanks and comments before it. */
function parsed(sql: string): string[] {
  const bytes = Buffer.from(sql);
  const statements: { stmt_location?: number; stmt_len?: number }[] = parseSync(sql).stmts;
  return statements.map(({ stmt_location = 0, stmt_len = 0 }) => {
    const end = stmt_len === 0 ? bytes.length : stmt_location + stmt_len;
    return bytes.subarray(stmt_location, end).toString();
  });
}

const texts = (sql: string) => split(sql).pieces.map(({ kind, start, end }) => `${kind}: ${sql.slice(start, end)}`);

// Each is one statement; together they hold what can hide a semicolon, or look as if it did.
const corpus = [
  'SELECT 1',
  "SELECT 'it''s; one'",
  "SELECT 'a backslash \\', 'is no escape; here'",
  "SELECT E'it\\'s; one', e'\\\\'",
  "SELECT E'first'\n  'second\\' still; the same'",
  "SELECT U&'d\\0061t;a', U&\"d\\0061t;a\", B'01', X'1F', N'n;'",
  'SELECT 1 AS "a;b", 2 AS "say ""no; more"""',
  'SELECT $$one; two$$',
  'SELECT $a$ $b$ ; $b$ $$ ; $a$',
  'SELECT $é1$;$é$;$é1$',
  'SELECT a$b$c, d$$ FROM (SELECT 1 AS a$b$c, 2 AS d$$) AS x$1',
  'PREPARE p AS SELECT $1::int, $2::text || $x$;$x$',
  'SELECT 1 /* a; /* nested; */ still; */ + 1 -- and; here',
  "SELECT 1 /* it's */, '--not; a comment', '/*'",
  'SELECT 1 --5;\n - 2',
  "SELECT 4 /* ; */ * @ - 3, '{}'::jsonb - 'a', 5 !=- 3",
  'SELECT (SELECT 1), ARRAY[1, 2], CASE WHEN true THEN 1 END',
  'BEGIN',
  'END',
  'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM u;)',
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END',
  'CREATE OR REPLACE FUNCTION "F"(begin int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN begin > 1 THEN 1 ELSE 2 END; END',
  'CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); SELECT 1 AS end; SELECT x.case FROM x; END',
  'create function f(a int default (case when true then 1 end)) returns int begin atomic; end',
  "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'x;'; IF true THEN NULL; END IF; END; $f$",
  'CREATE FUNCTION atomic() RETURNS int RETURN 1',
  "COPY t FROM '/x' WITH (FORMAT csv)",
  "SELECT 'ünï;cödé 😀', $ü$;$ü$",
  'DO $$ BEGIN PERFORM 1; END $$',
];

beforeAll(() => loadModule());

describe('split', () => {
  const joints = [';', ' ; ', ';\n', ';;\n\n;', '; -- plinth: so; far\n', ';/* ; */', '\r\n;\r\n'];

  it.each(joints)('finds the statements that the real parser finds, joined by %j', (joint) => {
    const sql = corpus.map((statement) => `${statement}\n`).join(joint);
    const mine = split(sql).pieces.map(({ start, end }) => sql.slice(start, end));
    const theirs = parsed(sql);
    expect(mine).toHaveLength(corpus.length);
    expect(theirs).toHaveLength(corpus.length);
    for (const [i, statement] of mine.entries()) expect(theirs[i]).toContain(statement);
    expect(mine.map((statement) => parsed(statement).length)).toEqual(corpus.map(() => 1));
  });

  // PostgreSQL takes these for one literal; the parser's scanner, which keeps comments, does not, so it cannot judge.
  it('goes on with a literal after a line break and remarks, with the escapes of its first part', () => {
    const sql = "SELECT E'first' -- a remark; with '\\n -- another\\n 'second\\\\';';SELECT 1".replaceAll('\\n', '\n');
    expect(texts(sql)).toHaveLength(2);
  });

  it('finds nothing in blanks, comments and semicolons', () => {
    expect(texts(' ;\n-- x;\n/* y; */;;')).toEqual([]);
  });

  it('ends a psql command with its line, and the statement before it too', () => {
    expect(texts('SELECT 1 \\gexec\n\\i other.sql\r\nSELECT 2;')).toEqual([
      'statement: SELECT 1',
      'psql: \\gexec',
      'psql: \\i other.sql',
      'statement: SELECT 2',
    ]);
  });

  it('passes over the rows of COPY FROM STDIN, whatever they look like', () => {
    const sql = "COPY t (a, b) FROM stdin WITH (NULL 'x;');\n1\tit's; \\N\n\\.\nSELECT 1;";
    expect(texts(sql)).toEqual([
      "statement: COPY t (a, b) FROM stdin WITH (NULL 'x;')",
      "copy-data: 1\tit's; \\N\n\\.\n",
      'statement: SELECT 1',
    ]);
  });

  it('goes on with the next statement where COPY FROM STDIN has no rows in the file', () => {
    expect(texts('COPY t FROM STDIN;\nSELECT 1;')).toEqual(['statement: COPY t FROM STDIN', 'statement: SELECT 1']);
  });

  it.each([
    "SELECT 'open; SELECT 2;",
    'SELECT $x$ open; $y$',
    'SELECT 1 /* open; /* */',
    'SELECT "open;',
    "SELECT E'x\\';",
  ])('takes all the rest as one where something never closes: %s', (sql) => {
    expect(split(sql).pieces).toHaveLength(1);
  });

  it('needs no more time for a hundred thousand remarks than for the letters in them', () => {
    const sql = `SELECT E'x'${' -- y'.repeat(100_000)}`;
    expect(split(sql).pieces).toEqual([{ kind: 'statement', start: 0, end: 11 }]);
  });
});
