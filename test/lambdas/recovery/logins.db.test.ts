import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import type { RecoveryLoginsInput, RecoveryLoginsSettings } from '../../../lambdas/recovery-logins/contract';
import { recoveryLoginsFunction } from '../../../lambdas/recovery-logins/function';
import type { LambdaContext } from '../../../lambdas/shared/custom-resource';
import { usePostgres } from '../../support/postgres';
import { inputOf, opener, rolesOf, run, soon } from '../app-database/helpers';

const postgres = usePostgres();
const context = { getRemainingTimeInMillis: () => 60_000 } as LambdaContext;
const parameters = new Map<string, string>();

const settings = (): RecoveryLoginsSettings => ({
  AdminSecret: 'arn:secret',
  Database: 'shop',
  Roles: rolesOf('shop'),
  Parameters: { app: '/shop/app', readonly: '/shop/readonly' },
});

const call = (input: Partial<RecoveryLoginsInput>) =>
  recoveryLoginsFunction(
    {
      ca: postgres.instance.ca,
      readSecret: async () => {
        const { user: username, password } = postgres.instance.master;
        return JSON.stringify({ username, password });
      },
      readParameter: async (name) => parameters.get(name),
    },
    settings,
  )(
    {
      ...{ Action: 'prepare', Host: 'localhost', Port: postgres.instance.port, Recovery: '20261121-041205' },
      ...{ Restored: true, RestoresTo: '2026-11-21T04:00:00.000Z' },
      ...input,
    },
    context,
  );

const publish = (which: 'app' | 'readonly', user: string, password: string, host = 'localhost') =>
  parameters.set(
    `/shop/${which}`,
    `postgresql://${user}:${password}@${host}:${postgres.instance.port}/shop?sslmode=verify-full`,
  );

const worksAs = (user: string, password: string) =>
  postgres.withClient(async (client) => (await client.query('SELECT current_user AS me')).rows[0].me, {
    ...{ user, password, database: 'shop' },
  });

beforeAll(async () => {
  // The copy: of a time before the last rotation.
  await ensureAppDatabase(opener(postgres), inputOf('shop'), soon());
  await postgres.withClient((client) =>
    run(client, "ALTER ROLE shop_user PASSWORD 'of-that-time'", "ALTER ROLE shop_readonly PASSWORD 'still-right'"),
  );
});

test('a password that was changed since is set on the copy, and one that works is left alone', async () => {
  publish('app', 'shop_user', 'of-today');
  publish('readonly', 'shop_readonly', 'still-right');
  expect(await call({})).toEqual({
    Found: [
      'shop_user had another password then, and has the published one now.',
      'shop_readonly logs in with what is published.',
    ],
  });
  expect(await worksAs('shop_user', 'of-today')).toBe('shop_user');
  expect(await call({})).toEqual({
    Found: ['shop_user logs in with what is published.', 'shop_readonly logs in with what is published.'],
  });
});

test('a second login that is younger than the copy is made, with all that its role has', async () => {
  publish('app', 'shop_user_2', 'of-the-twin');
  parameters.delete('/shop/readonly');
  expect(await call({})).toEqual({
    Found: [
      'shop_user_2 had another password then, and has the published one now.',
      'There is no parameter /shop/readonly, so nobody logs in by it.',
    ],
  });
  expect(await worksAs('shop_user_2', 'of-the-twin')).toBe('shop_user_2');
  await postgres.withClient(
    (client) => run(client, 'CREATE TABLE public.orders (id int)', 'GRANT SELECT ON public.orders TO shop_user'),
    { database: 'shop' },
  );
  const seen = postgres.withClient((client) => client.query('SELECT * FROM public.orders'), {
    ...{ user: 'shop_user_2', password: 'of-the-twin', database: 'shop' },
  });
  await expect(seen).resolves.toMatchObject({ rowCount: 0 });
});

test('roles that are younger than the copy are made as they are declared, and log in with what is published', async () => {
  await postgres.withClient((client) => run(client, 'DROP OWNED BY shop_readonly', 'DROP ROLE shop_readonly'), {
    database: 'shop',
  });
  publish('app', 'shop_user', 'of-today');
  publish('readonly', 'shop_readonly', 'of-the-new-one');
  const { Found } = await call({});
  expect(Found[0]).toBe('Not there yet at that time, and made as declared: shop_readonly.');
  expect(Found.at(-1)).toBe('shop_readonly had another password then, and has the published one now.');
  expect(await worksAs('shop_readonly', 'of-the-new-one')).toBe('shop_readonly');
});

test('by the published host it is proved that the application reaches the instance that is wanted', async () => {
  publish('app', 'shop_user', 'of-today');
  await call({});
  expect(await call({ Action: 'verify' })).toEqual({
    Found: [
      'shop_user logs in at localhost with what is published, and it is the instance restored by 20261121-041205.',
    ],
  });
  // The same server is not the one from before, and not that of another recovery.
  await expect(call({ Action: 'verify', Restored: false })).rejects.toThrow('localhost is still the instance');
  await expect(call({ Action: 'verify', Recovery: '20261122-000000' })).rejects.toThrow(
    'localhost is not yet the instance',
  );
  expect((await call({ Action: 'verify', Recovery: '20261122-000000', Restored: false })).Found).toEqual([
    'shop_user logs in at localhost with what is published, and it is the instance from before 20261122-000000.',
  ]);
  // A later recovery of the same data is the one that counts.
  await call({ Recovery: '20261122-000000' });
  await expect(call({ Action: 'verify' })).rejects.toThrow('not yet the instance');
  await call({ Action: 'verify', Recovery: '20261122-000000' });
});

test('what is not in order is one sentence, without a password', async () => {
  publish('app', 'shop_user', 'of-today', 'elsewhere.example');
  await expect(call({ Action: 'verify' })).rejects.toThrow(
    'The parameter /shop/app names the host elsewhere.example, and the instance answers at localhost.',
  );
  publish('app', 'somebody', 'of-today');
  await expect(call({})).rejects.toThrow('The parameter /shop/app is for the role somebody, and not for shop_user.');
  parameters.set('/shop/app', 'secret-but-no-url');
  await expect(call({})).rejects.toThrow('The parameter /shop/app holds no connection string.');
  parameters.delete('/shop/app');
  await expect(call({ Action: 'verify' })).rejects.toThrow('There is no parameter /shop/app.');
  publish('app', 'shop_user', 'a-wrong-one');
  const error = await call({ Action: 'verify' }).catch((each: Error) => each.message);
  expect(error).toContain('28P01');
  expect(error).not.toContain('a-wrong-one');
  await expect(call({ Action: 'look' as never })).rejects.toThrow(
    'The property Action is "look"; it takes prepare or verify.',
  );
});
