import { credentialsOf } from '../app-database/connection-string';
import { twinName } from '../app-database/declared';
import { quote } from '../app-database/roles-plan';
import type { Credentials } from '../app-database/rotate';
import { ConnectionError } from '../shared/connection-errors';
import type { Session } from '../shared/database';
import { literal } from '../shared/identifiers';
import { keepSecret } from '../shared/redact';
import { scramVerifier } from '../shared/scram';
import { readOnly } from '../vector-indexes/session';
import type { Check, Finding } from './check';
import type { DrillCheckInput, Restored } from './contract';
import { momentOf, newestHeartbeat } from './times';

export interface PublishedParameter {
  readonly value: string;
  /** When it was last written; undefined where the store does not say. */
  readonly modifiedAt: Date | undefined;
}

export interface LoggingIn {
  readonly readParameter: (name: string) => Promise<PublishedParameter | undefined>;
  /** Opens a session as this login, over TLS that is verified, and ends it. */
  readonly loginAs: <T>(who: Credentials, work: (session: Session) => Promise<T>) => Promise<T>;
  readonly asAdmin: <T>(work: (session: Session) => Promise<T>) => Promise<T>;
}

/**
 * Logs in as the application does. A copy has the passwords of its own time: when the published one is younger, the
 * refusal is right, and says nothing about the copy. Then the published password is set on the copy, as a recovery has to
 * do, and the login is tried with it. A password that is older than the copy and refused is a failure.
 */
export const login = ({ Roles, AppParameter, Restored }: DrillCheckInput): Check<LoggingIn> => ({
  name: 'login',
  title: 'The application can log in',
  expected: `The published connection string logs in as ${Roles.app.name}, over TLS that is verified.`,
  run: async (seams) => {
    const parameter = await seams.readParameter(AppParameter);
    if (parameter === undefined) return fail(`There is no parameter ${AppParameter}.`);
    const who = credentialsOf(parameter.value);
    if (who === undefined) return fail(`The parameter ${AppParameter} holds no connection string.`);
    keepSecret(who.password);
    if (![Roles.app.name, twinName(Roles.app.name)].includes(who.user)) {
      return fail(`The parameter ${AppParameter} is for the role ${who.user}.`);
    }
    try {
      return await seams.loginAs(who, look);
    } catch (error) {
      if (!(error instanceof ConnectionError && error.reason === 'password')) throw error;
    }
    return afterRefusal(seams, who, parameter, Roles.app.name, Restored);
  },
});

const fail = (found: string): Finding => ({ passed: false, found });

async function look(session: Session): Promise<Finding> {
  const { rows } = await session.query<{ user: string; version: string | null; cipher: string | null; tables: number }>(
    `SELECT session_user AS user, s.version, s.cipher,
            (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)'
               AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) AS tables
     FROM (SELECT pg_backend_pid() AS pid) me LEFT JOIN pg_stat_ssl s USING (pid)`,
  );
  const { user, version, cipher, tables } = rows[0] ?? {};
  const tls = version ? `${version}, verified` : 'TLS, verified';
  return {
    passed: true,
    found: `Logged in as ${user} over ${tls}; it sees ${tables} tables.`,
    evidence: { User: user, Tls: version ?? null, Cipher: cipher ?? null, Tables: tables },
  };
}

async function afterRefusal(
  seams: LoggingIn,
  who: Credentials,
  { modifiedAt }: PublishedParameter,
  app: string,
  restored: Restored,
): Promise<Finding> {
  // Where nobody says of which time the copy is, its own heartbeat does.
  const copied =
    momentOf(restored).point ?? (await seams.asAdmin((session) => readOnly(session, () => newestHeartbeat(session))));
  if (copied === undefined || modifiedAt === undefined || modifiedAt.getTime() <= Date.parse(copied)) {
    const written = modifiedAt === undefined ? 'at an unknown time' : `at ${modifiedAt.toISOString()}`;
    return fail(
      `The copy, of ${copied ?? 'an unknown time'}, refuses the published password of ${who.user} (28P01), which was written ${written}.`,
    );
  }
  const user = await seams.asAdmin(async (session) => {
    const { rows } = await session.query('SELECT FROM pg_roles WHERE rolname = $1 AND rolcanlogin', [who.user]);
    // A second login may be younger than the copy.
    const there = rows.length > 0 ? who.user : app;
    const verifier = literal(scramVerifier(who.password));
    await session.query(`ALTER ROLE ${quote(there)} PASSWORD ${verifier}`);
    return there;
  });
  const finding = await seams.loginAs({ ...who, user }, look);
  const other =
    user === who.user ? '' : ` ${who.user} itself is younger than the copy: publish ${user} after a recovery.`;
  return {
    ...finding,
    warning: `The password was changed at ${modifiedAt.toISOString()}, after the copy was made; the published one was set on the copy, as a recovery does.${other}`,
  };
}
