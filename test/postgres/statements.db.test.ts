import { sqlState, testNeeding, usePostgres } from '../support/postgres';

// What every kind of Postgres promises about running statements.
const postgres = usePostgres({ parameters: { work_mem: '7MB', 'plinth.note': "it's set" } });

test('an error leaves the session usable, in the simple and in the extended protocol, with SQLSTATE and position', async () => {
  await postgres.withClient(async (client) => {
    for (let i = 0; i < 3; i++) {
      expect(await sqlState(client.query('SELECT $1::int / 0', [1]))).toBe('22012');
      const error = await client.query('SELECT 1 FRMO x y').catch((cause) => cause);
      expect(error).toMatchObject({ code: '42601', position: '15' });
      expect((await client.query('SELECT $1::int AS n', [i])).rows).toEqual([{ n: i }]);
      expect((await client.query('SELECT 2 AS n')).rows).toEqual([{ n: 2 }]);
    }
  });
});

test('several statements in one query are one transaction, and what cannot run in one is refused there', async () => {
  await postgres.withClient(async (client) => {
    expect(await sqlState(client.query('CREATE TABLE half (id int); SELECT 1/0'))).toBe('22012');
    expect((await client.query(`SELECT to_regclass('half') AS t`)).rows).toEqual([{ t: null }]);
    await client.query('CREATE TABLE whole (id int)');
    const concurrently = 'CREATE INDEX CONCURRENTLY whole_id ON whole (id)';
    expect(await sqlState(client.query(`${concurrently}; SELECT 1`))).toBe('25001');
    await client.query(concurrently);
    await client.query('VACUUM whole');
  });
});

test('a failed transaction takes nothing but its end', async () => {
  await postgres.withClient(async (client) => {
    await client.query('BEGIN');
    expect(await sqlState(client.query('SELECT 1/0'))).toBe('22012');
    expect(await sqlState(client.query('SELECT 1'))).toBe('25P02');
    await client.query('ROLLBACK');
    await client.query('SELECT 1');
  });
});

test('a transaction that its client abandons is rolled back', async () => {
  await postgres.withClient(async (client) => {
    await client.query('CREATE TABLE abandoned (id int)');
    await client.query('BEGIN');
    await client.query('INSERT INTO abandoned VALUES (1)');
  });
  const { rows } = await postgres.withClient((c) => c.query('SELECT count(*)::int AS n FROM abandoned'));
  expect(rows).toEqual([{ n: 0 }]);
});

test('notices, many rows, and a value of sixteen megabytes arrive whole', async () => {
  await postgres.withClient(async (client) => {
    const notices: string[] = [];
    client.on('notice', (notice) => notices.push(notice.message ?? ''));
    await client.query(`DO $$ BEGIN RAISE NOTICE 'one'; RAISE NOTICE 'two'; END $$`);
    expect(notices).toEqual(['one', 'two']);
    expect((await client.query('SELECT n FROM generate_series(1, 20000) n')).rows).toHaveLength(20_000);
    const text = 'é'.repeat(8 * 1024 * 1024);
    const { rows } = await client.query('SELECT length($1::text) AS n, $1::text AS t', [text]);
    expect(rows[0].n).toBe(text.length);
    expect(rows[0].t === text).toBe(true);
  });
});

test('EXPLAIN plans as a server does: a table without an index is scanned, one with an index is searched', async () => {
  await postgres.withClient(async (client) => {
    await client.query('CREATE TABLE planned AS SELECT n AS id FROM generate_series(1, 20000) n');
    const plan = async () => {
      const { rows } = await client.query('EXPLAIN (FORMAT JSON) SELECT * FROM planned WHERE id = 7');
      return JSON.stringify(rows[0]['QUERY PLAN']);
    };
    expect(await plan()).toContain('"Seq Scan"');
    await client.query('CREATE INDEX ON planned (id)');
    await client.query('ANALYZE planned');
    expect(await plan()).toContain('planned_id_idx');
    const { rows } = await client.query(
      `SELECT name FROM pg_settings WHERE name LIKE 'enable_%' AND setting <> boot_val`,
    );
    expect(rows).toEqual([]);
  });
});

