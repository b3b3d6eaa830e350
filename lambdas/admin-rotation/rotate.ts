import { ConnectionError } from '../shared/connection-errors';
import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { literal } from '../shared/identifiers';
import { newPassword } from '../shared/password';
import { scramVerifier } from '../shared/scram';
import type { AdminSecret, RotationEvent } from './contract';

export type Stage = 'AWSCURRENT' | 'AWSPENDING';

/** One secret with its versions, as Secrets Manager keeps them. */
export interface VersionedSecret {
  /** The stages of each version. */
  stages(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Undefined where the secret has no such version. */
  read(which: { readonly stage: Stage; readonly version?: string }): Promise<AdminSecret | undefined>;
  /** Of the version before the current one, which may be from a time when the secret did not say yet where the server is. */
  previousPassword(): Promise<string | undefined>;
  putPending(version: string, secret: AdminSecret): Promise<void>;
  /** Moves AWSCURRENT; the version that loses it becomes AWSPREVIOUS. */
  makeCurrent(version: string, instead: string): Promise<void>;
}

export type Login = <T>(secret: AdminSecret, work: (session: Session) => Promise<T>) => Promise<T>;

/** One step of a rotation. Secrets Manager repeats any of them at will, so each looks first at what is done. */
export async function rotate(
  { Step: step, ClientRequestToken: version }: Omit<RotationEvent, 'SecretId'>,
  secret: VersionedSecret,
  login: Login,
): Promise<void> {
  const stages = await secret.stages();
  const own = stages[version];
  if (own === undefined) throw new OperationError(`The secret has no version ${version} to rotate to.`);
  if (own.includes('AWSCURRENT')) return;
  if (!own.includes('AWSPENDING')) throw new OperationError(`The version ${version} of the secret is not pending.`);
  const pending = () => required(secret, { stage: 'AWSPENDING', version });
  switch (step) {
    case 'createSecret': {
      if (await secret.read({ stage: 'AWSPENDING', version })) return;
      const current = await required(secret, { stage: 'AWSCURRENT' });
      return secret.putPending(version, { ...current, password: newPassword() });
    }
    case 'setSecret':
      return setPassword(await pending(), secret, login);
    case 'testSecret':
      return login(await pending(), async (session) => {
        await session.query('SELECT 1');
      });
    case 'finishSecret': {
      const current = Object.keys(stages).find((id) => stages[id]?.includes('AWSCURRENT'));
      if (current === undefined) throw new OperationError('The secret has no current version.');
      return secret.makeCurrent(version, current);
    }
  }
}

async function setPassword(pending: AdminSecret, secret: VersionedSecret, login: Login): Promise<void> {
  if (await works(pending, login)) return;
  const current = await required(secret, { stage: 'AWSCURRENT' });
  if (current.username !== pending.username || current.host !== pending.host) {
    throw new OperationError('The pending version of the secret names another user or host than the current one.');
  }
  // A rotation that was cut off between the server and the secret leaves the server one version behind or ahead.
  const previous = await secret.previousPassword();
  for (const known of [current, ...(previous === undefined ? [] : [{ ...current, password: previous }])]) {
    const done = await attempt(known, login, async (session) => {
      // As a verifier: a statement that fails is logged, and its text with it.
      await session.query(`ALTER ROLE CURRENT_USER PASSWORD ${literal(scramVerifier(pending.password))}`);
    });
    if (done) return;
  }
  throw new OperationError(
    `Neither the current nor the previous version of the secret can log in as "${current.username}"; set the password of the instance by ModifyDBInstance and put it into the secret.`,
  );
}

const works = (secret: AdminSecret, login: Login) => attempt(secret, login, async () => undefined);

/** Whether the password was right; any other failure is thrown. */
async function attempt(secret: AdminSecret, login: Login, work: (session: Session) => Promise<void>): Promise<boolean> {
  try {
    await login(secret, work);
    return true;
  } catch (error) {
    if (error instanceof ConnectionError && error.reason === 'password') return false;
    throw error;
  }
}

async function required(
  secret: VersionedSecret,
  which: { readonly stage: Stage; readonly version?: string },
): Promise<AdminSecret> {
  const found = await secret.read(which);
  if (found) return found;
  throw new OperationError(`The secret has no ${which.stage} version.`);
}
