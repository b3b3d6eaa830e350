import { escapeIdentifier, escapeLiteral } from 'pg';
import { OperationError } from './errors';

// PostgreSQL cuts a longer name off without a word, and two names become one.
const longestName = 63;

/** Checks a name from outside and quotes it: the one way by which a name gets into SQL. */
export function identifier(name: string, what = 'name'): string {
  checkIdentifier(name, what);
  return escapeIdentifier(name);
}

export function checkIdentifier(name: string, what = 'name'): void {
  const bytes = Buffer.byteLength(name);
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  if (bytes === 0) throw new OperationError(`The ${what} is empty; it takes 1 to ${longestName} bytes.`);
  if (bytes > longestName) {
    throw new OperationError(`The ${what} ${shown} is ${bytes} bytes long; PostgreSQL keeps ${longestName}.`);
  }
  const bad = /[^\p{L}\p{N}_ $.-]/u.exec(name);
  if (bad) {
    const character = JSON.stringify(bad[0]);
    throw new OperationError(`The ${what} ${shown} holds ${character}; letters, digits and _ $ . - are taken.`);
  }
}

const reservedRoles =
  /^(pg_.*|rds_.*|rds|rdsadmin|rdsrepladmin|rdsproxyadmin|rdstopmgr|rdswriteforwarduser|postgres|public|none|user|current_user|session_user|current_role)$/i;

/** As `identifier`, and refuses what RDS and PostgreSQL keep for themselves. */
export function roleIdentifier(name: string, what = 'role'): string {
  const quoted = identifier(name, what);
  if (reservedRoles.test(name)) throw new OperationError(kept(name, what));
  return quoted;
}

/** As `identifier`, and refuses the databases that are the server's own. */
export function databaseIdentifier(name: string, what = 'database'): string {
  const quoted = identifier(name, what);
  if (/^(postgres|template0|template1|rdsadmin)$/i.test(name)) throw new OperationError(kept(name, what));
  return quoted;
}

const kept = (name: string, what: string) =>
  `The ${what} ${JSON.stringify(name)} is a name that PostgreSQL or RDS keeps for itself.`;

/** `schema.table`, both checked and quoted. */
export function qualified(schema: string, name: string, what = 'table'): string {
  return `${identifier(schema, `schema of the ${what}`)}.${identifier(name, what)}`;
}

export function literal(value: string): string {
  if (value.includes('\0')) throw new OperationError('A value holds a NUL character, which PostgreSQL cannot store.');
  return escapeLiteral(value);
}
