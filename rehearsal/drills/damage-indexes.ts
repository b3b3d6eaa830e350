import type { Client } from 'pg';
import { as, type Index, indexesOf, some } from './catalog';
import type { Damage } from './damage-type';

const isVector = ({ method }: Index) => method === 'ivfflat' || method === 'hnsw';

const dropped = async (client: Client, which: (index: Index) => boolean, what: string): Promise<string> => {
  const { name, table, owner } = some((await indexesOf(client)).filter(which), what);
  await as(client, owner, () => client.query(`DROP INDEX ${name}`));
  return `The index ${name} of ${table} was dropped.`;
};

export const indexDamages: readonly Damage[] = [
  {
    name: 'dropped-index',
    tells: 'a B-tree that is behind no key is dropped',
    foundBy: ['indexes'],
    inDatabase: (client) => dropped(client, ({ method }) => method === 'btree', 'B-tree that is behind no key'),
  },
  {
    name: 'dropped-vector-index',
    tells: 'a vector index is dropped, as when a restored dump could not build it',
    foundBy: ['vector-index'],
    inDatabase: (client) => dropped(client, isVector, 'vector index'),
  },
  {
    name: 'invalid-index',
    tells: 'the concurrent build of an index breaks off, and leaves it invalid',
    foundBy: ['indexes'],
    inDatabase: async (client) => {
      const { name, shown, schema, first, table, owner, definition } = some(
        (await indexesOf(client)).filter(({ method }) => method === 'btree'),
        'B-tree that is behind no key',
      );
      await as(client, owner, async () => {
        await client.query(`DROP INDEX ${name}`);
        await client.query(
          `CREATE FUNCTION ${schema}.breaks_off(anyelement) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'The build breaks off here.'; END $$`,
        );
        const build = definition.replace(/^CREATE INDEX \S+ ON/, `CREATE INDEX CONCURRENTLY ${shown} ON`);
        const condition = `${/ WHERE /.test(build) ? 'AND' : 'WHERE'} ${schema}.breaks_off(${first})`;
        // It is meant to fail: whatever is left of it is looked at below.
        await client.query(`${build} ${condition}`).catch(() => undefined);
      });
      const { rows } = await client.query(
        'SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
        [name],
      );
      some(rows, 'index whose build can be broken off');
      return `The build of ${name} of ${table} broke off, and left it invalid.`;
    },
  },
];
