import { InvalidDBInstanceStateFault, ModifyDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { ReadSecret } from '../shared/admin';
import { OperationError } from '../shared/errors';
import { log } from '../shared/log';
import { keepSecret, redact } from '../shared/redact';
import type { RecoveryPasswordInput, RecoveryPasswordSettings } from './contract';

/** It is in the middle of something; that passes. */
export class NotNow extends OperationError {
  override readonly name = 'NotNow';
}

/**
 * A restored instance has the passwords of its own time, and one that was moved aside those of that time. The plain
 * text goes from the secret to RDS and nowhere else: what a state machine is given stays in its history.
 */
export async function setAdminPassword(
  rds: RDSClient,
  readSecret: ReadSecret,
  { Secret }: RecoveryPasswordSettings,
  { Instance }: RecoveryPasswordInput,
): Promise<void> {
  const MasterUserPassword = passwordOf(await readSecret(Secret), Secret);
  try {
    await rds.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: Instance, MasterUserPassword, ApplyImmediately: true }),
    );
  } catch (error) {
    const { name, message } = error as Error;
    const sentence = redact(`The password of the admin of ${Instance} cannot be set: ${message} (${name}).`);
    throw error instanceof InvalidDBInstanceStateFault ? new NotNow(sentence) : new OperationError(sentence);
  }
  log('INFO', 'The admin gets the password that the secret holds.', { Instance, Secret });
}

/** The parser's own message would quote the secret, so there is one of ours. */
function passwordOf(text: string, arn: string): string {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(text) ?? {};
  } catch {
    throw new OperationError(`The secret ${arn} is not JSON.`);
  }
  const { password } = fields;
  if (typeof password !== 'string') throw new OperationError(`The secret ${arn} lacks a password.`);
  return keepSecret(password);
}
