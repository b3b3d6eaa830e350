import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Server } from './contract';
import { type ConnectionTarget, type OpenDatabase, type SessionSettings, withSession } from './database';
import { OperationError } from './errors';
import { withFreshSecret } from './fresh-secret';
import { keepSecret } from './redact';

/** The text of a secret, by its ARN. */
export type ReadSecret = (arn: string) => Promise<string>;

/** What a handler gets from outside. */
export interface DatabaseSeams {
  readonly readSecret: ReadSecret;
  /** PEM of the authorities that sign the server's certificate. */
  readonly ca: string;
}

export const secretsManager =
  (client: SecretsManagerClient): ReadSecret =>
  async (arn) => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      return SecretString ?? '';
    } catch (error) {
      const { name, message } = error as Error;
      throw new OperationError(`The secret ${arn} cannot be read: ${message} (${name}).`);
    }
  };

/** Opens sessions as the admin, whose password is read anew when the server refuses it. */
export function asAdmin({ readSecret, ca }: DatabaseSeams, server: Server, settings: SessionSettings): OpenDatabase {
  const read = async () => parse(await readSecret(server.AdminSecret), server.AdminSecret);
  return (database, work) =>
    withFreshSecret(read, (login) => withSession({ ...target(server, ca), ...login, database }, settings, work));
}

export const target = ({ Host, Port }: Server, ca: string): Pick<ConnectionTarget, 'host' | 'port' | 'ca'> => ({
  host: Host,
  port: Port,
  ca,
});

/** The parser's own message would quote the secret, so there is one of ours. */
function parse(secret: string, arn: string): { readonly user: string; readonly password: string } {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(secret) ?? {};
  } catch {
    throw new OperationError(`The secret ${arn} is not JSON.`);
  }
  const { username, password } = fields;
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw new OperationError(`The secret ${arn} lacks a username or a password.`);
  }
  return { user: username, password: keepSecret(password) };
}
