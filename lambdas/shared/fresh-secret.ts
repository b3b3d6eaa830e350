import { ConnectionError } from './connection-errors';

/**
 * Runs work with a secret that is read now, and once more with the secret read anew when the server refuses its
 * password: it may have been rotated between the reading and the login. Work that failed to log in has done nothing.
 */
export async function withFreshSecret<S, T>(read: () => Promise<S>, work: (secret: S) => Promise<T>): Promise<T> {
  try {
    return await work(await read());
  } catch (error) {
    if (!(error instanceof ConnectionError && error.reason === 'password')) throw error;
  }
  return work(await read());
}
