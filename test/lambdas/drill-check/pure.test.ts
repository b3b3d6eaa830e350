import type { Reading } from '../../../lambdas/drill-check/check';
import { deepestFall, newestRows } from '../../../lambdas/drill-check/checks/rows';
import type {
  CheckResult,
  DrillCheckInput,
  DrillCheckResult,
  Measured,
  OnMissed,
} from '../../../lambdas/drill-check/contract';
import { withinLimit } from '../../../lambdas/drill-check/fit';
import { parseInput } from '../../../lambdas/drill-check/input';
import { objectiveChecks } from '../../../lambdas/drill-check/objectives';
import { scrubbed } from '../../../lambdas/drill-check/plans';
import { parseSqlChecks } from '../../../lambdas/drill-check/sql-checks';
import { chooseColumn, type TimeColumn } from '../../../lambdas/heartbeat/manifest/newest';

describe('the fall of rows', () => {
  const points = (...rows: readonly number[]) => rows.map((each, at) => ({ at: String(at), rows: each }));
  test.each([
    ['rows that only grow', [1, 10, 100], undefined],
    ['a fall of a fifth', [100, 80], undefined],
    ['a fall of more than a fifth', [100, 79], [100, 79]],
    ['a truncation that was filled again', [1000, 0, 400, 1000], [1000, 0]],
    ['a fall in two steps, neither of which is too much', [1000, 850, 720], [1000, 720]],
    ['a few rows less of a small table', [12, 5], undefined],
    ['all rows of a small table', [2, 0], [2, 0]],
    ['a table that was always empty', [0, 0], undefined],
    ['a fall from the highest, not from the first', [10, 1000, 700], [1000, 700]],
  ])('of %s: %j', (_name, rows, expected) => {
    const fall = deepestFall(points(...rows), 20);
    expect(fall && [fall.from.rows, fall.to.rows]).toEqual(expected);
  });
});

describe('the newest rows', () => {
  const at = (newest: string | null, column = 'created_at') => ({
    at: '2026-01-02T00:00:00Z',
    tables: [{ name: 'public.items', unlogged: false, newest: { column, by: 'default', at: newest } }],
  });
  const judged = async (then: object, now: object, more: { mayShrink?: string[]; objective?: boolean } = {}) => {
    const input = {
      Expected: { ManifestMinutes: 60 },
      Checks: { mayShrink: more.mayShrink ?? [] },
      ...(more.objective && { Objectives: { rtoMinutes: 15, rpoMinutes: 5 } }),
    };
    const context = { input, now, manifests: [then] } as unknown as Reading;
    return (await newestRows(context).run(context)).passed;
  };
  const then = at('2026-01-01T12:00:00Z');

  test.each([
    ['as they were', at('2026-01-01T12:00:00Z'), {}, true],
    ['newer', at('2026-01-01T13:00:00Z'), {}, true],
    ['older by less than the time between two manifests', at('2026-01-01T11:01:00Z'), {}, true],
    ['older by more than that', at('2026-01-01T10:59:00Z'), {}, false],
    ['older by more than the RPO', at('2026-01-01T11:54:00Z'), { objective: true }, false],
    ['older, of a table that may shrink', at('2026-01-01T00:00:00Z'), { mayShrink: ['public.items'] }, true],
    ['dated by another column', at('2026-01-01T00:00:00Z', 'made_at'), {}, true],
    ['all gone, of which the counts tell', at(null), {}, true],
  ])('%s', async (_name, now, more, passes) => {
    expect(await judged(then, now, more)).toBe(passes);
  });
});

describe('the objectives', () => {
  const judged = (measured: object, OnMissed: OnMissed = { Rto: 'fail', Rpo: 'fail' }) => {
    const input = { Objectives: { rtoMinutes: 15, rpoMinutes: 60 }, OnMissed } as DrillCheckInput;
    const found = {
      LossMeasuredFrom: 'request',
      DataLossSeconds: 240,
      SecondsToVerified: 600,
      ...measured,
    } as Measured;
    return objectiveChecks(input, found).map(({ Name, Passed, Warning }) => [Name, Passed, Warning !== undefined]);
  };
  const kept = [
    ['rpo', true, false],
    ['rto', true, false],
  ];

  test.each<[string, object, OnMissed | undefined, (string | boolean)[][]]>([
    ['that are kept', {}, undefined, kept],
    [
      'of which the recovery took too long',
      { SecondsToVerified: 901 },
      undefined,
      [kept[0] ?? [], ['rto', false, false]],
    ],
    ['of which too much is lost', { DataLossSeconds: 3_601 }, undefined, [['rpo', false, false], kept[1] ?? []]],
    [
      'of which too much is lost, by a source that cannot be held to it',
      { DataLossSeconds: 3_601, SecondsToVerified: 901 },
      { Rto: 'fail', Rpo: 'warn' },
      [
        ['rpo', true, true],
        ['rto', false, false],
      ],
    ],
    [
      'that could not be measured, which fails whatever the config says',
      { DataLossSeconds: null, SecondsToVerified: null },
      { Rto: 'warn', Rpo: 'warn' },
      [
        ['rpo', false, false],
        ['rto', false, false],
      ],
    ],
  ])('%s', (_name, measured, onMissed, expected) => {
    expect(judged(measured, onMissed)).toEqual(expected);
  });
});

