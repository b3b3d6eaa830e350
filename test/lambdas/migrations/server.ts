import { Client } from 'pg';
import { openNativePlace } from '../../../postgres/native';
import type { PostgresPlace } from '../../../postgres/place';

/** A real PostgreSQL 16, and one session on it as the imitation of the RDS master. */
export async function withPostgres<T>(
  work: (client: Client) => Promise<T>,
  open: () => Promise<PostgresPlace> = openNativePlace,
): Promise<T> {
  const place = await open();
  try {
    const { host, port, master, database, ca } = await place.create();
    const client = new Client({ host, port, ...master, database, ssl: { ca } });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  } finally {
    await place.close();
  }
}
