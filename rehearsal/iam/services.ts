import type { Account, Deployed } from '../account';
import { applies } from './evaluate';
import { matches, matchesAction, matchesArn } from './match';
import { type Principal, parsePolicy, type Statement } from './policy';
import type { Usage } from './usage';

const names = (principals: readonly Principal[] | undefined, service: string) =>
  principals?.some(({ kind, name }) => name === '*' || (kind === 'Service' && matches(name, service))) === true;

/**
 * What services may do by themselves: take on roles, use keys, publish, invoke. Each method gives the sentence that says
 * what is missing, or nothing when it may.
 */
export class ServicePrincipals {
  constructor(
    private readonly account: Account,
    private readonly usage: Usage,
  ) {}

  whyNotAssumed(roleArn: string, service: string): string | undefined {
    const role = this.account.ofType('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn);
    if (!role) return undefined;
    const trust = parsePolicy(role.properties['AssumeRolePolicyDocument'], `${role.stack}/${role.logicalId}`);
    const allowing = trust.filter(
      ({ effect, actions, principals }) =>
        effect === 'Allow' &&
        actions.some((each) => matchesAction(each, 'sts:AssumeRole')) &&
        names(principals, service),
    );
    this.usage.mark(allowing.slice(0, 1), 'sts:AssumeRole');
    return allowing.length > 0
      ? undefined
      : `${role.stack}/${role.logicalId} has no statement that lets ${service} assume it.`;
  }

  /** By the policy of the resource itself. */
  whyNotServed(
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
    const allowing = found.filter(({ effect }) => effect === 'Allow');
    if (!denied && allowing.length > 0) {
      this.usage.mark(allowing.slice(0, 1), action);
      return undefined;
    }
    return `The policy of ${where} has no statement that lets ${service} use ${action}.`;
  }

  /** By the policy of the key, which is named by id or ARN. */
  whyKeyNotServed(keyArn: string, service: string, actions: readonly string[]): string | undefined {
    const key = this.account
      .ofType('AWS::KMS::Key')
      .find(({ attributes, id }) => attributes['Arn'] === keyArn || id === keyArn);
    if (!key) return undefined;
    for (const action of actions) {
      const missing = this.whyNotServed(
        key,
        key.properties['KeyPolicy'],
        service,
        action,
        String(key.attributes['Arn']),
      );
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  /** By the policy of the function; `source` is on whose behalf, where that is known. */
  whyNotInvoked(functionArn: string, service: string, source?: string): string | undefined {
    const name = functionArn.split(':')[6];
    const all = this.account.ofType('AWS::Lambda::Permission').filter(({ properties }) => {
      const target = String(properties['FunctionName']);
      return (target === functionArn || target === name) && properties['Principal'] === service;
    });
    const granted = all.find(
      ({ properties: { SourceArn } }) =>
        source === undefined || SourceArn === undefined || matchesArn(String(SourceArn), source),
    );
    if (granted) {
      this.usage.mark([{ from: `${granted.stack}/${granted.logicalId}` }], 'lambda:InvokeFunction');
      return undefined;
    }
    const other = all[0];
    const missing = `No AWS::Lambda::Permission lets ${service} invoke ${name}`;
    if (!other) return `${missing}.`;
    return `${missing} for ${source}; ${other.stack}/${other.logicalId} does so for ${other.properties['SourceArn']} alone.`;
  }
}

/** A service fills in keys of its own (the source's ARN and account), which say nothing about this template. */
const unconditioned = (statement: Statement): Statement =>
  statement.effect === 'Allow' ? { ...statement, conditions: {} } : statement;
