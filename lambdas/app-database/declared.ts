import { createHash } from 'node:crypto';
import { OperationError } from '../shared/errors';
import { databaseIdentifier, identifier, roleIdentifier } from '../shared/identifiers';
import { checkVerifier } from '../shared/scram';
import type { AppDatabaseInput, LoginKey, LoginRole } from './contract';

/** A role as it has to be. */
export interface DeclaredRole {
  readonly name: string;
  readonly login: boolean;
  /** -1 is no limit. */
  readonly connectionLimit: number;
  /** The one role that this one is a member of. */
  readonly memberOf: string | undefined;
  readonly settings: Readonly<Record<'statement_timeout' | 'idle_in_transaction_session_timeout', string>> | undefined;
  readonly searchPath: readonly string[];
  readonly verifier: string | undefined;
  /** The role that this one stands in for, when it is a twin: made by the first rotation, kept in step from then on. */
  readonly twinOf: string | undefined;
}

export interface Declaration {
  readonly database: string;
  readonly owner: string;
  readonly roles: readonly DeclaredRole[];
}

const longestName = 63;

/** The second login of a role, so that a password can change while the other one goes on working. */
export function twinName(role: string): string {
  const plain = `${role}_2`;
  if (Buffer.byteLength(plain) <= longestName) return plain;
  // Cut, and told apart again by 8 characters of a hash: 52 + 1 + 8 + 2 bytes.
  const hash = createHash('sha256').update(role).digest('hex').slice(0, 8);
  let cut = role;
  while (Buffer.byteLength(cut) > 52) cut = [...cut].slice(0, -1).join('');
  return `${cut}_${hash}_2`;
}

/** Checks every name before anything is sent. */
export function declare({ database, roles, verifiers = {} }: AppDatabaseInput): Declaration {
  databaseIdentifier(database.name);
  roleIdentifier(roles.owner.name, 'owner role');
  const keys: readonly LoginKey[] = ['migrator', 'app', 'readonly'];
  const logins = keys.flatMap((key) => {
    const memberOf = key === 'migrator' ? roles.owner.name : undefined;
    return login(key, roles[key], { memberOf, verifier: verifiers[key] });
  });
  const owner: DeclaredRole = {
    ...{ name: roles.owner.name, login: false, connectionLimit: -1, memberOf: undefined, settings: undefined },
    ...{ searchPath: [], verifier: undefined, twinOf: undefined },
  };
  const all = [owner, ...logins];
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index);
  if (twice) {
    throw new OperationError(
      `Two roles would be called "${twice.name}"; the names of the roles must differ, also from a name with _2, which a rotation takes.`,
    );
  }
  return { database: database.name, owner: owner.name, roles: all };
}

/** A login and its twin. */
export function login(
  what: string,
  role: LoginRole,
  { memberOf, verifier }: { memberOf?: string | undefined; verifier?: string | undefined } = {},
): readonly [DeclaredRole, DeclaredRole] {
  roleIdentifier(role.name, `${what} role`);
  for (const schema of role.searchPath) identifier(schema, `schema in the search path of the ${what} role`);
  if (role.searchPath.length === 0) throw new OperationError(`The search path of the ${what} role names no schema.`);
  if (verifier !== undefined) checkVerifier(verifier, `the ${what} role`);
  const base: DeclaredRole = {
    name: role.name,
    login: true,
    connectionLimit: limit(role, what),
    memberOf,
    settings: {
      statement_timeout: timeout(role.statementTimeout, `statementTimeout of the ${what} role`),
      idle_in_transaction_session_timeout: timeout(
        role.idleInTransactionSessionTimeout,
        `idleInTransactionSessionTimeout of the ${what} role`,
      ),
    },
    searchPath: role.searchPath,
    verifier,
    twinOf: undefined,
  };
  const twin = { ...base, name: twinName(role.name), memberOf: role.name, verifier: undefined, twinOf: role.name };
  return [base, twin];
}

function limit({ connectionLimit }: LoginRole, what: string): number {
  if (connectionLimit === 'unlimited') return -1;
  if (Number.isInteger(connectionLimit) && connectionLimit >= 1 && connectionLimit <= 262_143) return connectionLimit;
  throw new OperationError(
    `The connectionLimit of the ${what} role is ${connectionLimit}; it takes 1 to 262143, or "unlimited".`,
  );
}

function timeout(text: string, what: string): string {
  if (/^(0|[1-9]\d*(ms|s|min|h|d))$/.test(text)) return text;
  throw new OperationError(
    `The ${what} is ${JSON.stringify(text)}; write it like "500ms", "30s", "5min", or "0" for off.`,
  );
}
