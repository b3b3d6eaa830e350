import { randomInt } from 'node:crypto';

// Stands in a URL, a shell and an .env file as it is, without an escape or a quote.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 40 of 62 characters: 238 bits, more than the 128 that nobody guesses. */
export function newPassword(length = 40): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
