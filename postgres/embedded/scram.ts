import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, as pg_authid keeps it. */
export interface ScramVerifier {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export const mechanisms = { plain: 'SCRAM-SHA-256', bound: 'SCRAM-SHA-256-PLUS' } as const;

export function parseVerifier(text: string): ScramVerifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(text);
  if (!match) return undefined;
  const [, iterations = '', salt = '', stored = '', server = ''] = match;
  return {
    iterations: Number(iterations),
    salt: Buffer.from(salt, 'base64'),
    storedKey: Buffer.from(stored, 'base64'),
    serverKey: Buffer.from(server, 'base64'),
  };
}

/** For a role that does not exist or has no password: the exchange looks the same and always fails. */
export function impossibleVerifier(): ScramVerifier {
  return { iterations: 4096, salt: randomBytes(16), storedKey: randomBytes(32), serverKey: randomBytes(32) };
}

/** The server's half of RFC 5802: one exchange for one login. */
export class ScramExchange {
  private gs2Header = '';
  private clientFirst = '';
  private serverFirst = '';
  private nonce = '';

  constructor(
    private readonly verifier: ScramVerifier,
    /** The hash of the server's certificate, which ties the login to this TLS connection. */
    private readonly channelBinding: Buffer,
  ) {}

  first(mechanism: string, clientFirst: string): string {
    const match = /^(n|y|p=tls-server-end-point),,(n=[^,]*,r=([^,]+).*)$/s.exec(clientFirst);
    const bound = match?.[1]?.startsWith('p') ?? false;
    if (!match || bound !== (mechanism === mechanisms.bound)) throw new Error('malformed SCRAM message');
    this.gs2Header = `${match[1]},,`;
    this.clientFirst = match[2] ?? '';
    this.nonce = `${match[3]}${randomBytes(18).toString('base64')}`;
    this.serverFirst = `r=${this.nonce},s=${this.verifier.salt.toString('base64')},i=${this.verifier.iterations}`;
    return this.serverFirst;
  }

  /** The server's final message, or undefined for a wrong password. */
  final(clientFinal: string): string | undefined {
    const match = /^(c=([^,]+),r=([^,]+)),p=(.+)$/s.exec(clientFinal);
    if (!match) throw new Error('malformed SCRAM message');
    const [, withoutProof = '', binding = '', nonce = '', proof = ''] = match;
    const header = Buffer.from(this.gs2Header);
    const expected = this.gs2Header.startsWith('p') ? Buffer.concat([header, this.channelBinding]) : header;
    if (nonce !== this.nonce || binding !== expected.toString('base64')) return undefined;
    const authMessage = `${this.clientFirst},${this.serverFirst},${withoutProof}`;
    const signature = hmac(this.verifier.storedKey, authMessage);
    const given = Buffer.from(proof, 'base64');
    if (given.length !== signature.length) return undefined;
    const clientKey = Buffer.from(given.map((byte, i) => byte ^ (signature[i] ?? 0)));
    if (!timingSafeEqual(sha256(clientKey), this.verifier.storedKey)) return undefined;
    return `v=${hmac(this.verifier.serverKey, authMessage).toString('base64')}`;
  }
}

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
