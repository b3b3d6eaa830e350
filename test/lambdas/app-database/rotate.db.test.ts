import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { RotateInput } from '../../../lambdas/app-database/contract';
import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { type Credentials, type RotationSeams, rotate } from '../../../lambdas/app-database/rotate';
import { withSession } from '../../../lambdas/shared/database';
import { sqlState, testNeeding, usePostgres } from '../../support/postgres';
import { inputOf, opener, rolesOf, run, soon, targetOf } from './helpers';

const postgres = usePostgres();
const open = opener(postgres);

/** An application's secret, and a record of every value that it ever had. */
function secret() {
  const values: Credentials[] = [];
  return {
    values,
    get value() {
      return values.at(-1);
    },
    publish: async (credentials: Credentials) => void values.push(credentials),
  };
}

/** A role with nothing but its name, or a whole database where a test needs one. */
async function prepared(prefix: string, whole = false) {
  const database = whole ? prefix : 'app';
  if (whole) await ensureAppDatabase(open, inputOf(prefix), soon());
  else await postgres.withClient((client) => run(client, `CREATE ROLE ${prefix}_user LOGIN CONNECTION LIMIT 10`));
  const store = secret();
  const loginAs: RotationSeams['login'] = (credentials, work) =>
    withSession(targetOf(postgres, { ...credentials, database }), { applicationName: 'proof' }, work);
  const seams: RotationSeams = {
    ...{ open, login: loginAs, publish: store.publish },
    published: async () => store.value?.user,
  };
  const input: RotateInput = { database, role: rolesOf(prefix).app, mode: 'alternate' };
  const works = async (credentials: Credentials | undefined) => {
    if (!credentials) throw new Error('nothing is published');
    return postgres.withClient(
      async (client) => {
        const { rows } = await client.query("SELECT current_user AS me, current_setting('search_path') AS path");
        return rows[0];
      },
      { ...credentials, database },
    );
  };
  return { store, seams, input, works };
}

test('the first rotation publishes the role itself, the next its second login, and so on, each able to log in', async () => {
  const { store, seams, input, works } = await prepared('turns', true);
  const first = await rotate(seams, input, soon());
  expect(first.summary).toEqual(['Role turns_user: password set.', 'turns_user is published.']);
  expect(await works(store.value)).toEqual({ me: 'turns_user', path: 'public' });

  const second = await rotate(seams, input, soon());
  expect(second).toMatchObject({ user: 'turns_user_2', previous: 'turns_user' });
  expect(second.summary.at(-1)).toBe(
    'turns_user_2 is published; turns_user keeps its password until the next rotation.',
  );
  expect(await works(store.value)).toEqual({ me: 'turns_user_2', path: 'public' });
  expect(await works(store.values[0])).toMatchObject({ me: 'turns_user' });

  const third = await rotate(seams, input, soon());
  expect(third).toMatchObject({ user: 'turns_user', previous: 'turns_user_2' });
  expect(await works(store.value)).toMatchObject({ me: 'turns_user' });
  expect(await sqlState(works(store.values[0]))).toBe('28P01');
  expect(JSON.stringify([first, second, third])).not.toContain('SCRAM');

  // The roles are as declared, twin and all.
  expect((await ensureAppDatabase(open, inputOf('turns'), soon())).changes).toEqual([]);
});

test('the second login may do what the role may, and follows its settings', async () => {
  const { store, seams, input } = await prepared('same', true);
  await rotate(seams, input, soon());
  await rotate(seams, input, soon());
  await postgres.withClient((client) => run(client, 'SET ROLE same_owner', 'CREATE TABLE later (id int)'), {
    database: 'same',
  });
  await postgres.withClient((client) => run(client, 'INSERT INTO later VALUES (1)', 'DELETE FROM later'), {
    ...store.value,
    database: 'same',
  });
  const { summary } = await ensureAppDatabase(open, inputOf('same', { statementTimeout: '7s' }), soon());
  expect(summary).toEqual([
    'Role same_user: statement_timeout 30s -> 7s.',
    'Role same_user_2: statement_timeout 30s -> 7s.',
  ]);
});

testNeeding(['vector'], postgres, 'the second login searches an index with the same settings as the role', async () => {
  const { store, seams, input } = await prepared('probes', true);
  await rotate(seams, input, soon());
  const load = ['CREATE EXTENSION vector', "SELECT '[1]'::vector"];
  const set = (value: number) => `ALTER ROLE probes_user IN DATABASE probes SET hnsw.ef_search = ${value}`;
  await postgres.withClient((client) => run(client, ...load, set(100)), { database: 'probes' });
  const { summary } = await rotate(seams, input, soon());
  expect(summary).toContain('Role probes_user_2: hnsw.ef_search unset -> 100.');
  const shown = await postgres.withClient((client) => client.query('SHOW hnsw.ef_search'), {
    ...{ ...store.value, database: 'probes' },
  });
  expect(shown.rows).toEqual([{ 'hnsw.ef_search': '100' }]);
  await postgres.withClient((client) => run(client, "SELECT '[1]'::vector", set(200)), { database: 'probes' });
  const again = await ensureAppDatabase(open, inputOf('probes'), soon());
  expect(again.summary).toEqual(['Role probes_user_2: hnsw.ef_search 100 -> 200.']);
});

const failures: readonly [string, Partial<RotationSeams>, RegExp][] = [
  ['the login is refused', { login: () => Promise.reject(new Error('login refused')) }, /login refused/],
  ['publishing fails', { publish: () => Promise.reject(new Error('store is down')) }, /store is down/],
  ['the store cannot be read', { published: () => Promise.reject(new Error('cannot read')) }, /cannot read/],
];

