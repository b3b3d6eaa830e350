import { target } from '../shared/admin';
import { systemClock } from '../shared/clock';
import { ConnectionError } from '../shared/connection-errors';
import type { AppDatabaseProperties } from '../shared/contract';
import { type OpenDatabase, type Session, type SessionSettings, withSession } from '../shared/database';
import { keepSecret } from '../shared/redact';
import { connectionString, credentialsOf } from './connection-string';
import { twinName } from './declared';
import type { Waiting } from './ensure';
import type { SecureParameters } from './parameters';
import { type Credentials, Overtaken, rotate } from './rotate';

export interface Publishing {
  readonly open: OpenDatabase;
  readonly parameters: SecureParameters;
  readonly ca: string;
  readonly session: SessionSettings;
  readonly waiting: Waiting;
}

/**
 * Sees to it that the parameter holds a connection string that works. One that does is left alone, so a deploy rotates
 * nothing; one that is lost, or that the server refuses, is replaced by a new password that has been proved.
 */
export async function publish(
  publishing: Publishing,
  properties: AppDatabaseProperties,
  which: 'app' | 'readonly',
): Promise<Published> {
  const clock = publishing.waiting.clock ?? systemClock;
  for (let left = tries; ; left--) {
    try {
      return await publishOnce(publishing, properties, which);
    } catch (error) {
      // The same event is delivered twice at times, and the other one has just set a password: what it publishes works.
      const overtaken = error instanceof Overtaken || (error instanceof ConnectionError && error.reason === 'password');
      if (!overtaken || left <= 1) throw error;
      await clock.sleep(afterMs);
    }
  }
}

type Published = 'kept' | 'rewritten' | 'new';

// Between a password and its publication lie a login and a call: a second or two.
const tries = 5;
const afterMs = 1_500;

async function publishOnce(
  { open, parameters, ca, session, waiting }: Publishing,
  { Server, Database, Roles, Parameters, Key }: AppDatabaseProperties,
  which: 'app' | 'readonly',
): Promise<Published> {
  const role = Roles[which];
  const name = Parameters[which];
  const login = <T>(who: Credentials, work: (session: Session) => Promise<T>) =>
    withSession({ ...target(Server, ca), ...who, database: Database }, session, work);
  const write = (who: Credentials) => parameters.write(name, connectionString(Server, who, Database), Key);

  const text = await parameters.read(name);
  const found = text === undefined ? undefined : credentialsOf(text);
  if (found) keepSecret(found.password);
  const ours = found && [role.name, twinName(role.name)].includes(found.user) ? found : undefined;
  if (ours && (await works(ours, login))) {
    if (text === connectionString(Server, ours, Database)) return 'kept';
    await write(ours);
    return 'rewritten';
  }
  await rotate(
    {
      open,
      published: async () => ours?.user,
      login: (who, work) => {
        keepSecret(who.password);
        return login(who, work);
      },
      publish: write,
    },
    { database: Database, role, mode: 'alternate' },
    waiting,
  );
  return 'new';
}

async function works(
  who: Credentials,
  login: (who: Credentials, work: () => Promise<void>) => Promise<void>,
): Promise<boolean> {
  try {
    await login(who, async () => undefined);
    return true;
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    // PostgreSQL looks at the connection limit of a role after its password: an application that uses them all is well.
    if (error.reason === 'tooMany') return true;
    if (error.reason === 'password') return false;
    throw error;
  }
}
