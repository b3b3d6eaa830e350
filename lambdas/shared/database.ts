import { Client, type ClientBase } from 'pg';

/** What an operation gets: a session that is open, on which it runs its statements. */
export type Session = ClientBase;

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
  readonly connectTimeoutMs?: number;
  /** 0 switches one off. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
}

/** Opens a session, and ends it whatever happens. */
export async function withSession<T>(
  target: ConnectionTarget,
  settings: SessionSettings,
  work: (session: Session) => Promise<T>,
): Promise<T> {
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
  await client.connect();
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
