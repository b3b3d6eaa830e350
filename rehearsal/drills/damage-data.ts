import { as, foreignKeysOf, rows, some, tablesOf, vectorColumnsOf } from './catalog';
import type { Damage } from './damage-type';

const count = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'row' : 'rows'}`;

export const dataDamages: readonly Damage[] = [
  {
    name: 'truncated-table',
    tells: 'the fullest table is emptied, with all that refers to it',
    foundBy: ['row-counts'],
    inDatabase: async (client) => {
      const { name, owner, rows: before } = some(await tablesOf(client), 'table with rows');
      await as(client, owner, () => client.query(`TRUNCATE ${name} CASCADE`));
      return `${name} was truncated: ${count(before)} are gone.`;
    },
  },
  {
    name: 'other-dimension',
    tells: 'a column of vectors loses its dimension, and one row gets a vector of three',
    foundBy: ['dimensions'],
    inDatabase: async (client) => {
      const { table, column, owner, dimensions } = some(await vectorColumnsOf(client), 'column of vectors');
      await as(client, owner, async () => {
        for (const { name } of await rows<{ name: string }>(
          client,
          `SELECT i.indexrelid::regclass::text AS name FROM pg_index i
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
           WHERE i.indrelid = '${table.replaceAll("'", "''")}'::regclass AND quote_ident(a.attname) = '${column.replaceAll("'", "''")}'`,
        )) {
          await client.query(`DROP INDEX ${name}`);
        }
        await client.query(`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE vector`);
        const one = await client.query(
          `UPDATE ${table} SET ${column} = '[1,2,3]' WHERE ctid = (SELECT ctid FROM ${table} LIMIT 1)`,
        );
        some(one.rowCount ? [one] : [], 'row with a vector');
      });
      return `${table}.${column} takes vectors of any dimension, and one row has 3 instead of ${dimensions}.`;
    },
  },
  {
    name: 'orphaned-row',
    tells: 'a row is deleted that others refer to, and the foreign key is not validated any more',
    foundBy: ['orphans'],
    inDatabase: async (client) => {
      for (const { name, table, owner, column, definition } of await foreignKeysOf(client)) {
        const [, target = '', key = ''] = /REFERENCES (\S+?)\((.+?)\)/.exec(definition) ?? [];
        const gone = await as(client, owner, async () => {
          await client.query('BEGIN');
          await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
          // Of those that nothing else refers to by a key that would take more with it.
          const deleted = await client
            .query(
              `DELETE FROM ${target} WHERE ${key} = (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL LIMIT 1)`,
            )
            .catch(() => undefined);
          const { rows: left = [] } = deleted?.rowCount
            ? await client.query(
                `SELECT 1 FROM ${table} r WHERE ${column} IS NOT NULL AND NOT EXISTS (SELECT FROM ${target} t WHERE t.${key} = r.${column})`,
              )
            : {};
          if (left.length > 0)
            await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition} NOT VALID`);
          await client.query(left.length > 0 ? 'COMMIT' : 'ROLLBACK');
          return left.length;
        });
        if (gone > 0) return `${count(gone)} of ${table} refer by ${column} to a row of ${target} that was deleted.`;
      }
      return some<string>([], 'foreign key with rows behind it');
    },
  },
];
