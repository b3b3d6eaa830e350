import { Client } from 'pg';
import type { PostgresInstance, PostgresPlace } from './place';

export interface CheckStep {
  readonly what: string;
  readonly milliseconds: number;
}

/** Shows that an instance works: verified TLS, a role of its own, an index that finds the nearest vectors. */
export async function checkInstance(
  place: PostgresPlace,
  instance: PostgresInstance,
  report: (step: CheckStep) => void,
): Promise<void> {
  const { host, port, master, database, ca } = instance;
  const client = new Client({ host, port, ...master, database, ssl: { ca, rejectUnauthorized: true } });
  client.on('error', () => undefined);
  const step = async (work: () => Promise<string>) => {
    const start = performance.now();
    const what = await work();
    report({ what, milliseconds: performance.now() - start });
  };
  try {
    await step(async () => {
      await client.connect();
      return `connected to "${database}" as "${master.user}" over TLS, the certificate verified`;
    });
    await step(async () => {
      const { rows } = await client.query<{ s: boolean; v: string }>(
        `SELECT rolsuper AS s, current_setting('server_version') AS v FROM pg_roles WHERE rolname = session_user`,
      );
      if (rows[0]?.s !== false)
        throw new Error(`the role "${master.user}" is a superuser, which the master of RDS is not`);
      return `PostgreSQL ${rows[0].v}; the role is no superuser, as on RDS`;
    });
    if (place.cannot.vector === undefined) await step(() => searchVectors(client));
    else report({ what: `no vector search: ${place.cannot.vector}`, milliseconds: 0 });
  } finally {
    await client.end();
  }
}

async function searchVectors(client: Client): Promise<string> {
  await client.query('CREATE EXTENSION vector');
  await client.query('CREATE TABLE plinth_check (id int, embedding vector(3))');
  await client.query(
    `INSERT INTO plinth_check SELECT n, ARRAY[n % 10, n / 10 % 10, n / 100]::vector FROM generate_series(1, 1000) AS n`,
  );
  await client.query(
    'CREATE INDEX plinth_check_index ON plinth_check USING ivfflat (embedding vector_l2_ops) WITH (lists = 10)',
  );
  const { rows: nearest } = await client.query<{ id: number }>(
    `SELECT id FROM plinth_check ORDER BY embedding <-> '[3,2,1]' LIMIT 1`,
  );
  const { rows } = await client.query<{ v: string }>(
    `SELECT extversion AS v FROM pg_extension WHERE extname = 'vector'`,
  );
  await client.query('DROP TABLE plinth_check');
  await client.query('DROP EXTENSION vector');
  if (nearest[0]?.id !== 123) throw new Error(`the vector search found row ${nearest[0]?.id}; row 123 is the nearest`);
  return `pgvector ${rows[0]?.v}: an ivfflat index over 1,000 vectors finds the nearest one`;
}
