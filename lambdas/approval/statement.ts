import { createHash } from 'node:crypto';
import type { Statement } from './contract';

/** The digest that binds a signature to one answer: what it is about, its name, its decision, each letter of its comment. */
export function digestOf({ Prefix, Verb, Name, Id, Decision, Comment, Subject }: Statement): string {
  const text = JSON.stringify(['plinth approval 2', Prefix, Verb, Name, Id, Decision, Comment, Subject]);
  return createHash('sha256').update(text).digest('hex');
}

/** The call that proves who somebody is: always this body, to this path. */
export const identityBody = 'Action=GetCallerIdentity&Version=2011-06-15';
export const identityType = 'application/x-www-form-urlencoded; charset=utf-8';
