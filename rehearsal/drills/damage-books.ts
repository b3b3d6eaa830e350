import type { Client } from 'pg';
import { as, rows, some, tablesOf } from './catalog';
import type { Damage } from './damage-type';

const ownerOf = async (client: Client, table: string): Promise<string> => {
  const found = await rows<{ owner: string }>(
    client,
    `SELECT quote_ident(pg_get_userbyid(relowner)) AS owner FROM pg_class WHERE oid = to_regclass('${table}')`,
  );
  return some(found, `table ${table}`).owner;
};

const backInTime = async (client: Client, table: string): Promise<number> => {
  const changed = await as(client, await ownerOf(client, table), () =>
    client.query(`UPDATE ${table} SET at = at - interval '2 days'`),
  );
  return changed.rowCount ?? 0;
};

/** What the copy says of itself, and what surrounds the data. */
export const bookDamages: readonly Damage[] = [
  {
    name: 'stale-snapshot',
    tells: 'the backup holds the database as it was two days ago',
    foundBy: ['heartbeat', 'manifest', 'rpo'],
    inDatabase: async (client) => {
      const moved = (await backInTime(client, 'plinth.heartbeats')) + (await backInTime(client, 'plinth.manifests'));
      some(moved > 0 ? [moved] : [], 'heartbeat');
      return 'Heartbeats and manifests are two days older than they were.';
    },
  },
  {
    name: 'missing-extension',
    tells: 'an extension is dropped, with all that needs it',
    foundBy: ['extensions'],
    inDatabase: async (client) => {
      // The one that takes the least with it.
      const found = await rows<{ name: string }>(
        client,
        `SELECT quote_ident(e.extname) AS name FROM pg_extension e WHERE e.extname <> 'plpgsql'
         ORDER BY (SELECT count(*) FROM pg_attribute a JOIN pg_depend d ON d.objid = a.atttypid
           WHERE d.refobjid = e.oid AND d.deptype = 'e' AND a.attnum > 0), 1`,
      );
      const { name } = some(found, 'extension');
      await client.query(`DROP EXTENSION ${name} CASCADE`);
      return `The extension ${name} was dropped, with all that needed it.`;
    },
  },
  {
    name: 'grant-too-many',
    tells: 'everybody may read a table that only the declared roles may',
    foundBy: ['privileges'],
    inDatabase: async (client) => {
      const { name, owner } = some(await tablesOf(client), 'table with rows');
      await as(client, owner, () => client.query(`GRANT SELECT ON ${name} TO PUBLIC`));
      return `PUBLIC may read ${name}.`;
    },
  },
  {
    name: 'migration-behind',
    tells: 'the ledger lacks the newest migration, as in a backup of before it',
    foundBy: ['migrations'],
    inDatabase: async (client) => {
      const table = 'plinth.migrations';
      const newest = await as(client, await ownerOf(client, table), () =>
        rows<{ id: string }>(
          client,
          `DELETE FROM ${table} WHERE ctid = (SELECT ctid FROM ${table} ORDER BY version DESC, name DESC LIMIT 1) RETURNING id::text AS id`,
        ),
      );
      return `The migration ${some(newest, 'migration').id} is not in the ledger.`;
    },
  },
];
