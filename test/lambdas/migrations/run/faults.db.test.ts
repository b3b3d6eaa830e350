// Each fault is made for real: processes are killed, servers are stopped, locks are held.
import type { Client } from 'pg';
import { up } from '../../../../lambdas/migrations/up';
import { testNeeding, usePostgres } from '../../../support/postgres';
import { clean, ledgerIds, messageOf, setOf, tables } from './helpers';
import { startRunner } from './process';

const postgres = usePostgres();
beforeEach(() => postgres.withClient(clean));

/** Until the query gives `true`; asked again at once, because what it waits for is another process. */
async function until(client: Client, sql: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    if ((await client.query<{ yes: boolean }>(`SELECT (${sql}) AS yes`)).rows[0]?.yes) return;
    if (Date.now() > deadline) throw new Error(`It did not come to be: ${sql}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const sessionsOfRunner = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'runner'";
const validIndexes = async (client: Client) =>
  (
    await client.query<{ name: string; valid: boolean }>(
      `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`,
    )
  ).rows;

test('SIGKILL between two files: the next run does the rest, each file once', async () => {
  const slow = 'SELECT pg_sleep(0.3);';
  const files = {
    '1_a.sql': 'CREATE TABLE a (id int);',
    '2_b.sql': `CREATE TABLE b (id int); ${slow}`,
    '3_c.sql': `CREATE TABLE c (id int); ${slow}`,
    '4_d.sql': `CREATE TABLE d (id int); ${slow}`,
  };
  const runner = startRunner(postgres, files);
  await runner.line(({ migration }) => migration?.id === '1_a');
  await runner.kill();
  await postgres.withClient(async (client) => {
    const { before, applied } = await up(client, setOf(files));
    expect(before).toBeGreaterThanOrEqual(1);
    expect(before + applied.length).toBe(4);
    expect(await tables(client)).toEqual(['a', 'b', 'c', 'd']);
    expect(await ledgerIds(client)).toEqual(['1_a', '2_b', '3_c', '4_d']);
  });
});

testNeeding(
  ['concurrentSessions'],
  postgres,
  'SIGKILL in the middle of a transactional file leaves nothing of it',
  async () => {
    const files = {
      '1_a.sql': 'CREATE TABLE a (id int);',
      '2_b.sql': "CREATE TABLE b (id int); DO $$ BEGIN RAISE NOTICE 'in the middle'; PERFORM pg_sleep(30); END $$;",
    };
    const runner = startRunner(postgres, files);
    await runner.line(({ event }) => event === 'notice');
    await runner.kill();
    await postgres.withClient(async (client) => {
      await until(client, `(${sessionsOfRunner}) = 0`);
      expect(await tables(client)).toEqual(['a']);
      expect(await ledgerIds(client)).toEqual(['1_a']);
      await up(client, setOf({ ...files, '2_b.sql': 'CREATE TABLE b (id int);' }));
      expect(await tables(client)).toEqual(['a', 'b']);
    });
  },
);

test('SIGKILL in a file without a transaction: the next run goes on at the right statement, with its settings', async () => {
  const files = {
    '1_a.sql': `-- plinth: no-transaction
      CREATE TABLE a (id int, path text);
      SET search_path = pg_catalog, public;
      INSERT INTO a VALUES (1, current_setting('search_path'));
      DO $$ BEGIN PERFORM pg_sleep(1); END $$;
      INSERT INTO a VALUES (2, current_setting('search_path'));`,
  };
  const runner = startRunner(postgres, files);
  await runner.line(({ event, done }) => event === 'statement' && done === 3);
  await runner.kill();
  await postgres.withClient(async (client) => {
    const { notes, applied } = await up(client, setOf(files));
    expect(notes[0]).toMatch(/^sql\/migrations\/1_a\.sql goes on at statement [45] of 5\.$/);
    expect(applied.map(({ id }) => id)).toEqual(['1_a']);
    const path = 'pg_catalog, public';
    expect((await client.query('SELECT * FROM a ORDER BY id')).rows).toEqual([
      { id: 1, path },
      { id: 2, path },
    ]);
    expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: '"$user", public' }]);
  });
});

test('a file without a transaction that fails can be mended behind what is done, and only there', async () => {
  const head = '-- plinth: no-transaction\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n';
  await postgres.withClient(async (client) => {
    const message = await messageOf(up(client, setOf({ '1_a.sql': `${head}INSERT INTO nope VALUES (1);` })));
    expect(message).toContain('sql/migrations/1_a.sql:4:13: relation "nope" does not exist (42P01)');
    expect(message).toContain('Its first 2 of 3 statements are done and stay; the next run goes on at statement 3.');
    const edited = setOf({ '1_a.sql': head.replace('(1)', '(9)') });
    expect(await messageOf(up(client, edited))).toBe(
      'sql/migrations/1_a.sql is done up to statement 2, and those statements were edited since: restore them; only what follows may change.',
    );
    await up(client, setOf({ '1_a.sql': `${head}INSERT INTO a VALUES (2);` }));
    expect((await client.query('SELECT * FROM a')).rows).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await up(client, setOf({ '1_a.sql': `${head}INSERT INTO a VALUES (2);` }))).toMatchObject({
      applied: [],
      before: 1,
    });
  });
});

testNeeding(
  ['concurrentSessions'],
  postgres,
  'SIGKILL during CREATE INDEX CONCURRENTLY: the invalid index is dropped and built again',
  async () => {
    const files = {
      '1_a.sql': 'CREATE TABLE a (id int); INSERT INTO a SELECT generate_series(1, 100);',
      '2_i.sql': '-- plinth: no-transaction\nCREATE INDEX CONCURRENTLY a_id ON a (id);',
    };
    await postgres.withClient(async (client) => {
      await up(client, setOf({ '1_a.sql': files['1_a.sql'] }));
      await postgres.withClient(async (writer) => {
        await writer.query('BEGIN; INSERT INTO a VALUES (0)');
        const runner = startRunner(postgres, files);
        await until(client, "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('a_id') AND NOT indisvalid)");
        await runner.kill();
        await until(client, `(${sessionsOfRunner}) = 0`);
        await writer.query('COMMIT');
      });
      expect(await validIndexes(client)).toEqual([{ name: 'a_id', valid: false }]);
      const { notes } = await up(client, setOf(files));
      expect(notes).toEqual(['The invalid index "public"."a_id", left by a build that was interrupted, was dropped.']);
      expect(await validIndexes(client)).toEqual([{ name: 'a_id', valid: true }]);
    });
  },
);

test('a build that was done when its runner died is not done again', async () => {
  const files = {
    '1_i.sql': '-- plinth: no-transaction\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY a_id ON a (id);',
  };
  await postgres.withClient(async (client) => {
    await up(client, setOf(files));
    // As it is between the end of the statement and the note of it.
    await client.query(`UPDATE plinth.migrations SET state = 'unfinished', statements_done = 1, statement_started = 1,
      done_checksum = (SELECT encode(sha256(convert_to('CREATE TABLE a (id int)', 'UTF8') || '\\x00'), 'hex'))`);
    const { notes } = await up(client, setOf(files));
    expect(notes.at(-1)).toBe(
      'sql/migrations/1_i.sql:3:1: an earlier run had finished this statement and was stopped before it could note it.',
    );
    expect(await validIndexes(client)).toEqual([{ name: 'a_id', valid: true }]);
  });
});

test('two runners at once with a file that builds CONCURRENTLY: one does it all, the other finds nothing to do', async () => {
  const files = {
    '1_a.sql': 'CREATE TABLE a (id int); INSERT INTO a SELECT generate_series(1, 1000); SELECT pg_sleep(0.5);',
    '2_i.sql': '-- plinth: no-transaction\nCREATE INDEX CONCURRENTLY a_id ON a (id);',
    '3_b.sql': 'CREATE TABLE b (id int);',
  };
  const runners = [startRunner(postgres, files), startRunner(postgres, files)];
  const lines = await Promise.all(runners.map((runner) => runner.end()));
  const applied = lines.map(({ result, message }) => message ?? result?.applied.length);
  expect(applied.sort()).toEqual([0, 3]);
  await postgres.withClient(async (client) => {
    expect(await validIndexes(client)).toEqual([{ name: 'a_id', valid: true }]);
    expect(await ledgerIds(client)).toEqual(['1_a', '2_i', '3_b']);
  });
});

const locked = {
  '1_a.sql': 'CREATE TABLE a (id int);',
  '2_b.sql': 'CREATE TABLE b (id int);\nALTER TABLE a ADD x int;',
};

testNeeding(
  ['concurrentSessions'],
  postgres,
  'a lock that does not go: a bounded number of tries, and the session in the way is named',
  async () => {
    await postgres.withClient(async (client) => {
      await up(client, setOf({ '1_a.sql': locked['1_a.sql'] }));
      await postgres.withClient(async (holder) => {
        await holder.query("SET application_name = 'reports'; BEGIN; SELECT * FROM a");
        const pid = (await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
        const message = await messageOf(up(client, setOf(locked), { lockTimeoutMs: 50, lockRetries: 1 }));
        expect(message).toContain('sql/migrations/2_b.sql:2:1: canceling statement due to lock timeout (55P03)');
        expect(message).toMatch(
          new RegExp(
            `tried 2 times: session ${pid} \\(.*application "reports".*\\) holds AccessShareLock on (public\\.)?a`,
          ),
        );
        await holder.query('COMMIT');
      });
      expect(await tables(client)).toEqual(['a']);
    });
  },
);

testNeeding(
  ['concurrentSessions'],
  postgres,
  'a lock that goes in time: the file is tried again, and succeeds',
  async () => {
    await postgres.withClient(async (client) => {
      await up(client, setOf({ '1_a.sql': locked['1_a.sql'] }));
      await postgres.withClient(async (holder) => {
        await holder.query('BEGIN; SELECT * FROM a');
        const events: string[] = [];
        let released: Promise<unknown> | undefined;
        const report = ({ event }: { event: string }) => {
          events.push(event);
          if (event === 'waiting') released = holder.query('COMMIT');
        };
        const { applied } = await up(client, setOf(locked), { lockTimeoutMs: 50, report });
        await released;
        expect(applied.map(({ id }) => id)).toEqual(['2_b']);
        expect(events).toEqual(['waiting', 'applied']);
      });
    });
  },
);

testNeeding(
  ['restart'],
  postgres,
  'an immediate restart of the server in the middle is told as such, and the next run goes on',
  async () => {
    const files = {
      '1_a.sql': 'CREATE TABLE a (id int);',
      '2_b.sql': 'CREATE TABLE b (id int); SELECT pg_sleep(2);',
      '3_c.sql': 'CREATE TABLE c (id int);',
    };
    let restarted: Promise<void> | undefined;
    const client = await postgres.connect();
    const report = ({ event }: { event: string }) => {
      if (event === 'applied') restarted ??= postgres.instance.restart('immediate');
    };
    const message = await messageOf(up(client, setOf(files), { report }));
    await client.end().catch(() => undefined);
    await restarted;
    expect(message).toMatch(
      /^The connection was lost while sql\/migrations\/2_b\.sql ran: .*Run it again: the ledger knows what is done\.$/,
    );
    await postgres.withClient(async (again) => {
      const { before, applied } = await up(again, setOf({ ...files, '2_b.sql': files['2_b.sql'] }));
      expect({ before, applied: applied.map(({ id }) => id) }).toEqual({ before: 1, applied: ['2_b', '3_c'] });
    });
  },
);

testNeeding(
  ['statementTimeout'],
  postgres,
  'a statement that would run beyond the deadline is cut off there, and undone',
  async () => {
    await postgres.withClient(async (client) => {
      const set = setOf({ '1_a.sql': 'CREATE TABLE a (id int);\nSELECT pg_sleep(30);' });
      const message = await messageOf(up(client, set, { until: Date.now() + 500 }));
      expect(message).toContain('sql/migrations/1_a.sql:2:1: canceling statement due to statement timeout (57014)');
      expect(message).toContain('The deadline of this run cut it off');
      expect(await tables(client)).toEqual([]);
    });
  },
);
