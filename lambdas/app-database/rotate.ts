import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { withAdvisoryLock } from '../shared/advisory-lock';
import type { OpenDatabase, Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { databaseIdentifier, identifier, literal } from '../shared/identifiers';
import { newPassword } from '../shared/password';
import { scramVerifier } from '../shared/scram';
import type { Change, RotateInput, RotateResult } from './contract';
import { planSettings } from './database-plan';
import { type Declaration, login } from './declared';
import type { Waiting } from './ensure';
import { planMemberships, planOurs, planRole } from './roles-plan';
import { readServer } from './roles-state';
import { runTogether, sentence } from './step';
import { loadVector, planTwinSettings } from './twin-settings';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Another rotation came between the new password and its publication. */
export class Overtaken extends OperationError {}

/** The world around a rotation. */
export interface RotationSeams {
  /** As the admin user. */
  readonly open: OpenDatabase;
  /** The user that is published now; undefined before the first time. */
  readonly published: () => Promise<string | undefined>;
  /** Logs in anew with these credentials, in the database of the input, for as long as the work takes. */
  readonly login: <T>(credentials: Credentials, work: (session: Session) => Promise<T>) => Promise<T>;
  /** Makes these the ones that the application reads. All or nothing. */
  readonly publish: (credentials: Credentials) => Promise<void>;
  /** Where it is given from outside; by default it is made up. */
  readonly newPassword?: () => string;
}

/**
 * Sets a new password, proves it by a login, and only then publishes it. With `alternate` it is the password of a role
 * that is not published, so whatever fails, and whenever, what is published goes on working.
 *
 * Two rotations at once would publish what the other one has just replaced. So who is published is read, and published,
 * under the lock only; in between, a mark on the role tells whether its password is still ours. The lock is held by one
 * session at a time, first the admin's, then the one that proves the password.
 */
export async function rotate(seams: RotationSeams, input: RotateInput, waiting: Waiting): Promise<RotateResult> {
  const password = (seams.newPassword ?? newPassword)();
  const mark = randomUUID();
  const prepared = await seams.open(input.database, (session) =>
    withAdvisoryLock(session, 'roles', waiting, () => prepare(session, seams, input, { password, mark })),
  );
  const { user, previous, changes } = prepared;
  try {
    await seams.login({ user, password }, (session) =>
      withAdvisoryLock(session, 'roles', waiting, async () => {
        await refuseOvertaken(session, user, mark);
        await seams.publish({ user, password });
      }),
    );
  } catch (error) {
    throw input.mode === 'inPlace' ? brokenInPlace(user, error, password) : withoutPassword(error, password);
  }
  return { user, previous, changes, summary: [...changes.map(sentence), ...told(input, prepared)] };
}

interface Prepared {
  readonly user: string;
  readonly previous: string | undefined;
  readonly changes: readonly Change[];
}

async function prepare(
  session: Session,
  { published }: RotationSeams,
  { database, role, mode }: RotateInput,
  { password, mark }: { password: string; mark: string },
): Promise<Prepared> {
  databaseIdentifier(database);
  const [base, twin] = login('rotated', role);
  const previous = await published();
  if (previous !== undefined && ![base.name, twin.name].includes(previous)) {
    throw new OperationError(
      `The published user is "${previous}", which is neither "${base.name}" nor its second login "${twin.name}".`,
    );
  }
  const next = mode === 'inPlace' ? previous === twin.name : previous === base.name;
  const chosen = next ? twin : base;
  const declared: Declaration = { database, owner: role.name, roles: [base, twin] };
  const state = await readServer(session, declared);
  if (!state.roles[base.name]) {
    throw new OperationError(`There is no role "${base.name}" yet; make the roles before a password is rotated.`);
  }
  const found = state.roles[chosen.name];
  if (found && chosen === twin && !state.memberships.some((m) => m.role === base.name && m.member === twin.name)) {
    throw new OperationError(
      `The role "${twin.name}" exists and is no member of "${base.name}", but a rotation takes that name for its second login: rename or drop it.`,
    );
  }
  const withVerifier = { ...chosen, verifier: scramVerifier(password) };
  // A twin that is new gets all that its role has, in the same transaction as its password.
  const made = { ...state, roles: { ...state.roles, [chosen.name]: found ?? blank(chosen.name) } };
  const sql = `COMMENT ON ROLE ${identifier(chosen.name)} IS ${literal(`plinth rotation ${mark}`)}`;
  const marked = { subject: `Role ${chosen.name}`, what: 'marked with this rotation', sql };
  const likeItsRole =
    chosen === twin
      ? [...planOurs(twin.name, state), ...planMemberships(twin, state), ...planSettings(twin, database, made)]
      : [];
  const changes = await runTogether(session, [...planRole(withVerifier, found), ...likeItsRole, marked]);
  const settings = await planTwinSettings(session, database, [base]);
  if (settings.length > 0) await loadVector(session);
  const copied = await runTogether(session, settings);
  return { user: chosen.name, previous, changes: [...changes.slice(0, -1), ...copied] };
}

async function refuseOvertaken(session: Session, user: string, mark: string): Promise<void> {
  const { rows } = await session.query<{ mark: string | null }>(
    "SELECT shobj_description(oid, 'pg_authid') AS mark FROM pg_roles WHERE rolname = $1",
    [user],
  );
  if (rows[0]?.mark === `plinth rotation ${mark}`) return;
  throw new Overtaken(
    `Another rotation set the password of "${user}" at the same time, so this one published nothing; what is published works.`,
  );
}

/** Whatever the caller's own code says goes no further with the password in it. */
function withoutPassword(error: unknown, password: string): unknown {
  if (!inspect(error, { depth: 10, showHidden: true }).includes(password)) return error;
  return new OperationError((error instanceof Error ? error.message : String(error)).replaceAll(password, '***'));
}

function brokenInPlace(user: string, error: unknown, password: string): OperationError {
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll(password, '***');
  return new OperationError(
    `The password of "${user}" is changed and not published, so new connections fail until this is run again: ${reason}`,
  );
}

function told({ mode }: RotateInput, { user, previous }: Prepared): readonly string[] {
  if (mode === 'inPlace') {
    return [`New connections as ${user} with the old password failed from the change until it was published.`];
  }
  if (previous === undefined) return [`${user} is published.`];
  return [`${user} is published; ${previous} keeps its password until the next rotation.`];
}

const blank = (name: string) => ({
  ...{ name, login: true, createDb: false, createRole: false, inherit: true, untouchable: false },
  ...{ connectionLimit: -1, expires: null, ours: true, settings: [] },
});
