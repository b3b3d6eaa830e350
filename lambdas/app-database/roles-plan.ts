import { OperationError } from '../shared/errors';
import { identifier, literal } from '../shared/identifiers';
import type { Declaration, DeclaredRole } from './declared';
import type { RoleState, ServerState } from './roles-state';
import type { Step } from './step';

/** What has to be done so that the roles are as declared. None of it needs the database to be there. */
export function planRoles(declared: Declaration, state: ServerState): readonly Step[] {
  refuseForeign(declared, state);
  const wanted = declared.roles.filter((role) => role.twinOf === undefined || state.roles[role.name]);
  return [
    ...wanted.flatMap((role) => planRole(role, state.roles[role.name])),
    // Each must be ours to act as before it can own, give or be given anything.
    ...wanted.flatMap((role) => planOurs(role.name, state)),
    ...wanted.flatMap((role) => planMemberships(role, state)),
  ];
}

/** Everything that stands in the way, told at once and before anything is done. */
function refuseForeign(declared: Declaration, { version, me, roles, memberships }: ServerState): void {
  if (version < 160_000) {
    throw new OperationError(`The server is PostgreSQL ${Math.floor(version / 10_000)}; roles need 16 or newer.`);
  }
  const complaints = declared.roles.flatMap((role) => {
    const found = roles[role.name];
    if (role.name === me) return [`The role "${me}" is the admin user itself; it cannot be a role of the application.`];
    if (!found) return [];
    if (found.untouchable) {
      return [`The role "${role.name}" has SUPERUSER, REPLICATION or BYPASSRLS, which only a superuser takes away.`];
    }
    if (!found.ours) {
      return [
        `The role "${role.name}" exists and was not made by "${me}", so PostgreSQL does not let it be changed: take another name under roles, or have its maker run GRANT "${role.name}" TO "${me}" WITH ADMIN OPTION.`,
      ];
    }
    const joined = memberships.some((m) => m.role === role.twinOf && m.member === role.name);
    if (role.twinOf !== undefined && !joined) {
      return [
        `The role "${role.name}" exists and is no member of "${role.twinOf}", but a rotation takes that name for its second login: rename or drop it.`,
      ];
    }
    return [];
  });
  if (complaints.length > 0) throw new OperationError(complaints.join('\n'));
}

export function planRole(role: DeclaredRole, found: RoleState | undefined): readonly Step[] {
  const name = identifier(role.name);
  const subject = `Role ${role.name}`;
  const step = (what: string, sql: string): Step => ({ subject, what, sql });
  const limit = (value: number) => (value === -1 ? 'unlimited' : String(value));
  const password =
    role.verifier === undefined ? [] : [step('password set', `ALTER ROLE ${name} PASSWORD ${literal(role.verifier)}`)];
  if (!found) {
    const words = role.login ? `LOGIN CONNECTION LIMIT ${role.connectionLimit}` : 'NOLOGIN';
    const who = role.login ? `may log in, ${limit(role.connectionLimit)} connections` : 'may not log in';
    return [step(`created (${who})`, `CREATE ROLE ${name} ${words}`), ...password];
  }
  const alter = (attribute: string, what: string) => step(what, `ALTER ROLE ${name} ${attribute}`);
  const steps: Step[] = [];
  if (found.login !== role.login) {
    steps.push(role.login ? alter('LOGIN', 'may log in now') : alter('NOLOGIN', 'may no longer log in'));
  }
  if (found.createDb) steps.push(alter('NOCREATEDB', 'may no longer create databases'));
  if (found.createRole) steps.push(alter('NOCREATEROLE', 'may no longer create roles'));
  if (!found.inherit) steps.push(alter('INHERIT', 'inherits from the roles it is a member of'));
  if (found.connectionLimit !== role.connectionLimit) {
    const change = `connection limit ${limit(found.connectionLimit)} -> ${limit(role.connectionLimit)}`;
    steps.push(alter(`CONNECTION LIMIT ${role.connectionLimit}`, change));
  }
  if (found.expires !== null) {
    steps.push(alter("VALID UNTIL 'infinity'", `its password no longer expires (it did on ${found.expires})`));
  }
  return [...steps, ...password];
}

/** 16 gives the maker of a role ADMIN only: what it needs to act as that role, it grants to itself. */
export function planOurs(role: string, { memberships, me }: ServerState): readonly Step[] {
  if (memberships.some((m) => m.role === role && m.member === me && m.inherit && m.set)) return [];
  const sql = `GRANT ${identifier(role)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`;
  return [{ subject: `Role ${role}`, what: `${me} may act as it`, sql }];
}

export function planMemberships(role: DeclaredRole, { memberships }: ServerState): readonly Step[] {
  const subject = `Role ${role.name}`;
  const member = identifier(role.name);
  const rows = memberships.filter((m) => m.member === role.name);
  const steps: Step[] = [];
  for (const row of rows) {
    const granted = `${quote(row.role)} FROM ${member} GRANTED BY ${quote(row.grantor)}`;
    if (row.role !== role.memberOf) {
      steps.push({ subject, what: `no longer a member of ${row.role}`, sql: `REVOKE ${granted}` });
    } else if (row.admin) {
      const what = `may no longer grant ${row.role} to others`;
      steps.push({ subject, what, sql: `REVOKE ADMIN OPTION FOR ${granted}` });
    }
  }
  if (role.memberOf !== undefined && !rows.some((m) => m.role === role.memberOf && m.inherit && m.set)) {
    const sql = `GRANT ${identifier(role.memberOf)} TO ${member} WITH INHERIT TRUE, SET TRUE`;
    steps.push({ subject, what: `member of ${role.memberOf}`, sql });
  }
  return steps;
}

/** For names that the server told us: they may hold what we would not let in. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
