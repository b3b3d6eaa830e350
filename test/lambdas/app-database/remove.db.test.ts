import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { removeDatabase } from '../../../lambdas/app-database/remove-database';
import { removeRole } from '../../../lambdas/app-database/remove-role';
import { type RotationSeams, rotate } from '../../../lambdas/app-database/rotate';
import { withSession } from '../../../lambdas/shared/database';
import { sqlState, testNeeding, usePostgres } from '../../support/postgres';
import { inputOf, opener, run, soon, targetOf } from './helpers';

const postgres = usePostgres();
const open = opener(postgres);

async function roleExists(name: string): Promise<boolean> {
  return postgres.withClient(async (client) => {
    return (await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])).rowCount === 1;
  });
}

/** A role that owns a table in two databases, one of which another's view looks at. */
async function owning(role: string) {
  const owned = [
    'CREATE SCHEMA AUTHORIZATION CURRENT_USER',
    'CREATE TABLE notes (id int)',
    'INSERT INTO notes VALUES (1)',
  ];
  await postgres.withClient((client) =>
    run(
      client,
      ...[`CREATE ROLE ${role}`, `GRANT ${role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`],
      ...[`CREATE DATABASE ${role}_a`, `CREATE DATABASE ${role}_b`],
      ...[`GRANT CREATE ON DATABASE ${role}_a TO ${role}`, `GRANT CREATE ON DATABASE ${role}_b TO ${role}`],
    ),
  );
  for (const database of [`${role}_a`, `${role}_b`]) {
    await postgres.withClient((client) => run(client, `SET ROLE ${role}`, ...owned), { database });
  }
}

test('retain lists what the role owns, in every database, and changes nothing', async () => {
  await owning('keeper');
  const result = await removeRole(open, { role: 'keeper', mode: 'retain' }, soon());
  expect(result.outcome).toBe('retained');
  expect(result.summary).toEqual([
    'Role keeper: retained, as it is.',
    'On the server, keeper has privileges on 2 other objects.',
    'In the database keeper_a, keeper owns schema keeper, table keeper.notes.',
    'In the database keeper_b, keeper owns schema keeper, table keeper.notes.',
  ]);
  expect(await roleExists('keeper')).toBe(true);
});

test('reassign hands everything to the heir, in every database, and the data stay', async () => {
  await owning('leaver');
  await postgres.withClient((client) => run(client, 'CREATE ROLE heir'));
  await postgres.withClient((client) => run(client, 'GRANT heir TO CURRENT_USER WITH INHERIT TRUE, SET TRUE'));
  const result = await removeRole(open, { role: 'leaver', mode: 'reassign', heir: 'heir' }, soon());
  expect(result.outcome).toBe('removed');
  expect(result.summary[0]).toBe('Role leaver: removed; what it owned belongs to heir.');
  expect(await roleExists('leaver')).toBe(false);
  for (const database of ['leaver_a', 'leaver_b']) {
    await postgres.withClient(
      async (client) => {
        const { rows } = await client.query(
          "SELECT tableowner AS owner, (SELECT count(*)::int FROM leaver.notes) AS rows FROM pg_tables WHERE tablename = 'notes'",
        );
        expect(rows).toEqual([{ owner: 'heir', rows: 1 }]);
      },
      { database },
    );
  }
  expect((await removeRole(open, { role: 'leaver', mode: 'reassign', heir: 'heir' }, soon())).outcome).toBe('absent');
});

test('drop removes what the role owns, and stops with a list where something of another role stands on it', async () => {
  await owning('dropped');
  const viewer = ['CREATE VIEW public.over_it AS SELECT * FROM dropped.notes'];
  await postgres.withClient((client) => run(client, ...viewer), { database: 'dropped_b' });
  await expect(removeRole(open, { role: 'dropped', mode: 'drop' }, soon())).rejects.toThrow(
    /^Role dropped, "drop what it owns", failed: cannot drop .* because other objects depend on (it|them) \(2BP01\)\.\nview over_it depends on table dropped\.notes\n/,
  );
  expect(await roleExists('dropped')).toBe(true);
  await postgres.withClient((client) => run(client, 'SELECT FROM dropped.notes'), { database: 'dropped_a' });
  await postgres.withClient((client) => run(client, 'DROP VIEW public.over_it'), { database: 'dropped_b' });
  await removeRole(open, { role: 'dropped', mode: 'drop' }, soon());
  expect(await roleExists('dropped')).toBe(false);
  const gone = postgres.withClient((client) => client.query('SELECT FROM dropped.notes'), { database: 'dropped_a' });
  expect(await sqlState(gone)).toBe('42P01');
});

