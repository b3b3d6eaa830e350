import type { AppRoles } from '../../../lambdas/app-database/contract';
import { type OpenDatabase, type Session, withSession } from '../../../lambdas/shared/database';
import type { TestPostgres, Who } from '../../support/postgres';

const login = {
  connectionLimit: 10,
  statementTimeout: '30s',
  idleInTransactionSessionTimeout: '60s',
  searchPath: ['public'],
} as const;

/** Names of their own for each test that must not see another's roles. */
export function rolesOf(prefix: string, app: Partial<AppRoles['app']> = {}): AppRoles {
  return {
    owner: { name: `${prefix}_owner` },
    migrator: { ...login, name: `${prefix}_migrator`, statementTimeout: '0', connectionLimit: 5 },
    app: { ...login, name: `${prefix}_user`, grants: 'readWrite', ...app },
    readonly: { ...login, name: `${prefix}_readonly` },
  };
}

export const inputOf = (prefix: string, app: Partial<AppRoles['app']> = {}) => ({
  database: { name: prefix },
  roles: rolesOf(prefix, app),
});

// On the embedded server a connection waits until those before it are done.
const settings = { applicationName: 'test', connectTimeoutMs: 60_000 };

/** As the operations are called: one session after the other, as the master. */
export function opener(postgres: Pick<TestPostgres, 'instance'>, who: Who = {}): OpenDatabase {
  return (database, work) => withSession(targetOf(postgres, { database, ...who }), settings, work);
}

export function targetOf({ instance }: Pick<TestPostgres, 'instance'>, { user, password, database }: Who = {}) {
  return {
    host: instance.host,
    port: instance.port,
    user: user ?? instance.master.user,
    password: password ?? instance.master.password,
    database: database ?? instance.database,
    ca: instance.ca,
  };
}

export const soon = () => ({ until: Date.now() + 50_000 });

export async function run(session: Session, ...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.query(statement);
}
