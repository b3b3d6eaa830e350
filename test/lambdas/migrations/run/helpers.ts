import type { Client } from 'pg';
import type { MigrationSet } from '../../../../lambdas/migrations/contract';
import { inFolder, loadMigrations } from '../../../../lambdas/migrations/files';
import { bundle } from '../helpers';

/** Files as a project has them in `sql/migrations`. */
export const setOf = (files: Readonly<Record<string, string>>): MigrationSet =>
  inFolder(loadMigrations(bundle(files)), 'sql/migrations');

/** The message of the error that the promise ends with. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was expected to fail and did not.');
}

export const tables = async (client: Client): Promise<string[]> =>
  (
    await client.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    )
  ).rows.map(({ name }) => name);

export const ledgerIds = async (client: Client): Promise<string[]> =>
  (await client.query<{ id: string }>('SELECT id FROM plinth.migrations ORDER BY version, name')).rows.map(
    ({ id }) => id,
  );

/** Everything goes that a test made, the ledger too. */
export async function clean(client: Client): Promise<void> {
  await client.query('RESET ROLE');
  await client.query('DROP SCHEMA IF EXISTS plinth CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public');
}
