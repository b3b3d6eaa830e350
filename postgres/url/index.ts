import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import {
  CannotError,
  type Capability,
  type InstanceOptions,
  type PostgresInstance,
  type PostgresPlace,
  PostgresPlaceError,
} from '../place';
import { createRunFolder } from '../run-folder';
import { removeEverythingOf, sessionsOf } from './remove';
import { parseServerUrl, type UrlServer, withServer } from './server';

const cannot = {
  snapshot: 'a server that is somebody else’s is not copied',
  pointInTime: 'a server that is somebody else’s is not copied',
  restart: 'a server that is somebody else’s is not restarted',
  serverLog: 'its log is not ours to read',
  instances: 'roles belong to the whole server, so two instances would share theirs',
} as const;

/** A server that the user already has. An instance is a role on it that imitates the RDS master, and what that role makes. */
export async function openUrlPlace(url: string): Promise<PostgresPlace> {
  const server = parseServerUrl(url);
  const facts = await withServer(server, readFacts);
  if (facts.version < 160000) {
    throw new PostgresPlaceError(
      `The Postgres at ${server.host}:${server.port} is version ${facts.name}; 16 or newer is needed.`,
    );
  }
  if (!facts.mayCreate) {
    throw new PostgresPlaceError(`The role "${server.user}" may not create roles and databases; give one that may.`);
  }
  const folder = createRunFolder();
  const caFile = server.caFile ?? join(folder.path, 'ca.pem');
  if (!server.caFile) writeFileSync(caFile, server.ca);
  const live = new Set<PostgresInstance>();
  return {
    kind: 'url',
    description: `PostgreSQL ${facts.name} at ${server.host}:${server.port}`,
    cannot: { ...cannot, ...vectorReason(facts.vector) },
    create: async (options = {}) => {
      if (options.parameters && Object.keys(options.parameters).length > 0) throw refuse('restart');
      if (live.size > 0) throw refuse('instances');
      const instance = await createInstance(server, caFile, facts.name, options, () => live.delete(instance));
      live.add(instance);
      return instance;
    },
    restore: () => Promise.reject(refuse('snapshot')),
    close: async () => {
      for (const instance of live) await instance.destroy();
      folder.remove();
    },
  };
}

interface Facts {
  readonly version: number;
  readonly name: string;
  readonly mayCreate: boolean;
  readonly vector: 'absent' | 'superuser' | 'usable';
}

async function readFacts(client: Client): Promise<Facts> {
  const { rows } = await client.query<Facts>(`
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
      (SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user) AS "mayCreate",
      coalesce((SELECT CASE WHEN bool_or(trusted) THEN 'usable' ELSE 'superuser' END
                FROM pg_available_extension_versions WHERE name = 'vector' HAVING count(*) > 0), 'absent') AS vector`);
  return rows[0] as Facts;
}

function vectorReason(vector: Facts['vector']): Partial<Record<Capability, string>> {
  if (vector === 'usable') return {};
  if (vector === 'absent') return { vector: 'pgvector is not installed on that server' };
  return {
    vector:
      'only a superuser of that server may create pgvector, while the master of RDS may; "trusted = true" in vector.control mends it, as compose.yaml does',
  };
}

async function createInstance(
  server: UrlServer,
  caFile: string,
  serverVersion: string,
  options: InstanceOptions,
  forget: () => void,
): Promise<PostgresInstance> {
  const master = {
    user: options.master?.user ?? `plinth_admin_${randomBytes(3).toString('hex')}`,
    password: options.master?.password ?? randomBytes(24).toString('base64url'),
  };
  await withServer(server, async (client) => {
    const user = client.escapeIdentifier(master.user);
    const password = client.escapeLiteral(master.password);
    await client.query(`CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD ${password}`);
    try {
      if (options.database === undefined) return;
      await client.query(`GRANT ${user} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(options.database)} OWNER ${user}`);
    } catch (error) {
      await client.query(`DROP ROLE ${user}`);
      throw new PostgresPlaceError(`The database was not created: ${(error as Error).message}.`);
    }
  });
  let destroyed: Promise<void> | undefined;
  let { password } = master;
  return {
    kind: 'url',
    host: server.host,
    port: server.port,
    get master() {
      return { user: master.user, password };
    },
    database: options.database ?? 'postgres',
    ca: server.ca,
    caFile,
    serverVersion,
    snapshot: () => Promise.reject(refuse('snapshot')),
    restoreToTime: () => Promise.reject(refuse('pointInTime')),
    restart: () => Promise.reject(refuse('restart')),
    log: () => Promise.reject(refuse('serverLog')),
    setMasterPassword: async (next) => {
      await withServer(server, (client) =>
        client.query(`ALTER ROLE ${client.escapeIdentifier(master.user)} PASSWORD ${client.escapeLiteral(next)}`),
      );
      password = next;
    },
    sessions: () => withServer(server, (client) => sessionsOf(client, master.user)),
    destroy: () => {
      destroyed ??= removeEverythingOf(server, master.user).finally(forget);
      return destroyed;
    },
  };
}

function refuse(capability: keyof typeof cannot): CannotError {
  return new CannotError(capability, 'url', cannot[capability]);
}
