import type { Account, Deployed } from '../account';
import type { Context } from './context';
import { applies, type Request } from './evaluate';
import { matches, matchesArn } from './match';
import { type Principal, parsePolicy, type Statement } from './policy';
import type { Usage } from './usage';

const names = (principals: readonly Principal[] | undefined, service: string) =>
  principals?.some(({ kind, name }) => name === '*' || (kind === 'Service' && matches(name, service))) === true;

/** What a service does by itself, and what it tells with that. */
export interface Served {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** On behalf of which resource of this account, where the service says so. */
  readonly source?: string;
  /** Condition keys beside those that every service gives. */
  readonly context?: Context;
}

/**
 * What services may do by themselves: take on roles, use keys, publish, invoke. Each method gives the sentence that says
 * what is missing, or nothing when it may.
 */
export class ServicePrincipals {
  constructor(
    private readonly account: Account,
    private readonly usage: Usage,
  ) {}

  whyNotAssumed(roleArn: string, service: string, source?: string): string | undefined {
    const role = this.account.ofType('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn);
    if (!role) return undefined;
    const holder = where(role);
    const trust = parsePolicy(role.properties['AssumeRolePolicyDocument'], holder);
    const served = { service, action: 'sts:AssumeRole', resource: roleArn, ...(source !== undefined && { source }) };
    return this.why(trust, served, holder, 'assume it');
  }

  /** By the policy of the resource itself. */
  whyNotServed(policy: Deployed | undefined, document: unknown, served: Served): string | undefined {
    const holder = policy ? where(policy) : served.resource;
    return this.why(parsePolicy(document, holder), served, `The policy of ${holder}`, `use ${served.action}`);
  }

  /** By the policy of the key, which is named by id or ARN. */
  whyKeyNotServed(
    keyArn: string,
    actions: readonly string[],
    served: Omit<Served, 'action' | 'resource'>,
  ): string | undefined {
    const key = this.account
      .ofType('AWS::KMS::Key')
      .find(({ attributes, id }) => attributes['Arn'] === keyArn || id === keyArn);
    if (!key) return undefined;
    const resource = String(key.attributes['Arn']);
    for (const action of actions) {
      const missing = this.whyNotServed(key, key.properties['KeyPolicy'], { ...served, action, resource });
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  /** By the policy of the function; `source` is on whose behalf. */
  whyNotInvoked(functionArn: string, service: string, source: string): string | undefined {
    const name = functionArn.split(':')[6];
    const all = this.account.ofType('AWS::Lambda::Permission').filter(({ properties }) => {
      const target = String(properties['FunctionName']);
      return (target === functionArn || target === name) && properties['Principal'] === service;
    });
    const action = 'lambda:InvokeFunction';
    const request = this.requestOf({ service, action, resource: functionArn, source });
    const granted = all.map(permissionStatement).find((statement) => applies(statement, request));
    if (granted) {
      this.usage.mark([granted], action);
      return undefined;
    }
    const missing = `No AWS::Lambda::Permission lets ${service} invoke ${name} for ${source}`;
    const [other] = all;
    if (!other) return `${missing}.`;
    const { Action, SourceArn, SourceAccount } = other.properties;
    if (SourceArn !== undefined && !matchesArn(String(SourceArn), source))
      return `${missing}; ${where(other)} does so for ${SourceArn} alone.`;
    const account = SourceAccount === undefined ? '' : ` for the account ${SourceAccount}`;
    return `${missing}; ${where(other)} allows ${Action}${account} alone.`;
  }

  /** A deny wins, and then a statement must allow it. */
  private why(all: readonly Statement[], served: Served, holder: string, what: string): string | undefined {
    const { service, action } = served;
    const request = this.requestOf(served);
    const about = all.filter((statement) => names(statement.principals, service));
    const found = about.filter((statement) => applies(statement, request));
    const denying = found.find(({ effect }) => effect === 'Deny');
    if (denying) return `${holder} does not let ${service} ${what}: ${denying.from} denies it.`;
    const allowing = found.slice(0, 1);
    this.usage.mark(allowing, action);
    if (allowing.length > 0) return undefined;
    const unmet = about.find((each) => each.effect === 'Allow' && applies({ ...each, conditions: {} }, request));
    const but = unmet ? `; the conditions of ${unmet.from} do not hold` : '';
    return `${holder} has no statement that lets ${service} ${what}${but}.`;
  }

  private requestOf({ service, action, resource, source, context }: Served): Request {
    const given: Context = {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': service,
      'aws:RequestedRegion': this.account.region,
      'aws:SecureTransport': 'true',
      'aws:SourceAccount': this.account.id,
      ...(source !== undefined && { 'aws:SourceArn': source }),
      ...context,
    };
    return { action, resource, context: given };
  }
}

const where = ({ stack, logicalId }: Deployed) => `${stack}/${logicalId}`;

/** Lambda writes a permission into the policy of the function as such a statement. */
function permissionStatement(permission: Deployed): Statement {
  const { Action, Principal, SourceArn, ...properties } = permission.properties;
  const keys = {
    'aws:SourceAccount': properties['SourceAccount'],
    'aws:PrincipalOrgID': properties['PrincipalOrgID'],
    'lambda:EventSourceToken': properties['EventSourceToken'],
    'lambda:FunctionUrlAuthType': properties['FunctionUrlAuthType'],
  };
  const equal = Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, [String(value)]] as const],
  );
  return {
    from: where(permission),
    effect: 'Allow',
    actions: [String(Action)],
    notActions: undefined,
    resources: [],
    notResources: undefined,
    principals: [{ kind: 'Service', name: String(Principal) }],
    conditions: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': [String(SourceArn)] } }),
      StringEquals: Object.fromEntries(equal),
    },
  };
}
