import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { OperationError } from './errors';

// What PostgreSQL itself uses. More would slow down every login: the server's half is cheap, each client's is not.
const iterations = 4096;

/**
 * What PostgreSQL stores instead of a password (RFC 5802, RFC 7677). Whoever reads it cannot log in with it, so it may
 * stand in a statement, and in the log of a server where that statement fails.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  // Other characters would have to go through SASLprep; the passwords that we make hold none.
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new OperationError('A password holds a character outside of printable ASCII, or none at all.');
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

const base64 = '[A-Za-z0-9+/]+={0,2}';
const form = new RegExp(`^SCRAM-SHA-256\\$\\d+:${base64}\\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$`);

/** PostgreSQL takes anything else for a password in plain text, and that must never be sent. Says nothing of the value. */
export function checkVerifier(text: string, what: string): void {
  if (!form.test(text)) throw new OperationError(`The verifier for ${what} is not a SCRAM-SHA-256 verifier.`);
}

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
