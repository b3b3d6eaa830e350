import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { Client } from 'pg';
import { ConnectionError, type ConnectionFault, connectionError } from '../lambdas/shared/connection-errors';
import { type ConnectionTarget, type Session, type SessionSettings, withSession } from '../lambdas/shared/database';
import { OperationError } from '../lambdas/shared/errors';

export interface UrlConnection extends ConnectionTarget {
  /** False only for a server on this very machine, where the URL says sslmode=disable. */
  readonly tls: boolean;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;
const parameters = ['sslmode', 'sslrootcert', 'host', 'user'];

/** Where `--url` leads. No sentence here repeats the URL: it may hold a password. */
export function connectionFromUrl(text: string): UrlConnection {
  const url = parse(text);
  const unknown = [...url.searchParams.keys()].filter((key) => !parameters.includes(key));
  if (unknown.length > 0) {
    throw new OperationError(`The URL has the parameter "${unknown[0]}"; ${parameters.join(', ')} are taken.`);
  }
  const socket = url.searchParams.get('host');
  if (socket !== null && !socket.startsWith('/')) {
    throw new OperationError('The parameter "host" of the URL is for the folder of a socket, which begins with "/".');
  }
  const host = socket ?? decode(url.hostname.replace(/^\[|\]$/g, ''));
  if (host === '') throw new OperationError('The URL names no host: postgresql://user@host:port/database does.');
  const tls = wantsTls(url.searchParams.get('sslmode'), host);
  const user = decode(url.username) || url.searchParams.get('user') || process.env['PGUSER'];
  if (!user) throw new OperationError('The URL names no user: postgresql://user@host:port/database does.');
  const database = decode(url.pathname.slice(1));
  if (database === '')
    throw new OperationError('The URL names no database: postgresql://user@host:port/database does.');
  return {
    ...{ host, port: Number(url.port || 5432), user, database, tls },
    password: decode(url.password) || (process.env['PGPASSWORD'] ?? ''),
    ca: tls ? authority(url.searchParams.get('sslrootcert')) : '',
  };
}

/** `withSession` for where a URL leads: over verified TLS, except to a server on this machine that has none. */
export async function withConnection<T>(
  connection: UrlConnection,
  settings: SessionSettings,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (!connection.tls) return withPlainSession(connection, settings, work);
  try {
    return await withSession(connection, settings, work);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    throw new OperationError(`${error.message}${hint(error.reason)}`);
  }
}

async function withPlainSession<T>(
  { host, port, user, password, database }: UrlConnection,
  settings: SessionSettings,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = new Client({
    ...{ host, port, user, password, database, ssl: false },
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
    statement_timeout: settings.statementTimeoutMs ?? 0,
    lock_timeout: settings.lockTimeoutMs ?? 0,
  });
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw connectionError(error, { host, port, user, password, database });
  });
  try {
    await client.query("SELECT set_config('client_connection_check_interval', '1s', false)");
    return await work(client);
  } finally {
    await client.end();
  }
}

function parse(text: string): URL {
  const url = attempt(text);
  if (url === null) {
    throw new OperationError('The URL is not one: postgresql://user:password@host:port/database is.');
  }
  if (!/^postgres(ql)?:$/.test(url.protocol)) {
    throw new OperationError(`The URL begins with "${url.protocol}"; it begins with "postgresql:".`);
  }
  return url;
}

function attempt(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OperationError('The URL holds a "%" that begins no escape; write it as %25.');
  }
}

function wantsTls(mode: string | null, host: string): boolean {
  if (host.startsWith('/')) return false;
  if (mode === null || mode === 'verify-full') return true;
  if (mode === 'disable' && loopback.test(host)) return false;
  throw new OperationError(
    `The URL asks for sslmode=${mode} to ${host}; only verify-full is used, or disable for a server on this machine.`,
  );
}

function authority(file: string | null): string {
  if (file === null) return rootCertificates.join('\n');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new OperationError(`The URL names sslrootcert=${file}, which cannot be read.`);
  }
}

function hint(reason: ConnectionFault): string {
  if (reason === 'noTls') return ' A server on this machine can be reached without TLS by "?sslmode=disable".';
  if (reason === 'untrusted') return ' Name the authority that signed its certificate: "?sslrootcert=FILE".';
  return '';
}
