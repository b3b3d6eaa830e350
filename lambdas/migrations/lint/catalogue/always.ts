// What cannot work, or would leave the ledger and the database apart. No policy and no comment lets these through.
import { type Rule, rule } from '../rule';
import { copyStream } from '../rules/copy-stream';
import { needsNoTransaction } from '../rules/needs-no-transaction';
import { nonstandardStrings } from '../rules/nonstandard-strings';
import { serverWide } from '../rules/server-wide';
import { transactionControl } from '../rules/transaction-control';

/** Found while the file is read, before there is a statement to look at. */
export const syntaxError = 'syntax-error';
export const psqlCommand = 'psql-command';
export const directive = 'directive';

export const always: readonly Rule[] = [
  rule({
    name: 'transaction-control',
    level: 'always',
    check: transactionControl,
    message: ({ command, why }) => `${command} cannot stand here: ${why}.`,
    help: 'Remove it, and its partner. A file that has to commit in the middle begins with "-- plinth: no-transaction".',
  }),
  rule({
    name: 'needs-no-transaction',
    level: 'always',
    check: needsNoTransaction,
    message: ({ command }) => `PostgreSQL refuses ${command} inside a transaction.`,
    help: 'Put it into a file of its own that begins with "-- plinth: no-transaction".',
  }),
  rule({
    name: 'copy-stream',
    level: 'always',
    check: copyStream,
    message: ({ direction }) =>
      `COPY ${direction} needs a client that sends or takes the rows, and a migration has none.`,
    help: 'Write INSERT statements, or load large data by a job after the deploy.',
  }),
  rule({
    name: 'server-wide',
    level: 'always',
    check: serverWide,
    message: ({ command }) => `${command} reaches beyond the database, and RDS lets nobody do it.`,
    help: 'Server settings belong into the parameter group; files of the server are out of reach.',
  }),
  rule({
    name: 'nonstandard-strings',
    level: 'always',
    check: nonstandardStrings,
    message: () =>
      'With standard_conforming_strings off, the rest of the file would mean something else than was checked.',
    help: "Remove the setting, and write backslash escapes as E'…'.",
  }),
];
