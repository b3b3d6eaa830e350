import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import type { Change } from './contract';

/** A statement, and what it comes to in words. */
export interface Step extends Change {
  readonly sql: string;
}

export const sentence = ({ subject, what }: Change): string => `${subject}: ${what}.`;

/** All or nothing, so that a kill at any moment leaves either the old or the new. */
export async function runTogether(session: Session, steps: readonly Step[]): Promise<readonly Change[]> {
  if (steps.length === 0) return [];
  await session.query('BEGIN');
  try {
    for (const step of steps) await runStep(session, step);
    await session.query('COMMIT');
  } catch (error) {
    // The error that matters is the first one; where the connection is gone, so is the transaction.
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return steps.map(({ subject, what }) => ({ subject, what }));
}

/** For what PostgreSQL runs outside of a transaction only. */
export async function runStep(session: Session, step: Step): Promise<void> {
  try {
    await session.query(step.sql);
  } catch (error) {
    throw explain(error, step);
  }
}

/** The statement itself is not repeated: a verifier may stand in it. */
export function explain(error: unknown, { subject, what }: Change): Error {
  const { code, message } = error as { code?: string; message: string };
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  const advice =
    code === '42501'
      ? '; the admin user has no right to this, so whoever made the object has to do it or hand it over'
      : '';
  return new OperationError(`${subject}, "${what}", failed: ${message} (${code})${advice}.`);
}