describe('a file of sql/checks', () => {
  const header = '-- title: It holds\n-- help: Look here,\n--   and there.\n';
  const parse = (text: string, path = 'one.sql') => parseSqlChecks([{ path, text }]);

  test('is one SELECT below a title and a help, which may go on', () => {
    expect(parse(`-- Some prose first.\n${header}\nSELECT 1 -- no row\n WHERE false;\n`)).toEqual({
      checks: [
        { name: 'one', title: 'It holds', help: 'Look here, and there.', sql: 'SELECT 1 -- no row\n WHERE false' },
      ],
      problems: [],
    });
  });

  test.each([
    ['WITH', 'WITH x AS (SELECT 1) SELECT * FROM x'],
    ['VALUES', 'VALUES (1)'],
    ['TABLE', 'TABLE public.documents'],
    ['brackets', '(SELECT 1) UNION (SELECT 2)'],
  ])('may begin with %s', (_word, sql) => {
    expect(parse(header + sql).problems).toEqual([]);
  });

  test.each([
    [
      'SELECT 1',
      'one.sql',
      'sql/checks/one.sql has no title; begin it with "-- title: " and what holds when all is well.',
    ],
    [
      '-- title: x\nSELECT 1',
      'one.sql',
      'sql/checks/one.sql has no help; write "-- help: " and what to do when it fails, below the title.',
    ],
    [
      '-- title:\n-- help: x\nSELECT 1',
      'one.sql',
      'sql/checks/one.sql has no title; begin it with "-- title: " and what holds when all is well.',
    ],
    [`-- title: x\n-- title: y\nSELECT 1`, 'one.sql', 'sql/checks/one.sql has two lines "-- title:"; keep one.'],
    [
      '-- titel: x\nSELECT 1',
      'one.sql',
      'sql/checks/one.sql has the header "titel:", which is not known; known are title and help.',
    ],
    [header, 'one.sql', 'sql/checks/one.sql has no statement; a check is one SELECT.'],
    [`${header}SELECT 1; SELECT 2;`, 'one.sql', 'sql/checks/one.sql has 2 statements; a check is one SELECT.'],
    [`${header}DELETE FROM x`, 'one.sql', 'sql/checks/one.sql begins with DELETE; a check is one SELECT.'],
    [`${header}\\d x`, 'one.sql', 'sql/checks/one.sql has "\\d x", which only psql knows; a check is one SELECT.'],
    [
      `${header}SELECT 1`,
      'deep/one.sql',
      'sql/checks/deep/one.sql is not a check by its name; write lower-case letters, digits, - and _, then .sql, in no folder below.',
    ],
    [
      `${header}SELECT 1`,
      'One.sql',
      'sql/checks/One.sql is not a check by its name; write lower-case letters, digits, - and _, then .sql, in no folder below.',
    ],
  ])('%j in %s is refused', (text, path, message) => {
    expect(parse(text, path)).toEqual({ checks: [], problems: [{ path, message }] });
  });

  test('a readme and hidden files are passed over', () => {
    const files = ['README.md', '.gitkeep'].map((path) => ({ path, text: 'x' }));
    expect(parseSqlChecks(files)).toEqual({ checks: [], problems: [] });
  });
});

describe('the size of an answer', () => {
  const check = (name: string, Passed: boolean, size: number): CheckResult => ({
    ...{ Name: name, Title: 'A title', Passed, Expected: 'x', Found: 'y', Milliseconds: 1 },
    Evidence: { Text: 'x'.repeat(size) },
  });
  const answer = (Checks: readonly CheckResult[]) =>
    ({
      Passed: Checks.every(({ Passed }) => Passed),
      Checks,
      NotShown: 0,
      Measured: {},
    }) as unknown as DrillCheckResult;
  const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

  test('a small one stays as it is', () => {
    const small = answer([check('a', true, 100)]);
    expect(withinLimit(small)).toEqual(small);
  });

  test('of a large one the largest evidence goes first, and says so', () => {
    const cut = withinLimit(answer([check('a', true, 300_000), check('b', false, 100)]));
    expect(size(cut)).toBeLessThanOrEqual(200_000);
    expect(cut.Checks[0]?.Evidence).toEqual({
      Cut: '300011 bytes of evidence are left out, to keep the answer small.',
    });
    expect(cut.Checks[1]?.Evidence).toEqual({ Text: 'x'.repeat(100) });
  });

  test('of thousands of checks those that failed are kept, and the verdict', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => check(`check-${at}`, at % 100 !== 99, 5_000));
    const cut = withinLimit(answer(many));
    expect(size(cut)).toBeLessThanOrEqual(200_000);
    expect(cut.Passed).toBe(false);
    expect(cut.Checks.filter(({ Passed }) => !Passed)).toHaveLength(50);
    expect(cut.NotShown).toBe(5_000 - cut.Checks.length);
  });

  test('a text that is a book is cut', () => {
    const cut = withinLimit(answer([{ ...check('a', true, 1), Found: 'x'.repeat(1_000_000) }]));
    expect(cut.Checks[0]?.Found).toHaveLength(1_500);
  });
});

