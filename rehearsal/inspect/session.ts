import { Client } from 'pg';
import { type DatabaseInstance, running } from '../services/databases';

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A session of the rehearsal's own with a database, over TLS that is verified for the name that it has in AWS. */
export async function withClient<T>(
  instance: DatabaseInstance,
  { user, password, database }: Login,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { port, ca } = running(instance);
  const client = new Client({
    host: 'localhost',
    port,
    user,
    password,
    database,
    ssl: { ca, rejectUnauthorized: true, servername: instance.address },
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
