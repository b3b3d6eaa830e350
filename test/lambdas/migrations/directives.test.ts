import { analyse } from '../../../lambdas/migrations/analyse';
import { loadMigrations } from '../../../lambdas/migrations/files';
import { readScript } from '../../../lambdas/migrations/script';
import { bundle, lint } from './helpers';

const read = (text: string) => readScript({ path: '1_x.sql', text }, 'plain', ['drop-table', 'drop-column']);

describe('the header of a file', () => {
  it('may turn the transaction off and set both timeouts, among other comments and blank lines', async () => {
    const header =
      '-- What it is for.\n\n-- plinth: no-transaction\n--plinth: lock-timeout 5s\n/* x */ \n-- plinth: statement-timeout 10min\n\n';
    expect(await read(`${header}SELECT 1;`)).toMatchObject({
      transaction: 'none',
      lockTimeoutMs: 5_000,
      statementTimeoutMs: 600_000,
      directiveProblems: [],
    });
  });

  it('says nothing about what it does not name', async () => {
    const script = await read('SELECT 1;');
    expect(script.transaction).toBe('file');
    expect(script).not.toHaveProperty('lockTimeoutMs');
    expect(script).not.toHaveProperty('statementTimeoutMs');
  });

  it.each([
    ['500ms', 500],
    ['1h', 3_600_000],
    ['none', 0],
  ])('takes %s for a timeout', async (written, ms) => {
    expect((await read(`-- plinth: lock-timeout ${written}\nSELECT 1`)).lockTimeoutMs).toBe(ms);
  });
});

describe('allow', () => {
  const allows = async (text: string) => (await read(text)).statements.map((s) => [...s.allows].sort());

  it('holds for the statement below, and for that one only', async () => {
    expect(await allows('SELECT 1;\n-- plinth: allow drop-table\nDROP TABLE a;\nDROP TABLE b;')).toEqual([
      [],
      ['drop-table'],
      [],
    ]);
  });

  it.each(['\n', '\r\n', '\r'])(
    'stands directly above with line ends %j, and a comment with a gap between',
    async (end) => {
      const lines = ['-- plinth: allow drop-table', '/* why:', '', 'nobody reads it */', 'DROP TABLE a;'];
      expect(await allows(lines.join(end))).toEqual([['drop-table']]);
    },
  );

  it('takes several rules, on several lines, with other comments between', async () => {
    const above = '-- plinth: allow drop-table, drop-column\n-- why: nobody reads it\n-- plinth: allow drop-table\n';
    expect(await allows(`${above}DROP TABLE a`)).toEqual([['drop-column', 'drop-table']]);
  });
});

describe('what is wrong with a directive', () => {
  const cases: [string, string][] = [
    ['-- plinth: no-transction\nSELECT 1;', '1_x.sql:1:1: error directive: unknown directive "no-transction".'],
    ['-- plinth: allow drop-tabel\nSELECT 1;', '1_x.sql:1:1: error directive: unknown rule "drop-tabel".'],
    ['-- plinth: allow\nSELECT 1;', '1_x.sql:1:1: error directive: "allow" names no rule.'],
    ['-- plinth: allow syntax-error\nSELECT 1;', '1_x.sql:1:1: error directive: unknown rule "syntax-error".'],
    [
      '-- plinth: allow truncate\n\nSELECT 1;',
      '1_x.sql:1:1: error directive: "allow" does not stand directly above a statement.',
    ],
    [
      'SELECT 1;\n-- plinth: allow truncate\n',
      '1_x.sql:2:1: error directive: "allow" does not stand directly above a statement.',
    ],
    [
      'SELECT 1; -- plinth: allow truncate\nSELECT 2;',
      '1_x.sql:1:11: error directive: the directive "allow" stands behind code on its line.',
    ],
    [
      'SELECT\n-- plinth: allow truncate\n2;',
      '1_x.sql:2:1: error directive: the directive "allow" stands behind code on its line.',
    ],
    [
      'SELECT 1;\n-- plinth: no-transaction\nSELECT 2;',
      '1_x.sql:2:1: error directive: "no-transaction" is for the whole file.',
    ],
    ['-- plinth: lock-timeout 5 s\nSELECT 1;', '1_x.sql:1:1: error directive: "5 s" is no duration.'],
    ['-- plinth: lock-timeout 600h\nSELECT 1;', '1_x.sql:1:1: error directive: "600h" is no duration.'],
    [
      '-- plinth: no-transaction please\nSELECT 1;',
      '1_x.sql:1:1: error directive: "no-transaction" takes no value, and "please" stands behind it.',
    ],
    [
      '-- plinth no-transaction\nSELECT 1;',
      '1_x.sql:1:1: error directive: "-- plinth no-transaction" looks like a directive.',
    ],
    [
      '/* plinth: no-transaction */\nSELECT 1;',
      '1_x.sql:1:1: error directive: "/* plinth: no-transaction */" looks like a directive.',
    ],
  ];

  it.each(cases)('is said at its place: %j', async (sql, finding) => {
    expect(await lint({ '1_x.sql': sql })).toEqual([finding]);
  });

  it('comes with the nearest word that is known', async () => {
    const files = { '1_x.sql': '-- plinth: no-transction\n-- plinth: allow drop-tabel\nSELECT 1;' };
    const findings = await analyse(loadMigrations(bundle(files)));
    expect(findings.map(({ help }) => help)).toEqual([
      'Did you mean "no-transaction"? Known are no-transaction, lock-timeout, statement-timeout, allow.',
      'Did you mean "drop-table"?',
    ]);
  });

  it('leaves prose about us alone', async () => {
    expect(await lint({ '1_x.sql': '-- plinth builds the index later\nSELECT 1;' })).toEqual([]);
  });
});
