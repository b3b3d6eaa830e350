import { withAdvisoryLock } from '../shared/advisory-lock';
import type { OpenDatabase } from '../shared/database';
import { OperationError } from '../shared/errors';
import { databaseIdentifier } from '../shared/identifiers';
import type { RemoveDatabaseInput, RemoveDatabaseResult } from './contract';
import { meetingPlace, type Waiting } from './ensure';
import { runStep } from './step';

/** Drops the database with everything in it. Whoever calls this has made sure that it is meant. */
export async function removeDatabase(
  open: OpenDatabase,
  { database, endSessions }: RemoveDatabaseInput,
  waiting: Waiting,
): Promise<RemoveDatabaseResult> {
  const name = databaseIdentifier(database);
  return open(meetingPlace, (session) =>
    withAdvisoryLock(session, 'roles', waiting, async () => {
      const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [database]);
      if (rowCount === 0) return { database, outcome: 'absent', summary: [`There is no database ${database}.`] };
      const { rows } = await session.query<{ line: string }>(
        `SELECT format('%s (%s)', pid, usename) AS line FROM pg_stat_activity WHERE datname = $1 ORDER BY pid`,
        [database],
      );
      if (rows.length > 0 && !endSessions) {
        const sessions = rows.map(({ line }) => line).join(', ');
        throw new OperationError(`The database ${database} is in use by session ${sessions}; end that first.`);
      }
      const sql = `DROP DATABASE ${name}${endSessions ? ' WITH (FORCE)' : ''}`;
      await runStep(session, { subject: `Database ${database}`, what: 'drop', sql });
      return { database, outcome: 'removed', summary: [`Database ${database}: dropped, with everything in it.`] };
    }),
  );
}
