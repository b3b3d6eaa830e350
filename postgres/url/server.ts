import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { Client } from 'pg';
import { PostgresPlaceError } from '../place';

/** The server that the user named, and how to reach it over TLS that is verified. */
export interface UrlServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ca: string;
  readonly caFile: string | undefined;
}

export function parseServerUrl(text: string): UrlServer {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new PostgresPlaceError(
      'The URL of the Postgres is not one: postgresql://user:password@host:port/database is.',
    );
  }
  if (!/^postgres(ql)?:$/.test(url.protocol)) {
    throw new PostgresPlaceError(
      `The URL of the Postgres begins with "${url.protocol}"; it begins with "postgresql:".`,
    );
  }
  const mode = url.searchParams.get('sslmode');
  if (mode && mode !== 'verify-full') {
    throw new PostgresPlaceError(`The URL asks for sslmode=${mode}; only verify-full is used, here as in AWS.`);
  }
  const caFile = url.searchParams.get('sslrootcert') ?? undefined;
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    ca: caFile === undefined ? rootCertificates.join('\n') : readAuthority(caFile),
    caFile,
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new PostgresPlaceError(`The URL names sslrootcert=${file}, which cannot be read.`);
  }
}

export async function withServer<T>(
  server: UrlServer,
  work: (client: Client) => Promise<T>,
  database = server.database,
): Promise<T> {
  const { host, port, user, password, ca } = server;
  const client = new Client({ host, port, user, password, database, ssl: { ca }, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = (error as Error).message;
    const hint = /does not support SSL/.test(reason) ? ' (compose.yaml here starts one that does)' : '';
    throw new PostgresPlaceError(`The Postgres at ${host}:${port} cannot be used: ${reason}${hint}.`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
