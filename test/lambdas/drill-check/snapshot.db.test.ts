import type { Check } from '../../../lambdas/drill-check/check';
import { onOneSnapshot } from '../../../lambdas/drill-check/snapshot';
import type { Session } from '../../../lambdas/shared/database';
import { testNeeding, usePostgres } from '../../support/postgres';
import { opener } from '../app-database/helpers';

const postgres = usePostgres();

interface Context {
  readonly session: Session;
}

const open = <T>(work: (session: Session) => Promise<T>) => opener(postgres)('app', work);

const check = (name: string, run: (session: Session) => Promise<unknown>): Check<Context> => ({
  ...{ name, title: name, expected: 'x' },
  run: async ({ session }) => ({ passed: true, found: String(await run(session)) }),
});

const value = async (session: Session, sql: string) => Object.values((await session.query(sql)).rows[0] ?? {})[0];
const pid = (session: Session) => value(session, 'SELECT pg_backend_pid()');

const run = (
  checks: readonly Check<Context>[],
  sessions: number,
  prepare = async () => ({}),
  until = Date.now() + 30_000,
) => onOneSnapshot<Context>(open, prepare, () => checks, { sessions, until });

test('a check that fails, and one that spoils the transaction, leave the others as they were', async () => {
  const results = await run(
    [
      check('one', (session) => value(session, 'SELECT 1')),
      check('fails', (session) => value(session, 'SELECT nothing')),
      check('sets', (session) => value(session, "SELECT set_config('search_path', 'nowhere', false)")),
      check('writes', (session) => value(session, 'CREATE TABLE spoiled (id int)')),
      check('after', (session) => value(session, "SELECT current_setting('search_path')")),
    ],
    1,
  );
  expect(results.map(({ Name, Passed, Found }) => [Name, Passed, Found])).toEqual([
    ['one', true, '1'],
    ['fails', false, 'The check ended with: column "nothing" does not exist (42703)'],
    ['sets', true, 'nowhere'],
    ['writes', false, 'The check ended with: cannot execute CREATE TABLE in a read-only transaction (25006)'],
    ['after', true, '"$user", public'],
  ]);
});

test('what has no time left is a failure, and not left out', async () => {
  const results = await run([check('late', pid)], 1, undefined, Date.now() - 1);
  expect(results).toMatchObject([
    { Name: 'late', Passed: false, Found: 'The check ended with: no time was left for it' },
  ]);
});

testNeeding(
  ['concurrentSessions'],
  postgres,
  'several sessions share one snapshot, whatever is written meanwhile',
  async () => {
    await open((session) => session.query('CREATE TABLE written (id int); INSERT INTO written VALUES (1)'));
    const count = (session: Session) =>
      value(session, "SELECT count(*)::int || ' ' || pg_backend_pid() || pg_sleep(0.2) FROM written");
    const checks = ['a', 'b', 'c', 'd'].map((name) => check(name, count));
    const results = await onOneSnapshot<Context>(
      open,
      async (session) => {
        await session.query('SELECT count(*) FROM written');
        // The snapshot is taken, and the other sessions have not begun.
        await open((other) => other.query('INSERT INTO written VALUES (2)'));
        return {};
      },
      () => checks,
      { sessions: 3, until: Date.now() + 30_000 },
    );
    const found = results.map(({ Found }) => Found.split(' '));
    expect(found.map(([rows]) => rows)).toEqual(['1', '1', '1', '1']);
    expect(new Set(found.map(([, backend]) => backend)).size).toBeGreaterThan(1);
  },
);

testNeeding(
  ['killBackend'],
  postgres,
  'a session that dies fails the check that ran, and the others go on',
  async () => {
    for (const sessions of [1, 3]) {
      const results = await run(
        [
          check('before', pid),
          check('dies', (session) => value(session, 'SELECT pg_terminate_backend(pg_backend_pid())')),
          check('after', pid),
          check('last', pid),
        ],
        sessions,
      );
      expect(results.map(({ Name, Passed }) => [Name, Passed])).toEqual([
        ['before', true],
        ['dies', false],
        ['after', true],
        ['last', true],
      ]);
      expect(results[1]?.Found).toMatch(/^The check ended with: /);
    }
  },
);
