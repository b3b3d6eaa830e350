import { checkSqlChecks } from '../../../lib/checks/sql-checks';

const judged = async (text: string, path = 'a.sql') => {
  try {
    await checkSqlChecks('sql/checks', [{ path, text }]);
    return 'taken';
  } catch (error) {
    return (error as Error).message.split('\n\n').slice(1).join('\n\n');
  }
};
const header = '-- title: All is well\n-- help: Look.\n';

test.each([
  ['a SELECT', `${header}SELECT 1 FROM t WHERE false;`],
  ['a WITH', `${header}WITH x AS (SELECT 1) SELECT * FROM x`],
  ['VALUES', `${header}VALUES (true)`],
])('%s is taken', async (_, text) => {
  expect(await judged(text)).toBe('taken');
});

test('what does not end in .sql is left to the drill, which says what it thinks of it', async () => {
  expect(await judged('no SQL at all', 'README.md')).toBe('taken');
});

test('an error of syntax is told with file, line and column, also behind letters that take two', async () => {
  expect(await judged(`${header}SELECT 'ä😀',\n  1 FORM t`)).toBe(
    'sql/checks/a.sql:4:10: syntax error at or near "t".\n    1 FORM t\n           ^',
  );
});

test('what is no SELECT is told where it stands', async () => {
  expect(await judged(`${header}DELETE FROM t`)).toBe(
    'sql/checks/a.sql:3:1: is no SELECT; a check only reads.\n  DELETE FROM t\n  ^',
  );
});

test('a second statement is told where it begins', async () => {
  expect(await judged(`${header}SELECT 'ü';\n-- and\n  SELECT 2`)).toBe(
    'sql/checks/a.sql:5:3: is a second statement; write a file for each.\n    SELECT 2\n    ^',
  );
});

test('a file without a statement is told', async () => {
  expect(await judged(header)).toBe('sql/checks/a.sql: holds no statement.');
});

test('all files are told at once, with how many there are', async () => {
  const files = ['a.sql', 'b.sql'].map((path) => ({ path, text: 'DROP TABLE t' }));
  await expect(checkSqlChecks('sql/checks', files)).rejects.toThrow(
    /^What a restored copy is checked by must be one SELECT a file; 2 are not:\n\nsql\/checks\/a[.]sql:1:1: .*\n.*\n.*\n\nsql\/checks\/b[.]sql:1:1/,
  );
});
