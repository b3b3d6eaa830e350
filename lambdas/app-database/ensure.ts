import { withAdvisoryLock } from '../shared/advisory-lock';
import type { Clock, Deadline } from '../shared/clock';
import type { OpenDatabase, Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import type { AppDatabaseInput, AppDatabaseResult, Change } from './contract';
import { createDatabase, planDatabase } from './database-plan';
import { type Declaration, declare } from './declared';
import { planGrants } from './grants-plan';
import { readGrants } from './grants-state';
import { planRoles } from './roles-plan';
import { readServer } from './roles-state';
import { runStep, runTogether, type Step, sentence } from './step';
import { loadVector, planTwinSettings } from './twin-settings';

export interface Waiting {
  readonly until: Deadline;
  readonly clock?: Clock;
}

/** The database that is always there. Roles belong to the whole server, so whoever works on them meets here. */
export const meetingPlace = 'postgres';

/**
 * Brings the roles, the database and the grants to what is declared. It compares and changes what differs, so a second
 * run changes nothing, and a run after a kill does what was left. One session at a time, each under its database's lock:
 * what is done in the second touches that database alone, so two runs never meet in the same rows.
 */
export async function ensureAppDatabase(
  open: OpenDatabase,
  input: AppDatabaseInput,
  waiting: Waiting,
): Promise<AppDatabaseResult> {
  const declared = declare(input);
  const { created, changes } = await open(meetingPlace, (session) =>
    withAdvisoryLock(session, 'roles', waiting, () => ensureServer(session, declared)),
  );
  const inside = await open(declared.database, (session) =>
    withAdvisoryLock(session, 'roles', waiting, () => ensureGrants(session, input)),
  );
  const all = [...changes, ...inside.changes];
  const nothing = `Nothing changed: the roles and the database ${declared.database} are as declared.`;
  return {
    ...{ database: declared.database, created, changes: all, warnings: inside.warnings },
    summary: [...(all.length === 0 ? [nothing] : all.map(sentence)), ...inside.warnings],
  };
}

async function ensureServer(session: Session, declared: Declaration) {
  const changes: Change[] = [];
  const before = await readServer(session, declared);
  if (before.database && before.database.encoding !== 'UTF8') {
    throw new OperationError(
      `The database "${declared.database}" exists with the encoding ${before.database.encoding}; it has to be UTF8, which only a new database can be.`,
    );
  }
  changes.push(...(await runTogether(session, planRoles(declared, before))));
  if (!before.database) {
    const step = createDatabase(declared);
    await runStep(session, step);
    changes.push({ subject: step.subject, what: step.what });
  }
  changes.push(...(await runTogether(session, planDatabase(declared, await readServer(session, declared)))));
  if (changes.length > 0) {
    const after = await readServer(session, declared);
    const silent = { ...declared, roles: declared.roles.map((role) => ({ ...role, verifier: undefined })) };
    refuseRemains([...planRoles(silent, after), ...planDatabase(silent, after)]);
  }
  return { created: before.database === null, changes };
}

async function ensureGrants(session: Session, { database, roles }: AppDatabaseInput) {
  const read = async () => {
    const grants = planGrants(roles, await readGrants(session, roles.owner.name, roles.migrator.name));
    const logins = [roles.app, roles.readonly, roles.migrator];
    return { ...grants, settings: await planTwinSettings(session, database.name, logins) };
  };
  const before = await read();
  const steps = [...before.steps, ...before.settings];
  if (steps.length === 0) return { changes: [], warnings: before.warnings };
  if (before.settings.length > 0) await loadVector(session);
  const changes = await runTogether(session, steps);
  const after = await read();
  refuseRemains([...after.steps, ...after.settings]);
  return { changes, warnings: after.warnings };
}

/** A REVOKE of what somebody else granted is a mere warning in PostgreSQL, so what was done is looked at again. */
function refuseRemains(steps: readonly Step[]): void {
  if (steps.length === 0) return;
  throw new OperationError(
    `PostgreSQL did not carry out what it accepted, because somebody else made or granted it: ${steps.map(sentence).join(' ')}`,
  );
}
