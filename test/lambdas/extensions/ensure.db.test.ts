import type { ExtensionsInput } from '../../../lambdas/extensions/contract';
import { ensureExtensions } from '../../../lambdas/extensions/ensure';
import { testNeeding, usePostgres } from '../../support/postgres';

const postgres = usePostgres();

const ensure = (extensions: ExtensionsInput['extensions'], database = 'app') =>
  postgres.withClient((client) => ensureExtensions(client, { extensions }, { until: Date.now() + 50_000 }), {
    database,
  });

async function fresh(name: string): Promise<string> {
  await postgres.withClient((client) => client.query(`CREATE DATABASE ${name}`));
  return name;
}

const vector = { minimum: '0.5.0', warnBelow: '0.8.2' };
const advice =
  'The extension "vector" is at 0.8.0, and 0.8.2 or newer is advised (below 0.8.2 it has CVE-2026-3172); this server offers none that is newer, so bring the server itself up to date.';

testNeeding(
  ['vector'],
  postgres,
  'pgvector is created with its warning, and a second run changes nothing',
  async () => {
    const first = await ensure({ vector, unaccent: {}, pg_trgm: {} });
    expect(first.extensions[0]).toEqual({ name: 'vector', schema: 'public', version: '0.8.0', previous: undefined });
    expect(first.summary).toEqual([
      'Extension vector: created at 0.8.0 in the schema public.',
      'Extension unaccent: created at 1.1 in the schema public.',
      'Extension pg_trgm: created at 1.6 in the schema public.',
      advice,
    ]);
    const second = await ensure({ vector, unaccent: {}, pg_trgm: {} });
    expect(second.summary).toEqual([
      'Extension vector: stays at 0.8.0 in the schema public.',
      'Extension unaccent: stays at 1.1 in the schema public.',
      'Extension pg_trgm: stays at 1.6 in the schema public.',
      advice,
    ]);
  },
);

testNeeding(
  ['vector'],
  postgres,
  'a minimum that the server cannot reach is an error with what it offers',
  async () => {
    const database = await fresh('minimum');
    const refused = ensure({ vector: { minimum: '0.9.0' } }, database);
    await expect(refused).rejects.toThrow(
      /^The extension "vector" would be 0\.8\.0, below the minimum of 0\.9\.0; this server offers .*0\.8\.0\.$/,
    );
  },
);

test('a version that is not offered fails with the list, together with every other mistake, and creates nothing', async () => {
  const database = await fresh('offered');
  const refused = ensure({ citext: { version: '9.9' }, pg_tgrm: {}, unaccent: {}, 'x"; DROP TABLE y': {} }, database);
  await expect(refused).rejects.toThrow(
    [
      'This server does not offer "citext" 9.9; it offers 1.4, 1.5, 1.6.',
      'This server offers no extension "pg_tgrm"; near to it are pg_trgm',
    ].join('\n'),
  );
  await postgres.withClient(
    async (client) => {
      const { rows } = await client.query("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'");
      expect(rows).toEqual([]);
    },
    { database },
  );
});

test('a pinned version is created, updated, and never taken back', async () => {
  const database = await fresh('pinned');
  expect((await ensure({ citext: { version: '1.4' } }, database)).extensions[0]?.version).toBe('1.4');
  const updated = await ensure({ citext: { version: '1.6' } }, database);
  expect(updated.summary).toEqual(['Extension citext: 1.4 -> 1.6, in the schema public.']);
  await expect(ensure({ citext: { version: '1.5' } }, database)).rejects.toThrow(
    'The extension "citext" is at 1.6; it is not taken back to 1.5, which its data may not survive.',
  );
});

test('without a version, an extension follows what the server offers, and says where it lives', async () => {
  const database = await fresh('followed');
  const make = ['CREATE SCHEMA tools', "CREATE EXTENSION citext SCHEMA tools VERSION '1.4'"];
  await postgres.withClient((client) => client.query(make.join(';')), { database });
  const { summary } = await ensure({ citext: {} }, database);
  expect(summary).toEqual(['Extension citext: 1.4 -> 1.6, in the schema tools.']);
});

test('what an extension needs is created first, and asked for when it is not declared', async () => {
  const database = await fresh('needs');
  await expect(ensure({ earthdistance: {} }, database)).rejects.toThrow(
    'The extension "earthdistance" needs "cube"; add it to the extensions as well.',
  );
  const { extensions } = await ensure({ earthdistance: {}, cube: {} }, database);
  expect(extensions.map(({ name }) => name)).toEqual(['cube', 'earthdistance']);
});

test('an extension that the admin user may not create says who may', async () => {
  const database = await fresh('forbidden');
  const refused = ensure({ file_fdw: {} }, database);
  // The embedded server has no such extension at all; a full one has it and does not trust it.
  await expect(refused).rejects.toThrow(
    /could not be created at .*: permission denied .* \(42501\); on RDS it takes a member of rds_superuser|offers no extension "file_fdw"/,
  );
});

testNeeding(['concurrentSessions'], postgres, 'eight at once all succeed', async () => {
  const database = await fresh('eight');
  const runs = Array.from({ length: 8 }, () => ensure({ citext: {}, unaccent: {} }, database));
  const created = (await Promise.all(runs)).filter(({ extensions }) => extensions[0]?.previous === undefined);
  expect(created).toHaveLength(1);
});
