import { vectorIndexesResource } from '../../../lambdas/vector-indexes/resource';
import { testNeeding, usePostgres } from '../../support/postgres';
import {
  create,
  deliver,
  failureOf,
  minutes,
  type Properties,
  remove,
  seamsOf,
  serverOf,
  update,
} from '../shared/resources';

const postgres = usePostgres({ master: { password: 'a/pass:word' } });
const id = 'plinth:shop:vector-indexes';
let prepared = false;
const prepare = async () => {
  if (prepared) return;
  prepared = true;
  await postgres.withClient(async (client) => {
    await client.query('CREATE EXTENSION IF NOT EXISTS vector');
    await client.query('CREATE TABLE notes (id bigint PRIMARY KEY, embedding vector(3))');
    await client.query('INSERT INTO notes SELECT i, ARRAY[i, i % 7, 1]::vector FROM generate_series(1, 500) AS i');
  });
};
const vectorTest = (name: string, body: () => Promise<void>) =>
  testNeeding(['vector'], postgres, name, async () => {
    await prepare();
    await body();
  });
beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const index = {
  table: { schema: 'public', name: 'notes' },
  column: 'embedding',
  dimensions: 3,
  metric: 'l2',
  storage: 'vector',
  buildInlineBelow: 'auto',
  method: 'ivfflat',
  lists: 2,
  probes: 'auto',
};
const propertiesOf = (Indexes: Properties): Properties => ({
  Prefix: 'shop',
  Server: serverOf(postgres),
  Database: postgres.instance.database,
  Owner: postgres.instance.master.user,
  SearchRoles: [postgres.instance.master.user],
  Indexes,
  MigrationHead: '1_notes',
  Environment: 'dev',
});
const definition = () =>
  postgres.withClient(async (client) => {
    const sql = "SELECT indexdef AS def FROM pg_indexes WHERE indexname = 'notes_ivfflat'";
    return (await client.query<{ def: string }>(sql)).rows[0]?.def;
  });

vectorTest(
  'a small index is built there and then, again when its lists change, and stays when the resource goes',
  async () => {
    const handler = vectorIndexesResource(seamsOf(postgres));
    const properties = propertiesOf({ notes_ivfflat: index });
    const request = create(properties);
    const first = await deliver(handler, request);
    expect(first).toEqual({ id, data: { State: 'ready' }, polls: 1 });
    expect(await deliver(handler, request)).toEqual(first);
    const more = propertiesOf({ notes_ivfflat: { ...index, lists: 4 } });
    expect(await deliver(handler, update(id, properties, more))).toEqual(first);
    expect(await definition()).toMatch(/lists='?4/);
    await deliver(handler, remove(id, more));
    expect(await definition()).toMatch(/lists='?4/);
  },
);

vectorTest(
  'an index that cannot be followed is one sentence that names it, and so is a misspelt property',
  async () => {
    const handler = vectorIndexesResource(seamsOf(postgres));
    const failed = (more: Properties) =>
      failureOf(handler, create(propertiesOf({ notes_other: { ...index, ...more } })), ['a/pass:word']);
    expect(await failed({ column: 'nowhere' })).toMatch(/^The index "notes_other" on public[.]notes: .*nowhere/);
    expect(await failed({ list: 3 })).toMatch(/^The property Indexes[.]notes_other[.]list is not known;/);
    expect(await failed({ method: 'flat' })).toMatch(/method is "flat"; it takes ivfflat or hnsw[.]/);
  },
);

testNeeding(
  ['vector', 'concurrentSessions'],
  postgres,
  'a large index does not hold the deploy: its build goes on, and the answer says how to follow it',
  async () => {
    await prepare();
    // Some seconds of building.
    await postgres.withClient(async (client) => {
      await client.query('CREATE TABLE large (id bigint PRIMARY KEY, embedding vector(32))');
      await client.query(
        `INSERT INTO large SELECT i, (SELECT array_agg(sin(i * j)) FROM generate_series(1, 32) AS j)::vector
         FROM generate_series(1, 6000) AS i`,
      );
    });
    const { lists: _, probes: __, ...rest } = index;
    const large = propertiesOf({
      large_hnsw: {
        ...rest,
        ...{ table: { schema: 'public', name: 'large' }, dimensions: 32, buildInlineBelow: 0 },
        ...{ method: 'hnsw', m: 32, efConstruction: 400, efSearch: 40 },
      },
    });
    const handler = vectorIndexesResource(seamsOf(postgres));
    const request = create(large);
    const first = await handler(request, minutes(1));
    expect(first.Data?.['State']).toBe('building: large_hnsw, follow it with npx plinth index follow --env dev');
    // A later deploy, or the verb that follows it, puts it into its place.
    const end = Date.now() + 45_000;
    while ((await handler(request, minutes(1))).Data?.['State'] !== 'ready') {
      if (Date.now() > end) throw new Error('The build never ended.');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  },
);
