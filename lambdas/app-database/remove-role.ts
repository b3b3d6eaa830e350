import { withAdvisoryLock } from '../shared/advisory-lock';
import type { OpenDatabase, Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { identifier, roleIdentifier } from '../shared/identifiers';
import type { Holding, RemoveRoleInput, RemoveRoleResult } from './contract';
import { twinName } from './declared';
import { meetingPlace, type Waiting } from './ensure';
import { databasesHolding, describeHoldings, holdingsHere } from './holdings';
import { explain, runStep } from './step';

/** Removes a role and its second login, if a rotation made one. */
export async function removeRole(
  open: OpenDatabase,
  input: RemoveRoleInput,
  waiting: Waiting,
): Promise<RemoveRoleResult> {
  roleIdentifier(input.role);
  const twin = twinName(input.role);
  const second = await open(meetingPlace, (session) => isTwin(session, twin, input.role));
  const first = second ? await removeOne(open, { ...input, role: twin }, waiting) : undefined;
  const result = await removeOne(open, input, waiting);
  if (first === undefined) return result;
  const [holdings, summary] = [
    [...result.holdings, ...first.holdings],
    [...result.summary, ...first.summary],
  ];
  return { ...result, holdings, summary };
}

/** A rotation makes it a member of its role and leaves a mark on it, which is still there when the role is gone. */
async function isTwin(session: Session, twin: string, role: string): Promise<boolean> {
  const { rowCount } = await session.query(
    `SELECT FROM pg_roles t WHERE t.rolname = $1
       AND (shobj_description(t.oid, 'pg_authid') LIKE 'plinth rotation %'
         OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                    WHERE m.member = t.oid AND r.rolname = $2))`,
    [twin, role],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Removes one role, and what `mode` says of what it owns. A role may hold things in any database, and PostgreSQL can
 * only let go of them from inside each; after a kill in between, a second run does the rest.
 */
async function removeOne(
  open: OpenDatabase,
  { role, mode, heir }: RemoveRoleInput,
  waiting: Waiting,
): Promise<RemoveRoleResult> {
  const name = roleIdentifier(role);
  if (mode === 'reassign' && (heir === undefined || heir === role)) {
    throw new OperationError(`To reassign what ${role} owns, another role has to be named that gets it.`);
  }
  const to = heir === undefined ? undefined : roleIdentifier(heir, 'heir');
  const found = await open(meetingPlace, (session) => lookAt(session, role));
  if (!found.exists) {
    return { role, outcome: 'absent', holdings: [], summary: [`There is no role ${role}; nothing is to be removed.`] };
  }
  const holdings = [...found.onServer];
  for (const database of found.databases) {
    holdings.push(...(await open(database, (session) => holdingsHere(session, role, false))));
  }
  const listed = describeHoldings(role, holdings);
  if (mode === 'retain') {
    return { role, outcome: 'retained', holdings, summary: [`Role ${role}: retained, as it is.`, ...listed] };
  }
  const kept = found.onServer.filter(({ how }) => how === 'owns').map(({ object }) => object);
  if (mode === 'drop' && kept.length > 0) {
    throw new OperationError(
      `The role ${role} owns ${kept.join(', ')}, which is not dropped with a role; give it another owner first.`,
    );
  }
  await open(meetingPlace, (session) => refuseWhileInUse(session, role));
  const inherits = mode === 'reassign' && to !== undefined ? [`REASSIGN OWNED BY ${name} TO ${to}`] : [];
  const statements = [...inherits, `DROP OWNED BY ${name}`];
  // Privileges on databases go from any database, and this one is always there. All are tried before one is done:
  // what stands in the way in the last would otherwise be found when the first is gone.
  const places = [...new Set([...found.databases, meetingPlace])];
  for (const end of ['ROLLBACK', 'COMMIT'] as const) {
    for (const database of places) {
      await open(database, (session) =>
        withAdvisoryLock(session, 'roles', waiting, () => letGo(session, { role, mode }, [...statements, end], listed)),
      );
    }
  }
  await open(meetingPlace, (session) => withAdvisoryLock(session, 'roles', waiting, () => dropRole(session, role)));
  const outcome = mode === 'reassign' ? `what it owned belongs to ${heir}` : 'what it owned is dropped';
  return { role, outcome: 'removed', holdings, summary: [`Role ${role}: removed; ${outcome}.`, ...listed] };
}

async function lookAt(session: Session, role: string) {
  const { rows } = await session.query<{ exists: boolean }>(
    'SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS exists',
    [role],
  );
  const databases = await databasesHolding(session, role);
  return {
    exists: rows[0]?.exists ?? false,
    databases: databases.filter((database) => database !== null),
    onServer: databases.includes(null) ? await holdingsHere(session, role, true) : ([] as readonly Holding[]),
  };
}

/** PostgreSQL would drop it under their feet. */
async function refuseWhileInUse(session: Session, role: string): Promise<void> {
  const { rows } = await session.query<{ pid: number; name: string }>(
    'SELECT pid, application_name AS name FROM pg_stat_activity WHERE usename = $1 ORDER BY pid',
    [role],
  );
  if (rows.length === 0) return;
  const sessions = rows.map(({ pid, name }) => (name === '' ? String(pid) : `${pid} (${name})`));
  throw new OperationError(`The role ${role} is logged in, in session ${sessions.join(', ')}; end that first.`);
}

async function letGo(
  session: Session,
  { role, mode }: Pick<RemoveRoleInput, 'role' | 'mode'>,
  statements: readonly string[],
  listed: readonly string[],
): Promise<void> {
  // The maker of a role may drop it, and may act as it only once it has said so.
  const subject = `Role ${role}`;
  await runStep(session, {
    subject,
    what: 'act as it',
    sql: `GRANT ${identifier(role)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`,
  });
  await session.query('BEGIN');
  try {
    for (const statement of statements) await session.query(statement);
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    const { detail } = error as { detail?: string };
    const reason = explain(error, { subject, what: mode === 'drop' ? 'drop what it owns' : 'hand over what it owns' });
    throw new OperationError([reason.message, ...(detail ? [detail] : []), ...listed].join('\n'));
  }
}

async function dropRole(session: Session, role: string): Promise<void> {
  const sql = `DROP ROLE ${identifier(role)}`;
  try {
    await runStep(session, { subject: `Role ${role}`, what: 'drop', sql });
  } catch (error) {
    const databases = await databasesHolding(session, role);
    if (databases.length === 0) throw error;
    const places = databases.map((name) => name ?? 'the server as a whole').join(', ');
    throw new OperationError(`The role ${role} cannot be dropped: something still depends on it in ${places}.`);
  }
}