test('parameters of the instance hold, RESET goes back to them, and an unknown one is refused by name', async () => {
  await postgres.withClient(async (client) => {
    await client.query("SET work_mem = '1MB'; RESET work_mem");
    const { rows } = await client.query(`SELECT current_setting('work_mem') w, current_setting('plinth.note') n`);
    expect(rows).toEqual([{ w: '7MB', n: "it's set" }]);
  });
  await expect(postgres.place.create({ parameters: { wrok_mem: '7MB' } })).rejects.toThrow(/wrok_mem/);
  await expect(postgres.place.create({ parameters: { work_mem: 'plenty' } })).rejects.toThrow(/work_mem/);
});

testNeeding(['vector'], postgres, 'pgvector’s indexes are built, also concurrently, and used', async () => {
  await postgres.withClient(async (client) => {
    await client.query('CREATE EXTENSION vector');
    await client.query(`
      CREATE TABLE items AS SELECT n AS id, ARRAY[random(), random(), random()]::vector(3) AS embedding
      FROM generate_series(1, 5000) n`);
    await client.query('CREATE INDEX items_ivf ON items USING ivfflat (embedding vector_cosine_ops) WITH (lists = 10)');
    await client.query('CREATE INDEX CONCURRENTLY items_hnsw ON items USING hnsw (embedding vector_l2_ops)');
    await client.query('ANALYZE items');
    const plan = async (operator: string) => {
      const { rows } = await client.query(
        `EXPLAIN (FORMAT JSON) SELECT id FROM items ORDER BY embedding ${operator} '[1,2,3]' LIMIT 5`,
      );
      return JSON.stringify(rows[0]['QUERY PLAN']);
    };
    expect(await plan('<=>')).toContain('items_ivf');
    expect(await plan('<->')).toContain('items_hnsw');
  });
});

testNeeding(['statementTimeout'], postgres, 'a statement is stopped at its timeout', async () => {
  await postgres.withClient(async (client) => {
    await client.query("SET statement_timeout = '100ms'");
    expect(await sqlState(client.query('SELECT pg_sleep(20)'))).toBe('57014');
  });
});

testNeeding(['concurrentSessions'], postgres, 'a lock makes another session wait until its lock_timeout', async () => {
  const holder = await postgres.connect();
  await holder.query('CREATE TABLE locked (id int)');
  await holder.query('BEGIN; LOCK TABLE locked');
  await postgres.withClient(async (waiter) => {
    await waiter.query("SET lock_timeout = '50ms'");
    expect(await sqlState(waiter.query('SELECT * FROM locked'))).toBe('55P03');
  });
  await holder.query('COMMIT');
  await holder.end();
});

testNeeding(['serverLog'], postgres, 'the log of the server can be read', async () => {
  await postgres.withClient((client) => sqlState(client.query('SELECT no_such_column')));
  expect(await postgres.instance.log()).toContain('no_such_column');
});

test('COPY … TO STDOUT is answered, and COPY … FROM STDIN asks for the data or is refused with a reason', async () => {
  await postgres.withClient(async (client) => {
    await client.query('CREATE TABLE copied AS SELECT generate_series(1, 3) AS id');
    expect((await client.query('COPY copied TO STDOUT')).rowCount).toBe(3);
    // The driver has no data to give: asked for them it says so, and the server answers 57014.
    const state = postgres.place.cannot.copyIn === undefined ? '57014' : '0A000';
    expect(await sqlState(client.query('COPY copied FROM STDIN'))).toBe(state);
    expect((await client.query('SELECT count(*)::int AS n FROM copied')).rows).toEqual([{ n: 3 }]);
  });
});
