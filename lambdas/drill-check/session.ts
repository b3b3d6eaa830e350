import type { Session } from '../shared/database';

export type WithSession = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

/**
 * Keeps one session for all that runs one after the other. Whoever asks while it is in use, or after it broke, gets a
 * new one: to log in takes a while, and a small server may have room for few.
 */
export async function keepingSession<T>(open: WithSession, work: (reuse: WithSession) => Promise<T>): Promise<T> {
  return open(async (kept) => {
    let free = true;
    let alive = true;
    return work(async (job) => {
      if (!free || !alive) return open(job);
      free = false;
      try {
        return await job(kept);
      } finally {
        // What the job left open or taken; where the session is gone, there is nothing to give back.
        alive = await kept.query('ROLLBACK; RESET ROLE').then(
          () => true,
          () => false,
        );
        free = true;
      }
    });
  });
}
