import { checkServerIdentity } from 'node:tls';
import { Client } from 'pg';
import { createCertificateAuthority } from '../../postgres/certificates';
import { sqlState, testNeeding, usePostgres } from '../support/postgres';

// What every kind of Postgres promises about logging in, and about what one session leaves to the next.
const postgres = usePostgres({ hostNames: ['db.plinth.test'] });

const failToConnect = async (config: ConstructorParameters<typeof Client>[0]) => {
  const client = new Client(config);
  client.on('error', () => undefined);
  const error = await client.connect().then(
    () => undefined,
    (cause: Error & { code?: string }) => cause,
  );
  await client.end();
  if (!error) throw new Error('The login was expected to fail and did not.');
  return error;
};

describe('TLS', () => {
  test('the server’s certificate is signed by the instance’s authority, for localhost and the names that were asked for', async () => {
    const names = ['localhost', 'db.plinth.test'];
    for (const name of names) {
      const ssl = { ca: postgres.instance.ca, servername: name, checkServerIdentity };
      const client = new Client({ ...postgres.config(), ssl });
      await client.connect();
      await client.end();
    }
  });

  test('a client with another authority refuses the server', async () => {
    const stranger = await createCertificateAuthority();
    const error = await failToConnect({ ...postgres.config(), ssl: { ca: stranger.pem } });
    expect(error.message).toMatch(/certificate/);
  });

  test('a client that expects another host name refuses the server', async () => {
    const identity = (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity('elsewhere.example', certificate);
    const ssl = { ca: postgres.instance.ca, checkServerIdentity: identity };
    expect((await failToConnect({ ...postgres.config(), ssl })).message).toMatch(/altnames|does not match/i);
  });

  test('a connection without TLS is refused', async () => {
    const error = await failToConnect({ ...postgres.config(), ssl: false });
    expect(error).toMatchObject({ code: '28000', message: expect.stringContaining('no encryption') });
  });
});

describe('logging in', () => {
  test('a wrong password gets 28P01, and so does a role that does not exist', async () => {
    expect(await failToConnect({ ...postgres.config(), password: 'wrong' })).toMatchObject({ code: '28P01' });
    expect(await failToConnect({ ...postgres.config(), user: 'nobody_here' })).toMatchObject({
      code: '28P01',
      message: 'password authentication failed for user "nobody_here"',
    });
  });

  test('a database that does not exist gets 3D000', async () => {
    expect(await failToConnect({ ...postgres.config(), database: 'nothing' })).toMatchObject({ code: '3D000' });
  });

  test('the owner of the server is never let in from outside', async () => {
    expect(await failToConnect({ ...postgres.config(), user: 'rdsadmin' })).toMatchObject({ code: '28000' });
  });

  test('a new password works at once, and the old one no longer', async () => {
    await postgres.withClient((master) => master.query("CREATE ROLE rotated LOGIN PASSWORD 'first'"));
    await postgres.withClient((c) => c.query('SELECT 1'), { user: 'rotated', password: 'first' });
    await postgres.withClient((master) => master.query("ALTER ROLE rotated PASSWORD 'second'"));
    expect(await failToConnect({ ...postgres.config(), user: 'rotated', password: 'first' })).toMatchObject({
      code: '28P01',
    });
    await postgres.withClient((c) => c.query('SELECT 1'), { user: 'rotated', password: 'second' });
  });

  test('a role without LOGIN, without CONNECT, or past its validity or its limit is refused as a server does', async () => {
    await postgres.withClient(async (master) => {
      await master.query('CREATE DATABASE closed');
      await master.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
      await master.query("CREATE ROLE sleeper NOLOGIN PASSWORD 'x'");
      await master.query("CREATE ROLE outsider LOGIN PASSWORD 'x'");
      await master.query("CREATE ROLE expired LOGIN PASSWORD 'x' VALID UNTIL '2001-01-01'");
      await master.query("CREATE ROLE crowded LOGIN PASSWORD 'x' CONNECTION LIMIT 0");
    });
    const as = (user: string, database = 'app') =>
      failToConnect({ ...postgres.config(), user, password: 'x', database });
    expect(await as('sleeper')).toMatchObject({ code: '28000' });
    expect(await as('outsider', 'closed')).toMatchObject({ code: '42501' });
    expect(await as('expired')).toMatchObject({ code: '28P01' });
    expect(await as('crowded')).toMatchObject({ code: '53300' });
  });

  test('settings of the database and the role hold from the first statement, and RESET goes back to them', async () => {
    await postgres.withClient(async (master) => {
      await master.query("CREATE ROLE settled LOGIN PASSWORD 'x'");
      await master.query("ALTER ROLE settled SET work_mem = '9MB'");
      await master.query("ALTER ROLE settled IN DATABASE app SET search_path = 'one', 'two'");
      await master.query("ALTER DATABASE app SET lock_timeout = '7s'");
    });
    const show = `SELECT current_setting('work_mem') w, current_setting('search_path') s, current_setting('lock_timeout') l`;
    await postgres.withClient(
      async (client) => {
        const expected = [{ w: '9MB', s: 'one, two', l: '7s' }];
        expect((await client.query(show)).rows).toEqual(expected);
        await client.query("SET work_mem = '1MB'; SET search_path = public; SET lock_timeout = 0");
        await client.query('RESET ALL');
        expect((await client.query(show)).rows).toEqual(expected);
      },
      { user: 'settled', password: 'x' },
    );
    await postgres.withClient((master) => master.query('ALTER DATABASE app RESET lock_timeout'));
  });

  test('what the client asks for at login is set, and what it may not set is refused', async () => {
    const client = new Client({ ...postgres.config(), application_name: 'conformance', statement_timeout: 4321 });
    await client.connect();
    const { rows } = await client.query(
      `SELECT current_setting('application_name') a, current_setting('statement_timeout') t`,
    );
    await client.end();
    expect(rows).toEqual([{ a: 'conformance', t: '4321ms' }]);
    const error = await failToConnect({ ...postgres.config(), options: '-c log_statement=all' });
    expect(['42501', '42704']).toContain(error.code);
  });
});

describe('the master', () => {
  test('may create roles and databases, and is no superuser', async () => {
    const { rows } = await postgres.withClient((c) =>
      c.query(
        'SELECT rolsuper s, rolcreaterole r, rolcreatedb d, rolbypassrls b FROM pg_roles WHERE rolname = session_user',
      ),
    );
    expect(rows).toEqual([{ s: false, r: true, d: true, b: false }]);
  });

  test('has a role that it created only once it granted it to itself, as PostgreSQL 16 rules', async () => {
    await postgres.withClient(async (master) => {
      await master.query('CREATE ROLE keeper NOLOGIN');
      expect(await sqlState(master.query('ALTER DATABASE app OWNER TO keeper'))).toBe('42501');
      expect(await sqlState(master.query('ALTER ROLE keeper NOSUPERUSER'))).toBe('42501');
      expect(await sqlState(master.query('SELECT * FROM pg_authid'))).toBe('42501');
      await master.query('GRANT keeper TO CURRENT_USER WITH INHERIT TRUE, SET TRUE');
      await master.query('CREATE DATABASE kept OWNER keeper');
      expect(await sqlState(master.query('SET SESSION AUTHORIZATION rdsadmin'))).toBe('42501');
    });
  });

  testNeeding(['vector'], postgres, 'may create pgvector, as on RDS', async () => {
    await postgres.withClient(async (master) => {
      await master.query('CREATE EXTENSION vector');
      const { rows } = await master.query(`SELECT '[1,2]'::vector <=> '[2,1]'::vector AS distance`);
      expect(Number(rows[0].distance)).toBeCloseTo(0.2);
      await master.query('DROP EXTENSION vector');
    });
  });
});

describe('one session and the next', () => {
  test('share nothing: settings, temporary tables, prepared statements, roles and advisory locks end with a session', async () => {
    await postgres.withClient(async (client) => {
      await client.query("SET work_mem = '3MB'; SET plinth.mine = 'yes'");
      await client.query('CREATE TEMPORARY TABLE mine (id int)');
      await client.query('PREPARE mine AS SELECT 1');
      await client.query('SELECT pg_advisory_lock(42)');
    });
    await postgres.withClient(async (client) => {
      const { rows } = await client.query(`
        SELECT current_setting('work_mem') w, current_setting('plinth.mine', true) m, to_regclass('mine') t,
          (SELECT count(*)::int FROM pg_prepared_statements) p, pg_try_advisory_lock(42) l`);
      expect(rows[0]).toMatchObject({ t: null, p: 0, l: true });
      expect(rows[0].w).not.toBe('3MB');
      expect(rows[0].m ?? '').toBe('');
    });
  });

  test('that are open together both make progress, and each keeps its own settings', async () => {
    const a = await postgres.connect();
    const b = await postgres.connect();
    await a.query("SET work_mem = '5MB'");
    await b.query("SET work_mem = '6MB'");
    for (let i = 0; i < 2; i++) {
      expect((await a.query('SHOW work_mem')).rows).toEqual([{ work_mem: '5MB' }]);
      expect((await b.query('SHOW work_mem')).rows).toEqual([{ work_mem: '6MB' }]);
    }
    await a.query('CREATE TABLE seen_by_both (id int)');
    await b.query('INSERT INTO seen_by_both VALUES (1)');
    expect((await a.query('SELECT count(*)::int AS n FROM seen_by_both')).rows).toEqual([{ n: 1 }]);
    await Promise.all([a.end(), b.end()]);
  });

  test('one that holds an advisory lock keeps it while others come and go', async () => {
    const holder = await postgres.connect();
    await holder.query('SELECT pg_advisory_lock(7)');
    const other = postgres.connect();
    const first = await Promise.race([
      other.then(() => 'in'),
      new Promise((resolve) => setTimeout(resolve, 300, 'waits')),
    ]);
    if (first === 'in') {
      const client = await other;
      expect((await client.query('SELECT pg_try_advisory_lock(7) AS got')).rows).toEqual([{ got: false }]);
    }
    await holder.end();
    const client = await other;
    for (;;) {
      const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock(7) AS got');
      if (rows[0]?.got) break;
    }
    await client.end();
  });

  testNeeding(['killBackend', 'concurrentSessions'], postgres, 'one can be ended by another', async () => {
    const victim = await postgres.connect();
    const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => victim.once('end', resolve));
    const running = sqlState(victim.query('SELECT pg_sleep(30)'));
    await postgres.withClient((c) => c.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]));
    expect(await running).toBe('57P01');
    await ended;
  });
});
