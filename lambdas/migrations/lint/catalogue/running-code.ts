// What breaks the code that is running while the migration runs, or is a matter of habit.
import { type Rule, rule } from '../rule';
import { renameColumn } from '../rules/rename-column';
import { renameTable } from '../rules/rename-table';
import { timestampWithoutTimeZone } from '../rules/timestamp-without-time-zone';

export const runningCode: readonly Rule[] = [
  rule({
    name: 'rename-table',
    level: 'error',
    check: renameTable,
    message: ({ table, name }) =>
      `From the rename of "${table}" to "${name}" on, code that is still running finds no "${table}".`,
    help: 'Leave a view with the old name in the same file, and drop it when no code uses it.',
  }),
  rule({
    name: 'rename-column',
    level: 'error',
    check: renameColumn,
    message: ({ table, column, name }) =>
      `From the rename of "${column}" of "${table}" to "${name}" on, code that is still running fails.`,
    help: 'Add the new column, write both for a while, and drop the old one when no code uses it.',
  }),
  rule({
    name: 'timestamp-without-time-zone',
    level: 'off',
    check: timestampWithoutTimeZone,
    message: ({ column }) => `"${column}" is a timestamp that does not say which instant it means.`,
    help: 'Use timestamptz.',
  }),
];
