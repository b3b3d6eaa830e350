// What CloudFormation may send to a custom resource, and when, for each of them alike.
import { appDatabaseResource } from '../../../lambdas/app-database/resource';
import { extensionsResource } from '../../../lambdas/extensions/resource';
import type { BundledFile } from '../../../lambdas/migrations/contract';
import { loadMigrations } from '../../../lambdas/migrations/files';
import { migrationsResource } from '../../../lambdas/migrations/resource';
import { vectorIndexesResource } from '../../../lambdas/vector-indexes/resource';
import { testNeeding, usePostgres } from '../../support/postgres';
import { rolesOf } from '../app-database/helpers';
import {
  create,
  deliver,
  failureOf,
  type Handler,
  newParameters,
  type Properties,
  remove,
  seamsOf,
  serverOf,
  update,
} from './resources';

const postgres = usePostgres({ master: { password: 'a/pass:word' } });
const secrets = ['a/pass:word', encodeURIComponent('a/pass:word')];
beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

interface Case {
  readonly handler: () => Handler;
  readonly properties: () => Properties;
  /** What makes it fail. */
  readonly broken: Properties;
}

const common = () => ({ Prefix: 'shop', Server: serverOf(postgres), Database: postgres.instance.database });
const files: readonly BundledFile[] = [{ path: '1_books.sql', text: 'CREATE TABLE books (id bigint PRIMARY KEY);' }];
const cases: Readonly<Record<string, Case>> = {
  roles: {
    handler: () => {
      const { parameters } = newParameters();
      return appDatabaseResource({ ...seamsOf(postgres), parameters });
    },
    properties: () => ({
      ...common(),
      Database: 'shop',
      Roles: rolesOf('shop'),
      OnRemove: 'retain',
      Parameters: { app: '/shop/app', readonly: '/shop/readonly' },
      Key: 'arn:aws:kms:ap-southeast-2:111122223333:key/one',
      OnDelete: 'retain',
    }),
    broken: { Key: undefined },
  },
  extensions: {
    handler: () => extensionsResource(seamsOf(postgres)),
    properties: () => ({ ...common(), Extensions: { vector: {} } }),
    broken: { Extensions: { vectr: {} } },
  },
  migrations: {
    handler: () =>
      migrationsResource({
        ...seamsOf(postgres),
        bundled: () => files,
        snapshots: { status: async () => undefined, start: async () => undefined },
      }),
    properties: () => ({
      ...common(),
      Owner: postgres.instance.master.user,
      Migrations: loadMigrations(files).files.map(({ id, checksum }) => `${id}: sha256:${checksum}`),
      Settings: { allowOutOfOrder: false, forbidGaps: false, oneTransaction: false, lint: {} },
    }),
    broken: { Owner: 'nobody' },
  },
  'vector-indexes': {
    handler: () => vectorIndexesResource(seamsOf(postgres)),
    properties: () => ({
      ...common(),
      Owner: postgres.instance.master.user,
      SearchRoles: [],
      Indexes: {},
      MigrationHead: 'none',
      Environment: 'dev',
    }),
    broken: { Owner: 'nobody' },
  },
};

describe.each(Object.entries(cases))('%s', (name, { handler, properties, broken }) => {
  const id = `plinth:shop:${name}`;
  const needing = (title: string, body: () => Promise<void>, more: readonly 'concurrentSessions'[] = []) =>
    testNeeding(name === 'extensions' ? ['vector', ...more] : [...more], postgres, title, body);

  needing('a Delete with the id of a Create that failed, or with any that is not ours, is a success', async () => {
    for (const unknown of ['AWSCDK::CustomResourceProviderFramework::CREATE_FAILED', 'stranger', id.toUpperCase()]) {
      const request = remove(unknown, { ...properties(), OnDelete: 'drop' });
      expect(await deliver(handler(), request)).toEqual({ id: unknown, data: {}, polls: 1 });
    }
  });

  needing('a Delete of properties that another version of the code wrote is a success', async () => {
    expect((await deliver(handler(), remove(id, { Prefix: 'shop', Of: 'old' }))).id).toBe(id);
  });

  needing('an Update after a Create that failed does what the Create was to do', async () => {
    const before = { ...properties(), ...broken };
    await failureOf(handler(), create(before), secrets);
    const updated = await deliver(handler(), update(id, before, properties()));
    expect(updated.id).toBe(id);
    expect(await deliver(handler(), create(properties()))).toEqual(updated);
  });

  needing('the same Create, delivered twice at once, is done once and answered the same', async () => {
    const [one, request] = [handler(), create(properties())];
    const [first, second] = await Promise.all([deliver(one, request), deliver(one, request)]);
    expect({ ...second, polls: 0 }).toEqual({ ...first, polls: 0 });
  }, ['concurrentSessions']);

  needing('a Delete that overtakes the Create is a success, and so is the Create', async () => {
    const one = handler();
    const creation = deliver(one, create(properties()));
    await deliver(one, remove('2026/11/21/[$LATEST]early', properties()));
    expect((await creation).id).toBe(id);
  }, ['concurrentSessions']);
});
