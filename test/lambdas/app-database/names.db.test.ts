import type { AppDatabaseInput, AppRoles } from '../../../lambdas/app-database/contract';
import { twinName } from '../../../lambdas/app-database/declared';
import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { usePostgres } from '../../support/postgres';
import { inputOf, opener, run, soon } from './helpers';

const postgres = usePostgres();
const open = opener(postgres);

const long = 'a'.repeat(64);
const names: readonly (readonly [string, RegExp])[] = [
  ['x"; DROP TABLE precious; --', /holds "\\""; letters, digits and _ \$ \. - are taken\.$/],
  ["x'; DROP TABLE precious; --", /holds "'"/],
  ['nul\0byte', /holds "\\u0000"/],
  ['new\nline', /holds "\\n"/],
  ['lone\ud800surrogate', /holds "\\ud800"/],
  ['', /is empty; it takes 1 to 63 bytes\.$/],
  [long, /is 64 bytes long; PostgreSQL keeps 63\.$/],
  ['ü'.repeat(32), /is 64 bytes long; PostgreSQL keeps 63\.$/],
];
const kept = [
  'pg_monitor',
  'PG_x',
  'rds_superuser',
  'rdsadmin',
  'postgres',
  'public',
  'PUBLIC',
  'none',
  'current_user',
];

const withRole = (name: string): AppDatabaseInput => {
  const input = inputOf('named');
  return { ...input, roles: { ...input.roles, readonly: { ...input.roles.readonly, name } } };
};
const withOwner = (name: string): AppDatabaseInput => {
  const input = inputOf('named');
  return { ...input, roles: { ...input.roles, owner: { name } } };
};
const withDatabase = (name: string): AppDatabaseInput => ({ ...inputOf('named'), database: { name } });
const withSchema = (name: string): AppDatabaseInput => inputOf('named', { searchPath: [name] });

/** Everything that a name could have reached. */
async function everything() {
  return postgres.withClient(async (client) => {
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM precious) AS kept, (SELECT json_agg(datname ORDER BY 1) FROM pg_database) AS databases,
              (SELECT json_agg(rolname ORDER BY 1) FROM pg_roles) AS roles,
              (SELECT json_agg(nspname ORDER BY 1) FROM pg_namespace) AS schemas`,
    );
    return rows[0];
  });
}

test('a bad name is refused with its reason, wherever it stands, and has no effect', async () => {
  await postgres.withClient((client) =>
    run(client, 'CREATE TABLE precious (id int)', 'INSERT INTO precious VALUES (1)'),
  );
  const before = await everything();
  for (const [name, message] of names) {
    for (const input of [withRole, withOwner, withDatabase, withSchema]) {
      await expect(ensureAppDatabase(open, input(name), soon())).rejects.toThrow(message);
    }
  }
  for (const name of kept) {
    for (const input of [withRole, withOwner]) {
      await expect(ensureAppDatabase(open, input(name), soon())).rejects.toThrow('keeps for itself');
    }
  }
  for (const name of ['postgres', 'template0', 'template1', 'rdsadmin']) {
    await expect(ensureAppDatabase(open, withDatabase(name), soon())).rejects.toThrow('keeps for itself');
  }
  expect(await everything()).toEqual(before);
});

test('two roles of one name, or of the name that a rotation takes, are refused', async () => {
  for (const name of ['named_user', 'named_owner', 'named_user_2']) {
    await expect(ensureAppDatabase(open, withRole(name), soon())).rejects.toThrow(
      `Two roles would be called "${name}"`,
    );
  }
});

test('a bad limit or time is refused before anything is sent', async () => {
  const bad: readonly (readonly [Partial<AppRoles['app']>, string])[] = [
    [{ connectionLimit: 0 }, 'The connectionLimit of the app role is 0; it takes 1 to 262143, or "unlimited".'],
    [{ connectionLimit: 1.5 }, 'The connectionLimit of the app role is 1.5'],
    [{ statementTimeout: "1s'; DROP TABLE x" }, 'The statementTimeout of the app role is "1s\'; DROP TABLE x"'],
    [{ searchPath: [] }, 'The search path of the app role names no schema.'],
  ];
  for (const [app, message] of bad) {
    await expect(ensureAppDatabase(open, inputOf('named', app), soon())).rejects.toThrow(message);
  }
});

test('names that only look odd work, and so does the longest one with its second login', async () => {
  const roles = inputOf('odd').roles;
  const app = { ...roles.app, name: 'Ünser-app user.1' };
  const readonly = { ...roles.readonly, name: 'r'.repeat(63) };
  const input = { database: { name: 'Odd-data base' }, roles: { ...roles, app, readonly } };
  expect((await ensureAppDatabase(open, input, soon())).created).toBe(true);
  expect((await ensureAppDatabase(open, input, soon())).changes).toEqual([]);
  expect(Buffer.byteLength(twinName(readonly.name))).toBe(63);
  expect(twinName(readonly.name)).not.toBe(twinName(`${'r'.repeat(62)}s`));
});
