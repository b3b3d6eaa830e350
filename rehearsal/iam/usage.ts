import type { Account } from '../account';
import { type Authorizer, identityPolicies } from './authorizer';
import { matchesAction } from './match';

/** What one role may do, and what of it a call needed. */
export interface RolePermissions {
  /** `stack/logicalId` of the role. */
  readonly role: string;
  /** Whether anything called with this role. */
  readonly acted: boolean;
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly statement: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resources: readonly string[];
  readonly used: boolean;
}

/** The permission matrix: every role of the templates, each action that it is granted, and whether it was needed. */
export function permissionsOf(account: Account, authorizer: Authorizer): RolePermissions[] {
  return account.ofType('AWS::IAM::Role').map((role) => {
    const arn = role.attributes['Arn'];
    const acted = authorizer.judgements.some(({ roleArn }) => roleArn === arn);
    return {
      role: `${role.stack}/${role.logicalId}`,
      acted,
      // What a role is granted that never acts here, such as that of RDS's monitoring, may be a policy not known here.
      grants: acted ? grantsOf(account, authorizer, role) : [],
    };
  });
}

function grantsOf(account: Account, authorizer: Authorizer, role: Parameters<typeof identityPolicies>[1]): Grant[] {
  return identityPolicies(account, role).flatMap(({ from, effect, actions, resources }) => {
    const used = [...(authorizer.used.get(from) ?? [])];
    return actions.map((action) => ({
      statement: from,
      effect,
      action,
      resources,
      used: used.some((each) => matchesAction(action, each)),
    }));
  });
}
