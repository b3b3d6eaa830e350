import { credentialsOf } from '../app-database/connection-string';
import type { LoginRole } from '../app-database/contract';
import { twinName } from '../app-database/declared';
import { ensureAppDatabase } from '../app-database/ensure';
import type { SecureParameters } from '../app-database/parameters';
import { type Credentials, rotate } from '../app-database/rotate';
import type { Deadline } from '../shared/clock';
import { ConnectionError } from '../shared/connection-errors';
import type { OpenDatabase, Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { keepSecret } from '../shared/redact';
import type { RecoveryLoginsInput, RecoveryLoginsResult, RecoveryLoginsSettings } from './contract';
import { lastMark, mark } from './marks';

export interface LoginSeams {
  readonly asAdmin: OpenDatabase;
  readonly loginAs: <T>(who: Credentials, work: (session: Session) => Promise<T>) => Promise<T>;
  readonly readParameter: SecureParameters['read'];
}

type Which = 'app' | 'readonly';

/** Makes what is published work on this instance, and marks a restored one. What works already is left alone. */
export async function prepare(
  seams: LoginSeams,
  settings: RecoveryLoginsSettings,
  { Recovery, Restored, RestoresTo }: RecoveryLoginsInput,
  until: Deadline,
): Promise<RecoveryLoginsResult> {
  const { Database, Roles } = settings;
  const Found = Restored ? [...(await makeMissing(seams, settings, until))] : [];
  if (Restored) await seams.asAdmin(Database, (session) => mark(session, Roles.owner.name, Recovery, RestoresTo));
  for (const which of ['app', 'readonly'] as const) Found.push(await adopt(seams, settings, which, until));
  return { Found };
}

/** A time from before a role was made, or was called as it is today: without it nothing below could be done. */
async function makeMissing(
  { asAdmin }: LoginSeams,
  { Database, Roles }: RecoveryLoginsSettings,
  until: Deadline,
): Promise<readonly string[]> {
  const names = [Roles.owner, Roles.migrator, Roles.app, Roles.readonly].map(({ name }) => name);
  const { rows } = await asAdmin(Database, (session) =>
    session.query<{ name: string }>(
      'SELECT name FROM unnest($1::text[]) AS name WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)',
      [names],
    ),
  );
  if (rows.length === 0) return [];
  const { summary } = await ensureAppDatabase(asAdmin, { database: { name: Database }, roles: Roles }, { until });
  return [`Not there yet at that time, and made as declared: ${rows.map(({ name }) => name).join(', ')}.`, ...summary];
}

/** By the very host that the application has: its string logs in, and it is the instance that is wanted. */
export async function verify(
  seams: LoginSeams,
  settings: RecoveryLoginsSettings,
  { Recovery, Restored, Host }: RecoveryLoginsInput,
): Promise<RecoveryLoginsResult> {
  const who = await published(seams, settings, 'app');
  if (who === undefined) throw new OperationError(`There is no parameter ${settings.Parameters.app}.`);
  if (who.host !== Host) {
    throw new OperationError(
      `The parameter ${settings.Parameters.app} names the host ${who.host}, and the instance answers at ${Host}.`,
    );
  }
  await seams.loginAs(who, (session) => session.query('SELECT 1'));
  const last = await seams.asAdmin(settings.Database, lastMark);
  if ((last === Recovery) !== Restored) {
    throw new OperationError(
      `${Host} is ${Restored ? 'not yet' : 'still'} the instance that the recovery ${Recovery} restored; its name may not have reached every name server.`,
    );
  }
  const what = Restored ? `restored by ${Recovery}` : `from before ${Recovery}`;
  return { Found: [`${who.user} logs in at ${Host} with what is published, and it is the instance ${what}.`] };
}

type Published = Credentials & { readonly host: string };

async function published(
  { readParameter }: LoginSeams,
  { Parameters, Roles }: RecoveryLoginsSettings,
  which: Which,
): Promise<Published | undefined> {
  const name = Parameters[which];
  const text = await readParameter(name);
  if (text === undefined) return undefined;
  const who = credentialsOf(text);
  if (who === undefined) throw new OperationError(`The parameter ${name} holds no connection string.`);
  keepSecret(who.password);
  const role = Roles[which].name;
  if (![role, twinName(role)].includes(who.user)) {
    throw new OperationError(`The parameter ${name} is for the role ${who.user}, and not for ${role}.`);
  }
  return { ...who, host: new URL(text).hostname };
}

/** The instance may be from before the last rotation, and its second login from after it. */
async function adopt(
  seams: LoginSeams,
  settings: RecoveryLoginsSettings,
  which: Which,
  until: Deadline,
): Promise<string> {
  const who = await published(seams, settings, which);
  if (who === undefined) return `There is no parameter ${settings.Parameters[which]}, so nobody logs in by it.`;
  if (await works(seams, who)) return `${who.user} logs in with what is published.`;
  const role: LoginRole = settings.Roles[which];
  const other = who.user === role.name ? twinName(role.name) : role.name;
  await rotate(
    {
      open: seams.asAdmin,
      // As if the other one were published: then the turn is at this one.
      published: async () => other,
      login: seams.loginAs,
      publish: async () => undefined,
      newPassword: () => who.password,
    },
    { database: settings.Database, role, mode: 'alternate' },
    { until },
  );
  return `${who.user} had another password then, and has the published one now.`;
}

async function works({ loginAs }: LoginSeams, who: Credentials): Promise<boolean> {
  try {
    await loginAs(who, (session) => session.query('SELECT 1'));
    return true;
  } catch (error) {
    if (error instanceof ConnectionError && error.reason === 'password') return false;
    throw error;
  }
}
