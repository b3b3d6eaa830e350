import { Client } from 'pg';
import { withSession } from '../lambdas/shared/database';
import type { Connect } from '../lambdas/vector-indexes/build';
import { openPlace } from '../postgres/open';

export interface Bench {
  readonly client: Client;
  readonly connect: Connect;
  readonly description: string;
}

/** A native server with pgvector, its settings as they come, and a session of the master in a fresh database. */
export async function withNativeServer(work: (bench: Bench) => Promise<void>): Promise<void> {
  const place = await openPlace('native');
  try {
    if (place.cannot.vector !== undefined) throw new Error(place.cannot.vector);
    const { host, port, master, ca, database } = await place.create({ database: 'app' });
    const target = { host, port, ...master, database, ca };
    const client = new Client({ ...target, ssl: { ca, rejectUnauthorized: true } });
    await client.connect();
    try {
      await client.query('CREATE EXTENSION vector');
      await work({
        client,
        connect: (settings, run) => withSession(target, settings, run),
        description: place.description,
      });
    } finally {
      await client.end();
    }
  } finally {
    await place.close();
  }
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const line = (cells: readonly (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  line(head);
  line(head.map((_, i) => (i === 0 ? '---' : '---:')));
  for (const row of rows) line(row);
}
