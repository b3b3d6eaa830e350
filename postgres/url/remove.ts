import type { Client } from 'pg';
import { type UrlServer, withServer } from './server';

// From 16 on the creator of a role is recorded as a member of it with ADMIN OPTION: that is how we know what is ours.
const rolesOf = `
  WITH RECURSIVE ours AS (
    SELECT oid, 0 AS depth FROM pg_roles WHERE rolname = $1
    UNION
    SELECT m.roleid, depth + 1 FROM pg_auth_members m JOIN ours ON m.member = ours.oid
    JOIN pg_roles r ON r.oid = m.roleid AND r.rolname !~ '^pg_'
    WHERE m.admin_option
  )`;

/** Who is connected as the master or as a role that it made. */
export async function sessionsOf(client: Client, master: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `${rolesOf} SELECT format('"%s" in "%s"', usename, datname) AS line FROM pg_stat_activity
     WHERE usesysid IN (SELECT oid FROM ours)`,
    [master],
  );
  return rows.map(({ line }) => line);
}

/** Removes the master with every database and role that it made, and nothing else. */
export async function removeEverythingOf(server: UrlServer, master: string): Promise<void> {
  await withServer(server, async (client) => {
    const { rows: databases } = await client.query<{ name: string }>(
      `${rolesOf} SELECT datname AS name FROM pg_database WHERE datdba IN (SELECT oid FROM ours)`,
      [master],
    );
    // What a role granted goes with it, so those that it made go first, and the master last.
    const { rows: roles } = await client.query<{ name: string }>(
      `${rolesOf} SELECT rolname AS name FROM pg_roles JOIN ours USING (oid) GROUP BY rolname ORDER BY max(depth) DESC`,
      [master],
    );
    const quoted = roles.map(({ name }) => client.escapeIdentifier(name));
    for (const role of quoted) await client.query(`GRANT ${role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
    for (const { name } of databases) {
      await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    }
    for (const role of quoted) {
      await client.query(`DROP OWNED BY ${role}`);
      await client.query(`DROP ROLE ${role}`);
    }
  });
}