test('drop refuses a role that owns a database, before it has dropped anything', async () => {
  await ensureAppDatabase(open, inputOf('whole'), soon());
  await postgres.withClient((client) => run(client, 'SET ROLE whole_owner', 'CREATE TABLE kept (id int)'), {
    database: 'whole',
  });
  await expect(removeRole(open, { role: 'whole_owner', mode: 'drop' }, soon())).rejects.toThrow(
    'The role whole_owner owns database whole, which is not dropped with a role; give it another owner first.',
  );
  await postgres.withClient((client) => run(client, 'SELECT FROM kept'), { database: 'whole' });
});

testNeeding(['concurrentSessions'], postgres, 'a role that is logged in is not removed', async () => {
  await postgres.withClient((client) => run(client, "CREATE ROLE busy LOGIN PASSWORD 'busy-busy-busy'"));
  await postgres.withClient(
    async () => {
      await expect(removeRole(open, { role: 'busy', mode: 'drop' }, soon())).rejects.toThrow(
        /^The role busy is logged in, in session \d+; end that first\.$/,
      );
    },
    { user: 'busy', password: 'busy-busy-busy' },
  );
});

/** The application's role and, as a rotation makes it, its second login. */
async function withTwin(prefix: string) {
  const input = inputOf(prefix);
  await ensureAppDatabase(open, input, soon());
  const store: { user: string | undefined } = { user: `${prefix}_user` };
  const seams: RotationSeams = {
    open,
    published: async () => store.user,
    login: (credentials, work) =>
      withSession(
        targetOf(postgres, { ...credentials, database: prefix }),
        { applicationName: 'test', connectTimeoutMs: 60_000 },
        work,
      ),
    publish: async ({ user }) => {
      store.user = user;
    },
  };
  await rotate(seams, { database: prefix, role: input.roles.app, mode: 'alternate' }, soon());
  expect(await roleExists(`${prefix}_user_2`)).toBe(true);
  return input;
}

test('drop takes the second login of a rotation along, with what that one owns', async () => {
  await withTwin('pair');
  const act = ['GRANT pair_user_2 TO CURRENT_USER WITH INHERIT TRUE, SET TRUE', 'SET ROLE pair_user_2'];
  const allow = 'GRANT CREATE ON DATABASE pair TO pair_user_2';
  const made = ['CREATE SCHEMA hers', 'CREATE TABLE hers.notes (id int)'];
  await postgres.withClient((client) => run(client, 'SET ROLE pair_owner', allow, 'RESET ROLE', ...act, ...made), {
    database: 'pair',
  });
  const result = await removeRole(open, { role: 'pair_user', mode: 'drop' }, soon());
  expect(result.summary).toContain('Role pair_user_2: removed; what it owned is dropped.');
  expect([await roleExists('pair_user'), await roleExists('pair_user_2')]).toEqual([false, false]);
});

test('a second login that was left when its role was gone already is removed all the same', async () => {
  await withTwin('left');
  await postgres.withClient((client) => run(client, 'DROP OWNED BY left_user'), { database: 'left' });
  await postgres.withClient((client) => run(client, 'DROP ROLE left_user'));
  await removeRole(open, { role: 'left_user', mode: 'drop' }, soon());
  expect([await roleExists('left_user'), await roleExists('left_user_2')]).toEqual([false, false]);
});

test('a role that merely has such a name is nobody’s second login, and stays', async () => {
  await postgres.withClient((client) => run(client, 'CREATE ROLE lone', 'CREATE ROLE lone_2 LOGIN'));
  await removeRole(open, { role: 'lone', mode: 'drop' }, soon());
  expect([await roleExists('lone'), await roleExists('lone_2')]).toEqual([false, true]);
});

test('a name that is kept for the server is refused', async () => {
  const drop = removeRole(open, { role: 'rds_superuser', mode: 'drop' }, soon());
  await expect(drop).rejects.toThrow('keeps for itself');
});

test('a database is dropped once, and then is absent', async () => {
  await postgres.withClient((client) => run(client, 'CREATE DATABASE going'));
  const input = { database: 'going', endSessions: false };
  expect((await removeDatabase(open, input, soon())).outcome).toBe('removed');
  expect((await removeDatabase(open, input, soon())).outcome).toBe('absent');
});

testNeeding(
  ['concurrentSessions'],
  postgres,
  'a database in use is dropped only when told to end its sessions',
  async () => {
    await postgres.withClient((client) => run(client, 'CREATE DATABASE used'));
    const client = await postgres.connect({ database: 'used' });
    const ended = new Promise((resolve) => client.once('end', resolve));
    await expect(removeDatabase(open, { database: 'used', endSessions: false }, soon())).rejects.toThrow(
      /^The database used is in use by session \d+ \(/,
    );
    await removeDatabase(open, { database: 'used', endSessions: true }, soon());
    await ended;
  },
);
