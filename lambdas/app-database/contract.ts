// Names and types that the construct and the Lambda share. This file imports nothing.

export type LoginKey = 'app' | 'readonly' | 'migrator';
export type RemovalMode = 'retain' | 'reassign' | 'drop';

export interface LoginRole {
  readonly name: string;
  readonly connectionLimit: number | 'unlimited';
  /** As Postgres takes it; '0' is off. */
  readonly statementTimeout: string;
  readonly idleInTransactionSessionTimeout: string;
  readonly searchPath: readonly string[];
}

export interface AppRoles {
  readonly app: LoginRole & { readonly grants: 'readWrite' | 'insertSelect' };
  readonly readonly: LoginRole;
  readonly migrator: LoginRole;
  readonly owner: { readonly name: string };
}

/** An environment of the config fits as it is. */
export interface AppDatabaseInput {
  readonly database: { readonly name: string };
  readonly roles: AppRoles;
  /** SCRAM-SHA-256 verifiers, for the roles whose password is to be set; never a password. */
  readonly verifiers?: Readonly<Partial<Record<LoginKey, string>>>;
}

/** One thing that was made other than it was. `what` reads as a sentence after the subject. */
export interface Change {
  readonly subject: string;
  readonly what: string;
}

export interface AppDatabaseResult {
  readonly database: string;
  readonly created: boolean;
  readonly changes: readonly Change[];
  /** What holds against the declaration and is not ours to change. */
  readonly warnings: readonly string[];
  /** The above for people: one sentence each, or one that says that nothing changed. */
  readonly summary: readonly string[];
}

export interface RemoveRoleInput {
  readonly role: string;
  readonly mode: RemovalMode;
  /** Who gets what the role owns; for `reassign`. */
  readonly heir?: string;
}

export interface Holding {
  readonly database: string;
  /** As PostgreSQL describes it, such as `table public.notes`. */
  readonly object: string;
  readonly how: 'owns' | 'has privileges on' | 'is named in a policy of';
}

export interface RemoveRoleResult {
  readonly role: string;
  readonly outcome: 'absent' | 'retained' | 'removed';
  /** What the role owned or could use before anything was done. */
  readonly holdings: readonly Holding[];
  readonly summary: readonly string[];
}

export interface RemoveDatabaseInput {
  readonly database: string;
  /** Also end the sessions that are open in it. */
  readonly endSessions: boolean;
}

export interface RemoveDatabaseResult {
  readonly database: string;
  readonly outcome: 'absent' | 'removed';
  readonly summary: readonly string[];
}

export interface RotateInput {
  readonly database: string;
  readonly role: LoginRole;
  /**
   * `alternate` sets the password of the one of two roles that is not published. `inPlace` sets that of the published
   * one: for a leak, where failing logins for a moment are the lesser evil.
   */
  readonly mode: 'alternate' | 'inPlace';
}

export interface RotateResult {
  /** The role that is published now. */
  readonly user: string;
  readonly previous: string | undefined;
  readonly changes: readonly Change[];
  readonly summary: readonly string[];
}
