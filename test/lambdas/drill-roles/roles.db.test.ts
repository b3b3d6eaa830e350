import { connectionString } from '../../../lambdas/app-database/connection-string';
import { twinName } from '../../../lambdas/app-database/declared';
import type { DrillRolesInput } from '../../../lambdas/drill-roles/contract';
import { bringRoles, setSearches } from '../../../lambdas/drill-roles/roles';
import { withSession } from '../../../lambdas/shared/database';
import { testNeeding, usePostgres } from '../../support/postgres';
import { opener, rolesOf, targetOf } from '../app-database/helpers';
import { deploy, database as deployedDatabase, roles as deployedRoles, indexes } from '../drill-check/deployed';
import { adminSecret, serverOf } from '../shared/resources';

const postgres = usePostgres();
const soon = () => Date.now() + 50_000;
const password = 'ThePublishedPasswordOfTheApplication';

const inputFor = (prefix: string): DrillRolesInput => ({
  Action: 'before',
  Instance: serverOf(postgres),
  Database: prefix,
  Roles: rolesOf(prefix),
  AppParameter: '/parameter',
  VectorIndexes: {},
});

const publishing = (database: string, user: string) => ({
  open: opener(postgres),
  readParameter: async () => ({
    value: connectionString({ ...serverOf(postgres), AdminSecret: adminSecret }, { user, password }, database),
    modifiedAt: new Date(),
  }),
});

const loginAs = (user: string, database: string): Promise<string | undefined> =>
  withSession(targetOf(postgres, { user, password, database }), { applicationName: 'test' }, async (session) => {
    const { rows } = await session.query<{ name: string }>('SELECT current_user AS name');
    return rows[0]?.name;
  });

test('an empty server gets the database, the roles, and the login that is published', async () => {
  const { Done } = await bringRoles(publishing('one', 'one_user'), inputFor('one'), soon());
  expect(Done.join(' ')).toContain('one_owner');
  expect(await loginAs('one_user', 'one')).toBe('one_user');
  // Again, as after an answer that was lost.
  await bringRoles(publishing('one', 'one_user'), inputFor('one'), soon());
  expect(await loginAs('one_user', 'one')).toBe('one_user');
});

test('after a rotation it is the second login that is published, and that works', async () => {
  const twin = twinName('two_user');
  await bringRoles(publishing('two', twin), inputFor('two'), soon());
  expect(await loginAs(twin, 'two')).toBeDefined();
  await bringRoles(publishing('two', twin), inputFor('two'), soon());
  expect(await loginAs(twin, 'two')).toBeDefined();
});

test('a parameter that is for somebody else is refused, and its password is not told', async () => {
  const bringing = bringRoles(publishing('three', 'postgres'), inputFor('three'), soon());
  await expect(bringing).rejects.toThrow('The parameter /parameter is for the role postgres, and not for three_user.');
  const none = { ...publishing('three', 'x'), readParameter: async () => undefined };
  await expect(bringRoles(none, inputFor('three'), soon())).rejects.toThrow('holds no connection string to bring');
});

testNeeding(['vector'], postgres, 'how far a search goes is set by what is there, and nothing is built', async () => {
  const open = await deploy(postgres.instance);
  const settings = () =>
    open(deployedDatabase, async (session) => {
      const { rows } = await session.query<{ setconfig: string[] }>(
        `SELECT setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE rolname = 'app_user' AND setdatabase <> 0`,
      );
      return rows.flatMap(({ setconfig }) => setconfig).filter((each) => each.startsWith('ivfflat.probes'));
    });
  const before = await settings();
  expect(before).toHaveLength(1);
  await open(deployedDatabase, async (session) => {
    // Until pgvector is loaded, its settings are unknown to the server.
    await session.query("SELECT '[1]'::vector");
    await session.query('ALTER ROLE app_user IN DATABASE shop RESET ivfflat.probes');
  });
  const input = { ...inputFor('shop'), Roles: deployedRoles, VectorIndexes: indexes };
  await setSearches({ open }, input);
  expect(await settings()).toEqual(before);
  await open(deployedDatabase, async (session) => {
    await session.query('SET ROLE shop_owner');
    await session.query('DROP INDEX embeddings_ivfflat');
  });
  expect(await setSearches({ open }, input)).toEqual({ Done: [] });
  const { rows } = await open(deployedDatabase, (session) =>
    session.query("SELECT FROM pg_class WHERE relname = 'embeddings_ivfflat'"),
  );
  expect(rows).toEqual([]);
});
