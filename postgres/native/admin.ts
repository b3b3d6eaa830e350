import { Client } from 'pg';
import { superuser } from './cluster';
import { codeOf } from './files';

export interface Door {
  readonly socketFolder: string;
  readonly port: number;
}

/** A session of the superuser's, over the socket in the instance's own folder. */
export async function withAdmin<T>(door: Door, work: (client: Client) => Promise<T>): Promise<T> {
  const client = clientFor(door);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Everybody's but our own. Without their statements, which may hold a secret. */
export async function sessionsOf(admin: Client): Promise<readonly string[]> {
  const found = await admin.query<{ usename: string; datname: string; application_name: string }>(
    `SELECT usename, datname, application_name FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND usename <> $1 ORDER BY backend_start`,
    [superuser],
  );
  return found.rows.map(({ usename, datname, application_name: application }) => {
    return `"${usename}" in "${datname}"${application ? ` (${application})` : ''}`;
  });
}

// No socket, nobody behind it, or a server that says that it starts, recovers or stops.
const notYet = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03']);

/** Whether the server takes sessions now: not while it starts, recovers or stops. */
export async function canConnect(door: Door): Promise<boolean> {
  const client = clientFor(door);
  try {
    await client.connect();
  } catch (error) {
    if (notYet.has(codeOf(error)) || /Connection terminated/.test(String(error))) return false;
    throw error;
  }
  await client.end();
  return true;
}

function clientFor({ socketFolder, port }: Door): Client {
  const client = new Client({ host: socketFolder, port, user: superuser, database: 'postgres', ssl: false });
  // A server that dies under the session ends the query with the same error; unheard, this one would end the program.
  client.on('error', () => undefined);
  return client;
}
