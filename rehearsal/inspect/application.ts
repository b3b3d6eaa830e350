import type { Client } from 'pg';
import type { LocalCloud } from '../cloud/cloud';
import type { DatabaseInstance } from '../services/databases';
import type { DatabaseState, SearchState } from './database';
import { loadSampleRows } from './sample';
import { searchWith } from './search';
import { type Login, withClient } from './session';

/** A connection string that an application would find in a parameter. */
export interface Found {
  readonly parameter: string;
  readonly instance: DatabaseInstance;
  readonly login: Login;
}

/** The connection strings among the encrypted parameters; what is wrong with one is told as a failure. */
export function connectionStrings(cloud: LocalCloud): { readonly found: Found[]; readonly failures: string[] } {
  const found: Found[] = [];
  const failures: string[] = [];
  for (const name of cloud.parameters.names()) {
    const text = cloud.parameters.plain(name);
    if (!/^postgres(ql)?:\/\//.test(text)) continue;
    const url = new URL(text);
    const instance = cloud.databases.at(url.hostname);
    const mode = url.searchParams.get('sslmode');
    if (!instance) failures.push(`${name} names the host ${url.hostname}, where no database is.`);
    else if (Number(url.port || 5432) !== instance.port)
      failures.push(`${name} names the port ${url.port}; the database is at ${instance.port}.`);
    else if (mode !== 'verify-full')
      failures.push(`${name} has sslmode=${mode}; only verify-full proves whom one talks to.`);
    else {
      const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
      found.push({ parameter: name, instance, login: { user, password, database: url.pathname.slice(1) } });
    }
  }
  return { found, failures };
}

export interface ApplicationResult {
  readonly notes: readonly string[];
  readonly failures: readonly string[];
}

/** Logs in with every connection string, and fills the empty tables with those that may write. */
export async function actAsApplication(cloud: LocalCloud, samples: readonly string[] = []): Promise<ApplicationResult> {
  const { found, failures } = connectionStrings(cloud);
  const notes: string[] = [];
  for (const { parameter, instance, login } of found) {
    try {
      await withClient(instance, login, async (client) => {
        const writes = samples.length === 0 || (await mayWrite(client));
        for (const sample of writes ? samples : []) await client.query(sample);
        if (samples.length === 0) notes.push(...(await loadSampleRows(client)).left);
      });
    } catch (error) {
      failures.push(`What an application does with ${parameter} fails: ${(error as Error).message}`);
    }
  }
  return { notes, failures };
}

/** Whether this login may fill tables at all; one that only reads has nothing to load. */
async function mayWrite(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)' AND has_table_privilege(c.oid, 'INSERT') LIMIT 1",
  );
  return rows.length > 0;
}

const vectorMethods = ['ivfflat', 'hnsw'];
// What PostgreSQL says where a login may not read.
const notAllowed = '42501';

/** What the vector indexes of a database find, asked as the application would ask: by the first login that may read. */
export async function searchAsApplication(
  cloud: LocalCloud,
  { instance: id, database, indexes }: DatabaseState,
): Promise<ReadonlyMap<string, SearchState>> {
  const results = new Map<string, SearchState>();
  const logins = connectionStrings(cloud).found.filter(
    ({ instance, login }) => instance.id === id && login.database === database,
  );
  for (const { instance, login } of logins) {
    const left = indexes.filter(
      ({ name, method, valid }) => valid && vectorMethods.includes(method) && !results.has(name),
    );
    if (left.length === 0) break;
    await withClient(instance, login, async (client) => {
      for (const index of left) {
        const search = await searchWith(client, index).catch((error: Error & { code?: string }) => {
          if (error.code === notAllowed) return undefined;
          throw error;
        });
        if (search) results.set(index.name, search);
      }
    });
  }
  return results;
}
