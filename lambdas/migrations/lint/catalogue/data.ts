// What loses data, or changes all of it at once.
import { type Rule, rule } from '../rule';
import { deleteWithoutWhere } from '../rules/delete-without-where';
import { disableTrigger } from '../rules/disable-trigger';
import { dropCascade } from '../rules/drop-cascade';
import { dropColumn } from '../rules/drop-column';
import { dropDatabase } from '../rules/drop-database';
import { dropSchema } from '../rules/drop-schema';
import { dropTable } from '../rules/drop-table';
import { truncate } from '../rules/truncate';
import { truncateCascade } from '../rules/truncate-cascade';
import { updateWithoutWhere } from '../rules/update-without-where';

export const data: readonly Rule[] = [
  rule({
    name: 'drop-table',
    level: 'error',
    check: dropTable,
    message: ({ name }) => `DROP TABLE loses "${name}" with all its rows.`,
    help: 'Deploy code that no longer uses it first, and see that a backup holds it.',
  }),
  rule({
    name: 'drop-column',
    level: 'error',
    check: dropColumn,
    message: ({ table, column }) => `DROP COLUMN loses "${column}" of "${table}" in every row.`,
    help: 'Deploy code that no longer reads or writes it first; code that still does fails from that moment.',
  }),
  rule({
    name: 'drop-schema',
    level: 'error',
    check: dropSchema,
    message: ({ name }) => `DROP SCHEMA removes "${name}".`,
    help: 'Drop what it holds in files of their own, so that a reviewer sees each.',
  }),
  rule({
    name: 'drop-database',
    level: 'error',
    check: dropDatabase,
    message: ({ name }) => `DROP DATABASE loses "${name}" with all that it holds.`,
    help: 'A migration lives within one database. Remove others by hand.',
  }),
  rule({
    name: 'drop-cascade',
    level: 'error',
    check: dropCascade,
    message: () => 'CASCADE also drops objects that this file does not name.',
    help: 'Name each object in a DROP of its own and leave CASCADE out; PostgreSQL then lists what is missing.',
  }),
  rule({
    name: 'truncate',
    level: 'error',
    check: truncate,
    message: ({ table }) => `TRUNCATE empties "${table}".`,
    help: 'Delete the rows that are meant, with a WHERE.',
  }),
  rule({
    name: 'truncate-cascade',
    level: 'error',
    check: truncateCascade,
    message: ({ table }) =>
      `TRUNCATE … CASCADE empties "${table}" and every table that refers to it, and so on from there.`,
    help: 'Name every table that is meant to be emptied, without CASCADE.',
  }),
  rule({
    name: 'update-without-where',
    level: 'warn',
    check: updateWithoutWhere,
    message: ({ table }) => `UPDATE without WHERE changes every row of "${table}", and locks them until the file ends.`,
    help: 'Say which rows; change a large table in portions, in a file that begins with "-- plinth: no-transaction".',
  }),
  rule({
    name: 'delete-without-where',
    level: 'error',
    check: deleteWithoutWhere,
    message: ({ table }) => `DELETE without WHERE removes every row of "${table}".`,
    help: 'Say which rows.',
  }),
  rule({
    name: 'disable-trigger',
    level: 'error',
    check: disableTrigger,
    message: ({ action, table }) => `${action} on "${table}" switches off what guards its rows, for every session.`,
    help: 'Leave it on. If it must be off for a moment, switch it on again in the same file.',
  }),
];
