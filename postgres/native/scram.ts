import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

// Postgres's own default.
const iterations = 4096;

/** What the server stores of a password (RFC 5803); it does not disclose the password. */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  // SASLprep's part that matters for passwords that people choose: compatible characters become one.
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
