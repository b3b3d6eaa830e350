import type { Client } from 'pg';
import { databaseStatement, defaultMaster, masterStatements, passwordStatement } from '../master';
import { PostgresPlaceError } from '../place';
import { superuser } from './cluster';
import { scramVerifier } from './scram';

export interface MasterRequest {
  user: string | undefined;
  password: string;
  /** Leave the password alone: it is known to be the right one. */
  keepPassword: boolean;
}

/**
 * Makes the imitation of RDS's master, or takes up the one that the data have. As on RDS it owns the database `postgres`,
 * which is also how it is known again.
 */
export async function ensureMaster(admin: Client, request: MasterRequest): Promise<string> {
  const found = await admin.query<{ owner: string }>(
    "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = 'postgres'",
  );
  const owner = found.rows[0]?.owner;
  if (owner === superuser || owner === undefined) return await createMaster(admin, request);
  if (request.user !== undefined && request.user !== owner) {
    throw new PostgresPlaceError(
      `The data belong to the master ${owner}; they cannot be opened with ${request.user} as the master.`,
    );
  }
  // As a verifier, so that no statement and no server log ever holds the password.
  if (!request.keepPassword)
    await admin.query(passwordStatement({ user: owner, password: scramVerifier(request.password) }));
  return owner;
}

async function createMaster(admin: Client, { user = defaultMaster, password }: MasterRequest): Promise<string> {
  checkName('master user', user);
  if (user === superuser || user.startsWith('pg_')) {
    throw new PostgresPlaceError(
      `The master user cannot be named ${user}: ${superuser} and names that begin with pg_ are reserved.`,
    );
  }
  await admin.query('BEGIN');
  for (const statement of masterStatements({ user, password: scramVerifier(password) }, undefined))
    await admin.query(statement);
  await admin.query('COMMIT');
  return user;
}

/** Makes the database if it is not there. */
export async function ensureDatabase(admin: Client, database: string, owner: string): Promise<void> {
  checkName('database', database);
  const found = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount) return;
  await admin.query(databaseStatement({ user: owner }, database));
}

// Postgres cuts a longer name short without an error.
function checkName(what: string, name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes < 1 || bytes > 63) {
    throw new PostgresPlaceError(`The name of the ${what}, "${name}", has ${bytes} bytes; 1 to 63 are allowed.`);
  }
}