test('whatever fails, what is published goes on working, and the next run succeeds', async () => {
  const { store, seams, input, works } = await prepared('faults');
  await rotate(seams, input, soon());
  for (const [what, fault, message] of failures) {
    const before = store.value;
    await expect(rotate({ ...seams, ...fault }, input, soon())).rejects.toThrow(message);
    expect([what, store.value]).toEqual([what, before]);
    await works(store.value);
    const { user } = await rotate(seams, input, soon());
    expect(store.value?.user).toBe(user);
    await works(store.value);
  }
});

test('an error of the store that carries the password comes out without it', async () => {
  const { store, seams, input } = await prepared('leaky');
  let password = '';
  const publish = async (credentials: Credentials) => {
    password = credentials.password;
    throw Object.assign(new Error(`cannot store ${credentials.password}`), { request: credentials });
  };
  const error: unknown = await rotate({ ...seams, publish }, input, soon()).catch((e: unknown) => e);
  expect(password).toHaveLength(40);
  expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain(password);
  expect((error as Error).message).toBe('cannot store ***');
  expect(store.values).toEqual([]);
});

test('a rotation that another one overtook publishes nothing', async () => {
  const { store, seams, input, works } = await prepared('race');
  await rotate(seams, input, soon());
  let overtaken = false;
  const overtake: RotationSeams['login'] = async (credentials, work) => {
    // The other one runs to its end between the change of our password and its proof.
    if (!overtaken) {
      overtaken = true;
      await rotate(seams, input, soon());
    }
    return seams.login(credentials, work);
  };
  await expect(rotate({ ...seams, login: overtake }, input, soon())).rejects.toMatchObject({ reason: 'password' });
  expect(store.values).toHaveLength(2);
  await works(store.value);
});

testNeeding(
  ['concurrentSessions'],
  postgres,
  'a rotation that is overtaken after its proof publishes nothing either',
  async () => {
    const { store, seams, input, works } = await prepared('late');
    await rotate(seams, input, soon());
    const overtake: RotationSeams['login'] = (credentials, work) =>
      seams.login(credentials, async (session) => {
        // What another rotation does to the role, just after our password was found to be right.
        await postgres.withClient((client) =>
          run(client, "COMMENT ON ROLE late_user_2 IS 'plinth rotation of somebody else'"),
        );
        return work(session);
      });
    await expect(rotate({ ...seams, login: overtake }, input, soon())).rejects.toThrow(
      /Another rotation set the password/,
    );
    expect(store.values).toHaveLength(1);
    await works(store.value);
  },
);

test('in place, the same user gets a new password at once, and the moment between is told', async () => {
  const { store, seams, input, works } = await prepared('leak');
  await rotate(seams, input, soon());
  const result = await rotate(seams, { ...input, mode: 'inPlace' }, soon());
  expect(result).toMatchObject({ user: 'leak_user', previous: 'leak_user' });
  expect(result.summary.at(-1)).toBe(
    'New connections as leak_user with the old password failed from the change until it was published.',
  );
  expect(await sqlState(works(store.values[0]))).toBe('28P01');
  await works(store.value);

  const publish = () => Promise.reject(new Error('store is down'));
  await expect(rotate({ ...seams, publish }, { ...input, mode: 'inPlace' }, soon())).rejects.toThrow(
    'The password of "leak_user" is changed and not published, so new connections fail until this is run again: store is down',
  );
  await rotate(seams, { ...input, mode: 'inPlace' }, soon());
  await works(store.value);
});

test('a published user that is neither of the two is refused, and no password changes', async () => {
  const { store, seams, input, works } = await prepared('odd');
  await rotate(seams, input, soon());
  await expect(rotate({ ...seams, published: async () => 'somebody' }, input, soon())).rejects.toThrow(
    'The published user is "somebody", which is neither "odd_user" nor its second login "odd_user_2".',
  );
  await works(store.value);
});

test('a role of the name of the second login that no rotation made is refused', async () => {
  const { store, seams, input, works } = await prepared('taken');
  await rotate(seams, input, soon());
  await postgres.withClient((client) => run(client, 'CREATE ROLE taken_user_2 LOGIN'));
  await expect(rotate(seams, input, soon())).rejects.toThrow(
    'The role "taken_user_2" exists and is no member of "taken_user"',
  );
  await works(store.value);
});

testNeeding(
  ['killBackend'],
  postgres,
  'the admin ends the sessions of both logins by what docs/recovery.md says',
  async () => {
    const { store, seams, input } = await prepared('ended', true);
    for (let turn = 0; turn < 2; turn++) await rotate(seams, input, soon());
    const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'recovery.md'), 'utf8');
    const [ends = '', counts = ''] = page.match(/SELECT (pg_terminate_backend|usename, count).*;/g) ?? [];
    const logins = await Promise.all(store.values.map((login) => postgres.connect({ ...login, database: 'ended' })));
    const over = logins.map((client) => new Promise((resolve) => client.once('error', resolve)));
    await postgres.withClient(async (admin) => {
      const users = async () => (await admin.query(counts)).rows.map(({ usename }) => usename).sort();
      expect(await users()).toEqual(['ended_user', 'ended_user_2']);
      await admin.query(ends.replaceAll('app_user', 'ended_user'));
      await Promise.all(over);
      expect(await users()).toEqual([]);
    });
  },
);
