import { RehearsalError } from '../errors';
import type { Secrets } from '../services/secrets';

/** The value behind `{{resolve:…}}`: a secret, or a field of one. */
export function dynamicReference(secrets: Secrets, reference: string): string {
  const secret = /^secretsmanager:(.+?):SecretString:([^:]*)(?::[^:]*){0,2}$/.exec(reference);
  if (!secret) throw new RehearsalError(`The rehearsal does not know the dynamic reference {{resolve:${reference}}}.`);
  const [, id = '', field = ''] = secret;
  const value = secrets.current(id);
  return field === '' ? value : String((JSON.parse(value) as Record<string, unknown>)[field]);
}
