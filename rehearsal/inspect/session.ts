import { Client } from 'pg';
import type { DatabaseInstance } from '../services/databases';

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A session of the rehearsal's own with a database, over TLS that is verified for the name that it has in AWS. */
export async function withClient<T>(
  { address, postgres }: DatabaseInstance,
  { user, password, database }: Login,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: 'localhost',
    port: postgres.port,
    user,
    password,
    database,
    ssl: { ca: postgres.ca, rejectUnauthorized: true, servername: address },
    application_name: 'plinth-rehearsal',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
