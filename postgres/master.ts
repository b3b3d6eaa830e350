/** The role that a user of RDS gets: it may make roles and databases and is not a superuser. */
export interface Master {
  readonly user: string;
  readonly password: string;
}

/** Not `postgres`: that is a role of the server's own in many places, and none that may log in to the embedded kind. */
export const defaultMaster = 'plinth_admin';

/** As the server's owner, in the database `postgres`. Each statement runs by itself: CREATE DATABASE wants no transaction. */
export function masterStatements(master: Master, database: string | undefined): string[] {
  const user = `"${master.user.replace(/"/g, '""')}"`;
  return [
    `CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD '${master.password.replace(/'/g, "''")}'`,
    // What rds_superuser holds, with the right to hand it on.
    `GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO ${user} WITH ADMIN OPTION`,
    `ALTER DATABASE postgres OWNER TO ${user}`,
    ...(database === undefined ? [] : [databaseStatement(master, database)]),
  ];
}

export function databaseStatement(master: Pick<Master, 'user'>, database: string): string {
  return `CREATE DATABASE "${database.replace(/"/g, '""')}" OWNER "${master.user.replace(/"/g, '""')}"`;
}

/** A restored instance keeps its roles; only the password is set anew, as ModifyDBInstance does. */
export function passwordStatement(master: Master): string {
  return `ALTER ROLE "${master.user.replace(/"/g, '""')}" PASSWORD '${master.password.replace(/'/g, "''")}'`;
}