test('a plan keeps its figures, and loses vectors and what counted nothing', () => {
  const plan = {
    'Node Type': 'Index Scan',
    'Order By': `(embedding <=> '[${Array(64).fill(0.25).join(',')}]'::vector)`,
    'Shared Hit Blocks': 3,
    'Shared Read Blocks': 0,
    'Parallel Aware': false,
    Plans: [{ Filter: `(b <~> B'${'01'.repeat(64)}'::bit(128))`, 'Actual Rows': 0 }],
  };
  expect(scrubbed(plan)).toEqual({
    'Node Type': 'Index Scan',
    'Order By': "(embedding <=> '[…]'::vector)",
    'Shared Hit Blocks': 3,
    Plans: [{ Filter: "(b <~> '…'::bit(128))", 'Actual Rows': 0 }],
  });
});

describe('the column of the newest row', () => {
  const column = (name: string, more: Partial<TimeColumn> = {}): TimeColumn => ({
    ...{ name, zoned: true, default: null, indexed: false },
    ...more,
  });
  test.each<[string, readonly TimeColumn[], string | undefined, unknown]>([
    ['is the one that the config names', [column('at'), column('created_at')], 'at', ['at', 'config']],
    ['is unknown where the config names none of them', [column('at')], 'when', 'unknown'],
    [
      'has the clock for its default',
      [column('created_at'), column('seen', { default: 'now()' })],
      undefined,
      ['seen', 'default'],
    ],
    [
      'is rather the one with an index',
      [column('a', { default: 'now()' }), column('b', { default: 'CURRENT_TIMESTAMP', indexed: true })],
      undefined,
      ['b', 'default'],
    ],
    [
      'is known by its name',
      [column('expires_at', { indexed: true }), column('inserted_on')],
      undefined,
      ['inserted_on', 'name'],
    ],
    [
      'is none where a time may be of the future',
      [column('expires_at'), column('due', { default: "now() + '1 day'" })],
      undefined,
      undefined,
    ],
  ])('%s', (_title, columns, configured, expected) => {
    const chosen = chooseColumn(columns, configured);
    expect(typeof chosen === 'object' ? [chosen.name, chosen.by] : chosen).toEqual(expected);
  });
});

test('null stands for what a state machine does not have', () => {
  const times = { RequestedAt: '2026-01-01T00:00:00Z', AvailableAt: '2026-01-01T00:10:00+00:00' };
  const roles = {
    connectionLimit: 1,
    statementTimeout: '0',
    idleInTransactionSessionTimeout: '0',
    searchPath: ['public'],
  };
  const login = (name: string) => ({ ...roles, name });
  const input = {
    Instance: { Host: 'h', Port: 5432, AdminSecret: 'arn' },
    Database: 'd',
    Roles: {
      app: { ...login('a'), grants: 'readWrite' },
      readonly: login('r'),
      migrator: login('m'),
      owner: { name: 'o' },
    },
    AppParameter: '/p',
    Expected: {
      ...{ MigrationHead: 'none', Extensions: {}, VectorIndexes: {} },
      ...{ HeartbeatMinutes: 5, ManifestMinutes: 60, NewestRow: { 'public.items': 'made' } },
    },
    Checks: {
      ...{ rowFloors: {}, maximumFallPercent: 20, mayShrink: [], noNulls: [], minimumRecallPercent: 90 },
      ...{ criticalQueries: {}, exactRowsUpToMiB: 256 },
    },
    Restored: { To: null, TakenAt: null, ...times },
    Objectives: null,
    OnMissed: { Rto: 'fail', Rpo: 'warn' },
  };
  expect(parseInput(input, '')).toMatchObject({
    Restored: { To: undefined, RequestedAt: '2026-01-01T00:00:00.000Z', AvailableAt: '2026-01-01T00:10:00.000Z' },
    Objectives: undefined,
  });
  const wrong = { ...input, Checks: { ...input.Checks, noNulls: ['a.b'] } };
  expect(() => parseInput(wrong, '')).toThrow('The property Checks.noNulls[0] is "a.b"; it takes schema.table.column.');
});
