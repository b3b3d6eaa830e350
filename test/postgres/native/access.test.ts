import { connect } from 'node:net';
import { openNativePlace } from '../../../postgres/native';
import type { PostgresInstance, PostgresPlace } from '../../../postgres/place';
import { query } from './helpers';

// Each test starts several servers, on a machine that may be busy with others.
jest.setTimeout(60_000);

let place: PostgresPlace;
let instance: PostgresInstance;

beforeAll(async () => {
  place = await openNativePlace();
  instance = await place.create({ database: 'app', hostNames: ['db.example'] });
});
afterAll(() => place.close());

test('plaintext is refused, as with rds.force_ssl', async () => {
  await expect(query(instance, 'SELECT 1', { ssl: false })).rejects.toMatchObject({ code: '28000' });
});

test('a wrong password is refused', async () => {
  await expect(query(instance, 'SELECT 1', { password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
});

test('rdsadmin cannot be reached over TCP', async () => {
  await expect(query(instance, 'SELECT 1', { user: 'rdsadmin' })).rejects.toMatchObject({
    code: '28000',
    message: expect.stringContaining('pg_hba.conf rejects'),
  });
});

test('the server listens on 127.0.0.1 alone', async () => {
  const refused = await new Promise((resolve) => {
    const socket = connect(instance.port, '127.0.0.2', () => resolve('connected'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once('connect', () => socket.destroy());
  });
  expect(refused).not.toBe('connected');
});

test('the certificate is verified for each of its names', async () => {
  // With an address as its host the client leaves the name to check to us.
  const as = (servername: string) => ({ host: '127.0.0.1', ssl: { ca: instance.ca, servername } });
  expect(await query(instance, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', as('db.example'))).toEqual([
    { ssl: true },
  ]);
  await expect(query(instance, 'SELECT 1', as('other.example'))).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('the master has what the one of RDS has, and is no superuser', async () => {
  const [role] = await query(
    instance,
    `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
            pg_has_role('pg_monitor', 'MEMBER WITH ADMIN OPTION') AS monitor,
            pg_get_userbyid(datdba) AS owner
       FROM pg_roles, pg_database WHERE rolname = current_user AND datname = 'app'`,
  );
  expect(role).toEqual({
    rolsuper: false,
    rolcreatedb: true,
    rolcreaterole: true,
    rolreplication: false,
    rolbypassrls: false,
    monitor: true,
    owner: 'plinth_admin',
  });
});

test('the master creates the extensions that RDS offers and no others', async () => {
  for (const name of ['pg_stat_statements', 'amcheck', 'pg_prewarm', 'pg_buffercache', 'unaccent']) {
    await query(instance, `CREATE EXTENSION ${name}`);
  }
  await expect(query(instance, 'CREATE EXTENSION file_fdw')).rejects.toMatchObject({ code: '42501' });
});

test('the master creates pgvector exactly where the place says that it is there', async () => {
  const create = query(instance, 'CREATE EXTENSION vector');
  if (place.cannot.vector) await expect(create).rejects.toMatchObject({ code: '0A000' });
  else
    await expect(create.then(() => query(instance, "SELECT '[1,2]'::vector <-> '[1,2]' AS d"))).resolves.toEqual([
      { d: 0 },
    ]);
});

test('the password of the master is in no log, even when its creation fails', async () => {
  const password = 'correct horse battery';
  await expect(place.create({ master: { user: 'pg_me', password } })).rejects.toThrow(
    'The master user cannot be named pg_me: rdsadmin and names that begin with pg_ are reserved.',
  );
  const told = await place.create({ master: { user: 'it\'s "me"', password }, parameters: { log_statement: 'all' } });
  expect(await query(told, 'SELECT current_user AS me')).toEqual([{ me: 'it\'s "me"' }]);
  const log = await told.log();
  expect(log).toContain('CREATE ROLE');
  expect(log).not.toContain(password);
});
