import { Client, type ClientBase } from 'pg';
import { type Clock, systemClock } from './clock';
import { ConnectionError, connectionError } from './connection-errors';

/** What an operation gets: a session that is open, on which it runs its statements. */
export type Session = ClientBase;

/** Opens a session in that database, and ends it when the work is done. */
export type OpenDatabase = <T>(database: string, work: (session: Session) => Promise<T>) => Promise<T>;

/** Where a database is and who logs in. Always over TLS that is verified; there is no switch for anything less. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** PEM of the authorities that may have signed the server's certificate. */
  readonly ca: string;
}

export interface SessionSettings {
  /** Shown in pg_stat_activity, and to whoever is blocked by us. */
  readonly applicationName: string;
  /** For one try. */
  readonly connectTimeoutMs?: number;
  /** How long to go on trying against what passes by itself: a restart, no free connection. 0 tries once. */
  readonly retryForMs?: number;
  /** 0 switches one off. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
}

/** Opens a session, and ends it whatever happens. What keeps it from opening is a ConnectionError. */
export async function withSession<T>(
  target: ConnectionTarget,
  settings: SessionSettings,
  work: (session: Session) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const client = await connect(target, settings, clock);
  try {
    // A backend whose client was killed stops within a second, and its locks go with it.
    await client.query(
      `SELECT set_config('client_connection_check_interval', '1s', false), set_config('statement_timeout', $1, false),
              set_config('lock_timeout', $2, false)`,
      [String(settings.statementTimeoutMs ?? 0), String(settings.lockTimeoutMs ?? 0)],
    );
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A failover takes a minute or two, a restart some ten seconds; half a minute bridges the second and hides no first. */
async function connect(target: ConnectionTarget, settings: SessionSettings, clock: Clock): Promise<Client> {
  const until = clock.now() + (settings.retryForMs ?? 30_000);
  for (let wait = 250; ; wait = Math.min(wait * 2, 4_000)) {
    try {
      return await connectOnce(target, settings);
    } catch (error) {
      if (!(error instanceof ConnectionError && error.mayPass) || clock.now() + wait > until) throw error;
      await clock.sleep(wait);
    }
  }
}

async function connectOnce(target: ConnectionTarget, settings: SessionSettings): Promise<Client> {
  const { host, port, user, password, database, ca } = target;
  const client = new Client({
    ...{ host, port, user, password, database },
    ssl: { ca, rejectUnauthorized: true },
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
    keepAlive: true,
  });
  // A server that goes away between two statements is told by the next one; without a listener it would end Node.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw connectionError(error, target);
  }
}
