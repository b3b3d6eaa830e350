import { join } from 'node:path';
import type { ServerCertificate } from '../certificates';
import { PostgresPlaceError } from '../place';
import type { Account } from './account';
import { superuser } from './cluster';
import { writeOwned } from './files';

// What makes the server ours: reachable where we say, over TLS, with its log and its WAL where we look for them.
const reserved =
  /^(listen_addresses|port|unix_socket_.*|ssl|ssl_(cert|key|ca|crl)_(file|dir)|hba_file|ident_file|data_directory|config_file|external_pid_file|include.*|archive_(mode|command|library)|restore_command|recovery_.*|log_destination|logging_collector|hot_standby)$/;

export interface ServerConfig {
  data: string;
  port: number;
  socketFolder: string;
  certificate: ServerCertificate;
  archive: boolean;
  parameters: Readonly<Record<string, string>>;
  /** Set while the server replays WAL up to a moment. */
  recovery?: { restoreCommand: string; targetTime: Date };
  account: Account | undefined;
}

export async function writeServerConfig(config: ServerConfig): Promise<void> {
  const own = (name: string, text: string) => writeOwned(join(config.data, name), text, 0o600, config.account);
  await own(
    'postgresql.conf',
    settingsOf(config)
      .map(([name, value]) => `${name} = ${quote(value)}\n`)
      .join(''),
  );
  await own('pg_hba.conf', accessRules);
  await own('server.crt', config.certificate.certificate);
  await own('server.key', config.certificate.key);
}

// The socket's folder is open to the server's account alone. `hostnossl … reject` is RDS's force_ssl.
const accessRules = `local     all  ${superuser}                trust
local     all  all                     reject
hostnossl all  all        all           reject
hostssl   all  ${superuser}   all           reject
hostssl   all  all        127.0.0.1/32  scram-sha-256
hostssl   all  all        ::1/128       scram-sha-256
`;

function settingsOf(config: ServerConfig): [string, string][] {
  return [
    ['listen_addresses', '127.0.0.1'],
    ['port', String(config.port)],
    ['unix_socket_directories', `"${config.socketFolder.replaceAll('"', '""')}"`],
    ['unix_socket_permissions', '0700'],
    ['ssl', 'on'],
    ['ssl_cert_file', 'server.crt'],
    ['ssl_key_file', 'server.key'],
    ['password_encryption', 'scram-sha-256'],
    // What the system has buffered survives the death of a server, and only a power cut is worse than that.
    ['fsync', 'off'],
    ['log_destination', 'stderr'],
    ['logging_collector', 'off'],
    // RDS's own, so that what reads logs there reads them here.
    ['log_line_prefix', '%t:%r:%u@%d:[%p]:'],
    ['timezone', 'UTC'],
    ['log_timezone', 'UTC'],
    ['lc_messages', 'C'],
    ['default_text_search_config', 'pg_catalog.english'],
    ...archiveSettings(config),
    ...recoverySettings(config),
    ...userSettings(config.parameters),
  ];
}

function archiveSettings({ archive }: ServerConfig): [string, string][] {
  // Relative to the data directory, so that no path needs quoting. The rename leaves no half segment under a true name.
  const copy = 'cp "%p" "../wal/%f.partial" && mv "../wal/%f.partial" "../wal/%f"';
  return archive
    ? [
        ['archive_mode', 'on'],
        ['archive_command', copy],
      ]
    : [];
}

function recoverySettings({ recovery }: ServerConfig): [string, string][] {
  if (!recovery) return [];
  return [
    ['restore_command', recovery.restoreCommand],
    ['recovery_target_time', endOfMillisecond(recovery.targetTime)],
    ['recovery_target_action', 'promote'],
    // No session before it is writable; and a smaller max_connections than the source's would pause it for ever.
    ['hot_standby', 'off'],
  ];
}

function userSettings(parameters: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(parameters).map(([name, value]) => {
    if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/i.test(name) || /[\r\n\0]/.test(value)) {
      throw new PostgresPlaceError(
        `${JSON.stringify(name)} = ${JSON.stringify(value)} is not a server parameter with a value of one line.`,
      );
    }
    if (reserved.test(name.toLowerCase())) {
      throw new PostgresPlaceError(
        `The parameter ${name} cannot be set: a local server is reached, logged and archived as this program needs it.`,
      );
    }
    return [name, value];
  });
}

/** A Date is cut to the millisecond it lies in, and what was committed just before `new Date()` has to be in. */
export function endOfMillisecond(time: Date): string {
  // The server reads this before it knows what Z means.
  return time.toISOString().replace('Z', '999+00');
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
