import { OperationError } from './errors';

/** Why no session came about. */
export type ConnectionFault =
  | 'dns'
  | 'dnsForNow'
  | 'noRoute'
  | 'refused'
  | 'dropped'
  | 'noTls'
  | 'untrusted'
  | 'expired'
  | 'wrongHost'
  | 'tlsBroken'
  | 'password'
  | 'notAdmitted'
  | 'noDatabase'
  | 'noConnect'
  | 'startingUp'
  | 'tooMany'
  | 'other';

/** Those that pass by themselves within seconds. All others are the same on the next try, so they fail at once. */
const passing: ReadonlySet<ConnectionFault> = new Set(['dnsForNow', 'dropped', 'startingUp', 'tooMany']);

/** Holds nothing of the error that it stands for but its code: what has no secret in it cannot leak one. */
export class ConnectionError extends OperationError {
  readonly code: string | undefined;

  constructor(
    readonly reason: ConnectionFault,
    message: string,
    code: string | undefined,
  ) {
    super(message);
    this.code = code;
  }

  get mayPass(): boolean {
    return passing.has(this.reason);
  }
}

export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

const byCode: Readonly<Record<string, ConnectionFault>> = {
  ENOTFOUND: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  EAI_AGAIN: 'dnsForNow',
  ETIMEDOUT: 'noRoute',
  EHOSTUNREACH: 'noRoute',
  ENETUNREACH: 'noRoute',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'dropped',
  EPIPE: 'dropped',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrongHost',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'expired',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  INVALID_CA: 'untrusted',
  EPROTO: 'tlsBroken',
  '28P01': 'password',
  '28000': 'notAdmitted',
  '3D000': 'noDatabase',
  '42501': 'noConnect',
  '57P01': 'startingUp',
  '57P02': 'startingUp',
  '57P03': 'startingUp',
  '53300': 'tooMany',
};

// What the driver says in words only.
const byText: readonly (readonly [RegExp, ConnectionFault])[] = [
  [/does not support SSL/i, 'noTls'],
  [/error establishing an SSL connection/i, 'tlsBroken'],
  [/^timeout expired$/, 'noRoute'],
  [/terminated unexpectedly|socket disconnected|socket hang up/i, 'dropped'],
];

export function connectionError(error: unknown, attempt: Attempt): ConnectionError {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  const text = message ?? String(error);
  const known = code === undefined ? undefined : byCode[code];
  const reason =
    byText.find(([pattern]) => pattern.test(text))?.[1] ??
    known ??
    (code?.startsWith('ERR_SSL_') ? 'tlsBroken' : 'other');
  return new ConnectionError(reason, sentence(reason, attempt, text, code), code);
}

function sentence(reason: ConnectionFault, attempt: Attempt, text: string, code: string | undefined): string {
  const { host, port, user, database } = attempt;
  const place = `${host}:${port}`;
  switch (reason) {
    case 'dns':
      return `The host name ${host} is not known to DNS; compare it with the instance's endpoint.`;
    case 'dnsForNow':
      return `The name server gave no answer for ${host}; it may pass, else look at the DNS settings of the VPC.`;
    case 'noRoute':
      return `${place} does not answer: a security group, a subnet's route or a firewall lets nothing through.`;
    case 'refused':
      return `Nothing listens at ${place}; the server is stopped, or its port is another.`;
    case 'dropped':
      return `The connection to ${place} was cut before the session began; the server may be restarting.`;
    case 'noTls':
      return `${place} does not support SSL, and Plinth sends no password over a connection without TLS.`;
    case 'untrusted':
      return `The certificate of ${place} is signed by none of the trusted authorities (${code}); bring the CA bundle up to date, or ask who else answers there.`;
    case 'expired':
      return `The certificate of ${place} is not valid today (${code}); rotate the server's certificate, and compare the clock of this machine.`;
    case 'wrongHost':
      return `The certificate of ${place} is for another host name than ${host}; connect by the name that the server has.`;
    case 'tlsBroken':
      return `${place} did not agree on a TLS connection${code ? ` (${code})` : ''}; PostgreSQL may not be what listens there.`;
    case 'password':
      return `${place} refuses the password of the role "${user}" (28P01), or has no such role.`;
    case 'notAdmitted':
      return `${place} does not admit the role "${user}" to the database "${database}" (28000): it may not log in, or pg_hba.conf has no entry for it.`;
    case 'noDatabase':
      return `There is no database "${database}" at ${place} (3D000).`;
    case 'noConnect':
      return `The role "${user}" lacks the CONNECT privilege on the database "${database}" at ${place} (42501).`;
    case 'startingUp':
      return `The server at ${place} is starting up or shutting down (${code}); try again in a minute.`;
    case 'tooMany':
      return `${place} has no connection left for the role "${user}" (53300); raise its connection limit or the server's, or close some.`;
    case 'other':
      return `No session with ${place} as "${user}": ${withoutSecret(text, attempt.password)}${code ? ` (${code})` : ''}`;
  }
}

/** The driver puts no password in a message; a server's own words are not ours to vouch for. */
function withoutSecret(text: string, secret: string): string {
  if (secret === '') return text;
  return text.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
}
