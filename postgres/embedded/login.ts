import type { Catalog } from './catalog';
import { type Parameters, superuser } from './cluster';
import { impossibleVerifier, mechanisms, parseVerifier, ScramExchange } from './scram';
import { type FrontendMessage, message, type ServerError } from './wire';

/** Whoever opens PGlite by this name is the superuser, whatever roles there are. */
export const builtIn = 'postgres';

/** A refusal that the client gets as a FATAL error. */
export class Refused extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}

export interface Login {
  readonly user: string;
  readonly database: string;
  readonly client: Parameters;
}

export function readLogin(startup: ReadonlyMap<string, string>): Login {
  const user = startup.get('user') ?? '';
  if (user === '') throw new Refused({ code: '28000', message: 'no PostgreSQL user name specified in startup packet' });
  if (startup.get('replication'))
    throw new Refused({ code: '0A000', message: 'the embedded Postgres cannot replicate' });
  const client: Record<string, string> = {};
  for (const [name, value] of startup) {
    if (name === 'options') Object.assign(client, parseOptions(value));
    else if (!['user', 'database', 'replication'].includes(name) && !name.startsWith('_pq_.')) client[name] = value;
  }
  return { user, database: startup.get('database') || user, client };
}

/** `-c name=value` and `--name=value`, blanks within a value escaped by a backslash. */
function parseOptions(text: string): Record<string, string> {
  const words = text.match(/(?:\\.|\S)+/g)?.map((word) => word.replace(/\\(.)/g, '$1')) ?? [];
  const settings: Record<string, string> = {};
  for (let i = 0; i < words.length; i++) {
    let word = words[i] ?? '';
    if (word === '-c') word = words[++i] ?? '';
    else if (word.startsWith('-c')) word = word.slice(2);
    else if (word.startsWith('--')) word = word.slice(2);
    else throw new Refused({ code: '42601', message: `invalid command-line argument for server process: ${word}` });
    const at = word.indexOf('=');
    if (at < 0) throw new Refused({ code: '42601', message: `-c ${word} requires a value` });
    settings[word.slice(0, at).replace(/-/g, '_')] = word.slice(at + 1);
  }
  return settings;
}

/** What a real server's pg_hba.conf, pg_authid and pg_database say to this login; thrown when it is no. */
export function admit(login: Login, catalog: Catalog, sessions: readonly Login[]): void {
  const { user, database } = login;
  const role = catalog.roles.find((r) => r.name === user);
  if (role && !role.canLogin)
    throw new Refused({ code: '28000', message: `role "${user}" is not permitted to log in` });
  const target = catalog.databases.find((d) => d.name === database);
  if (!target) throw new Refused({ code: '3D000', message: `database "${database}" does not exist` });
  if (!target.allowsConnections) {
    throw new Refused({ code: '55000', message: `database "${database}" is not currently accepting connections` });
  }
  if (!target.connect.includes(user)) {
    throw new Refused({
      code: '42501',
      message: `permission denied for database "${database}"`,
      detail: 'User does not have CONNECT privilege.',
    });
  }
  const over = (limit: number, open: number) => limit >= 0 && open >= limit;
  if (role && over(role.connectionLimit, sessions.filter((s) => s.user === user).length)) {
    throw new Refused({ code: '53300', message: `too many connections for role "${user}"` });
  }
  if (over(target.connectionLimit, sessions.filter((s) => s.database === database).length)) {
    throw new Refused({ code: '53300', message: `too many connections for database "${database}"` });
  }
  for (const name of Object.keys(login.client)) {
    if (!name.includes('.') && !catalog.userParameters.includes(name.toLowerCase())) {
      throw new Refused({ code: '42704', message: `parameter "${name}" cannot be set at login` });
    }
  }
}

export function refuseUnencrypted({ user, database }: Login): never {
  throw new Refused({
    code: '28000',
    message: `pg_hba.conf rejects connection for host "127.0.0.1", user "${user}", database "${database}", no encryption`,
  });
}

export function refuseSuperuser({ user, database }: Login): void {
  if (user === builtIn) {
    const text = `the embedded Postgres cannot log in "${builtIn}", for its engine takes that name for the superuser`;
    throw new Refused({ code: '28000', message: text });
  }
  if (user !== superuser) return;
  throw new Refused({
    code: '28000',
    message: `pg_hba.conf rejects connection for host "127.0.0.1", user "${user}", database "${database}", SSL encryption`,
  });
}

/** SCRAM-SHA-256 with the client; returns when the password was right. */
export async function authenticate(
  login: Login,
  catalog: Catalog,
  certificateHash: Buffer,
  send: (bytes: Buffer) => void,
  receive: () => Promise<FrontendMessage>,
): Promise<void> {
  const wrong = new Refused({ code: '28P01', message: `password authentication failed for user "${login.user}"` });
  const role = catalog.roles.find((r) => r.name === login.user);
  const expired = role?.validUntil != null && role.validUntil * 1000 < Date.now();
  const verifier = role?.verifier && !expired ? parseVerifier(role.verifier) : undefined;
  const exchange = new ScramExchange(verifier ?? impossibleVerifier(), certificateHash);

  send(message('R', 10, mechanisms.bound, mechanisms.plain, Buffer.from([0])));
  const initial = body(await receive());
  const end = initial.indexOf(0);
  const mechanism = initial.toString('utf8', 0, end);
  if (mechanism !== mechanisms.plain && mechanism !== mechanisms.bound) {
    throw new Refused({ code: '08P01', message: 'client selected an invalid SASL authentication mechanism' });
  }
  const malformed = new Refused({ code: '08P01', message: 'malformed SCRAM message' });
  const step = <T>(work: () => T): T => {
    try {
      return work();
    } catch {
      throw malformed;
    }
  };
  // Behind the mechanism's zero byte stands the length of the message, in four bytes.
  send(message('R', 11, Buffer.from(step(() => exchange.first(mechanism, initial.toString('utf8', end + 5))))));
  const answer = body(await receive()).toString('utf8');
  const final = step(() => exchange.final(answer));
  if (final === undefined) throw wrong;
  send(message('R', 12, Buffer.from(final)));
}

function body(received: FrontendMessage): Buffer {
  if (received.type !== 'p') throw new Refused({ code: '08P01', message: 'expected SASL response' });
  return received.bytes.subarray(5);
}
