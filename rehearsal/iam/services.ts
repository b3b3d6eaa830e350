import type { Account, Deployed } from '../account';
import { applies } from './evaluate';
import { matches, matchesAction } from './match';
import { type Principal, parsePolicy, type Statement } from './policy';

const names = (principals: readonly Principal[] | undefined, service: string) =>
  principals?.some(({ kind, name }) => name === '*' || (kind === 'Service' && matches(name, service))) === true;

/** Whether a service may take on a role; the sentence that says what is missing, if not. */
export function whyNotAssumed(account: Account, roleArn: string, service: string): string | undefined {
  const role = account.ofType('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn);
  if (!role) return undefined;
  const trust = parsePolicy(role.properties['AssumeRolePolicyDocument'], `${role.stack}/${role.logicalId}`);
  const allowed = trust.some(
    ({ effect, actions, principals }) =>
      effect === 'Allow' && actions.some((each) => matchesAction(each, 'sts:AssumeRole')) && names(principals, service),
  );
  return allowed ? undefined : `${role.stack}/${role.logicalId} has no statement that lets ${service} assume it.`;
}

/** Whether a resource's own policy lets a service do something with it; the sentence that says what is missing, if not. */
export function whyNotServed(
  policy: Deployed | undefined,
  document: unknown,
  service: string,
  action: string,
  resource: string,
): string | undefined {
  const where = policy ? `${policy.stack}/${policy.logicalId}` : resource;
  const request = { action, resource, context: { 'aws:SecureTransport': 'true' } };
  const found = parsePolicy(document, where).filter(
    (statement) => names(statement.principals, service) && applies(unconditioned(statement), request),
  );
  const denied = found.some(({ effect, conditions }) => effect === 'Deny' && Object.keys(conditions).length === 0);
  if (!denied && found.some(({ effect }) => effect === 'Allow')) return undefined;
  return `The policy of ${where} has no statement that lets ${service} use ${action}.`;
}

/** A service fills in keys of its own (the source's ARN and account), which say nothing about this template. */
const unconditioned = (statement: Statement): Statement =>
  statement.effect === 'Allow' ? { ...statement, conditions: {} } : statement;

/** A key's policy, by the key's id, ARN or alias. */
export function whyKeyNotServed(
  account: Account,
  keyArn: string,
  service: string,
  actions: readonly string[],
): string | undefined {
  const key = account
    .ofType('AWS::KMS::Key')
    .find(({ attributes, id }) => attributes['Arn'] === keyArn || id === keyArn);
  if (!key) return undefined;
  for (const action of actions) {
    const missing = whyNotServed(key, key.properties['KeyPolicy'], service, action, String(key.attributes['Arn']));
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** Whether a function's own policy lets a service invoke it. */
export function whyNotInvoked(account: Account, functionArn: string, service: string): string | undefined {
  const name = functionArn.split(':')[6];
  const granted = account.ofType('AWS::Lambda::Permission').some(({ properties }) => {
    const target = String(properties['FunctionName']);
    return (target === functionArn || target === name) && properties['Principal'] === service;
  });
  return granted ? undefined : `No AWS::Lambda::Permission lets ${service} invoke ${name}.`;
}
