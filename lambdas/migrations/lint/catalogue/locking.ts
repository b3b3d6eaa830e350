// What makes others wait for as long as a large table takes to be read or written.
import { type Rule, rule } from '../rule';
import { addCheck } from '../rules/add-check';
import { addForeignKey } from '../rules/add-foreign-key';
import { addRequiredColumn } from '../rules/add-required-column';
import { addUnique } from '../rules/add-unique';
import { changeColumnType } from '../rules/change-column-type';
import { indexWithoutConcurrently } from '../rules/index-without-concurrently';
import { setNotNull } from '../rules/set-not-null';
import { vacuumFull } from '../rules/vacuum-full';
import { validateInSameFile } from '../rules/validate-in-same-file';
import { volatileDefault } from '../rules/volatile-default';

export const locking: readonly Rule[] = [
  rule({
    name: 'change-column-type',
    level: 'error',
    check: changeColumnType,
    message: ({ table, column, change }) =>
      `Changing "${column}" of "${table}" from ${change} may write the whole table anew while nobody can read it.`,
    help: 'Add a new column, fill it in portions, let the code move over, and drop the old one later.',
  }),
  rule({
    name: 'add-required-column',
    level: 'error',
    check: addRequiredColumn,
    message: ({ table, column }) =>
      `"${column}" is NOT NULL without a default: it fails as soon as "${table}" has a row.`,
    help: 'Give it a constant default, or add it without NOT NULL, fill it, and set NOT NULL in a later file.',
  }),
  rule({
    name: 'set-not-null',
    level: 'warn',
    check: setNotNull,
    message: ({ table, column }) =>
      `SET NOT NULL on "${column}" reads all of "${table}" while nobody can read or write it.`,
    help: 'First add CHECK (column IS NOT NULL) NOT VALID, validate it in a later file, then set NOT NULL and drop the check.',
  }),
  rule({
    name: 'volatile-default',
    level: 'error',
    check: volatileDefault,
    message: ({ table, column, why }) =>
      `"${column}" gets another value in each row from ${why}, so all of "${table}" is written anew while nobody can read it.`,
    help: 'Add the column without it, set the default afterwards, and fill the old rows in portions.',
  }),
  rule({
    name: 'index-without-concurrently',
    level: 'warn',
    check: indexWithoutConcurrently,
    message: ({ command, table }) => `${command} without CONCURRENTLY stops all writes to "${table}" until it is done.`,
    help: 'Write CONCURRENTLY, in a file of its own that begins with "-- plinth: no-transaction".',
  }),
  rule({
    name: 'add-foreign-key',
    level: 'warn',
    check: addForeignKey,
    message: ({ table, other }) =>
      `The foreign key looks through all of "${table}" while nobody can write to it or to "${other}".`,
    help: 'Add it as NOT VALID, and VALIDATE CONSTRAINT in a later file.',
  }),
  rule({
    name: 'add-check',
    level: 'warn',
    check: addCheck,
    message: ({ table }) => `The check looks through all of "${table}" while nobody can read or write it.`,
    help: 'Add it as a constraint of the table with NOT VALID, and VALIDATE CONSTRAINT in a later file.',
  }),
  rule({
    name: 'add-unique',
    level: 'warn',
    check: addUnique,
    message: ({ table, kind }) => `${kind} builds an index on "${table}" while nobody can read or write it.`,
    help: 'Create the unique index CONCURRENTLY in a file of its own, then add the constraint with USING INDEX.',
  }),
  rule({
    name: 'validate-in-same-file',
    level: 'warn',
    check: validateInSameFile,
    message: ({ table, constraint }) =>
      `"${constraint}" is validated in the transaction that added it, which still keeps everybody from writing to "${table}".`,
    help: 'Validate it in a later file.',
  }),
  rule({
    name: 'vacuum-full',
    level: 'error',
    check: vacuumFull,
    message: ({ command }) => `${command} writes the whole table anew while nobody can read it.`,
    help: 'A plain VACUUM blocks nobody. Do the other in a maintenance window, by hand.',
  }),
];
