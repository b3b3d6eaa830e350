import { conditionsHold } from './conditions';
import type { Asked } from './context';
import { matches, matchesAction } from './match';
import type { Statement } from './policy';
import { withVariables } from './variables';

export interface Request extends Asked {
  readonly resource: string;
}

/** Who asks, for the principals of resource policies. */
export interface Asker {
  readonly roleArn: string;
  readonly account: string;
}

export interface Policies {
  readonly identity: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
  readonly resource: readonly Statement[];
  /** KMS lets nobody in whom the key's own policy does not name; naming the account hands it over to IAM. */
  readonly resourceMustAllow: boolean;
}

export type Decision =
  | { readonly allowed: true; readonly by: readonly Statement[] }
  | { readonly allowed: false; readonly because: Refusal; readonly by: readonly Statement[] };

export type Refusal =
  | 'identity deny'
  | 'resource deny'
  | 'boundary deny'
  | 'no identity'
  | 'no resource'
  | 'no boundary';

/** As IAM decides within one account: a deny anywhere wins, and then somebody must allow. */
export function decide(request: Request, asker: Asker, policies: Policies): Decision {
  const { boundary } = policies;
  const identity = policies.identity.filter((each) => applies(each, request));
  const resource = policies.resource.filter((each) => names(each, asker) !== 'nobody' && applies(each, request));
  const limits = boundary?.filter((each) => applies(each, request));
  const denies = (all: readonly Statement[]) => all.filter(({ effect }) => effect === 'Deny');
  const allows = (all: readonly Statement[]) => all.filter(({ effect }) => effect === 'Allow');
  const no = (because: Refusal, by: readonly Statement[] = []): Decision => ({ allowed: false, because, by });
  if (denies(identity).length > 0) return no('identity deny', denies(identity));
  if (denies(resource).length > 0) return no('resource deny', denies(resource));
  if (limits && denies(limits).length > 0) return no('boundary deny', denies(limits));
  const direct = allows(resource).filter((each) => names(each, asker) === 'role');
  const beyond = limits !== undefined && allows(limits).length === 0;
  // A policy that names the role is limited by the role's boundary like any other.
  if (direct.length > 0 && beyond) return no('no boundary');
  // Where several allow the same, the first counts as the one that was needed.
  if (direct.length > 0) return { allowed: true, by: direct.slice(0, 1) };
  const handedOver = allows(resource).filter((each) => names(each, asker) === 'account');
  if (policies.resourceMustAllow && handedOver.length === 0) return no('no resource');
  if (allows(identity).length === 0) return no('no identity');
  if (beyond) return no('no boundary');
  const through = policies.resourceMustAllow ? handedOver.slice(0, 1) : [];
  return { allowed: true, by: [...allows(identity).slice(0, 1), ...through] };
}

export function applies(statement: Statement, request: Request): boolean {
  const { action, resource } = request;
  const { actions, notActions, resources, notResources, conditions, principals, from } = statement;
  const act = notActions
    ? !notActions.some((pattern) => matchesAction(pattern, action))
    : actions.some((pattern) => matchesAction(pattern, action));
  if (!act) return false;
  // A resource policy may leave its resource out, or call it "*": it is the one that the policy is attached to.
  const meant = (patterns: readonly string[]) =>
    patterns.some((pattern) => {
      const filled = withVariables(pattern, request, from);
      return filled !== undefined && matches(filled, resource);
    });
  const on = notResources
    ? !meant(notResources)
    : (principals !== undefined && resources.length === 0) || meant(resources);
  return on && conditionsHold(conditions, request, from);
}

/** Whom a resource policy means: the role itself, or its account, which leaves it to IAM. */
export function names(
  { principals = [], effect }: Statement,
  { roleArn, account }: Asker,
): 'role' | 'account' | 'nobody' {
  let found: 'account' | 'nobody' = 'nobody';
  for (const { kind, name } of principals) {
    if (kind !== 'AWS') continue;
    if (name === roleArn || name === '*') return 'role';
    if (name === account || name === `arn:aws:iam::${account}:root`) {
      // A deny of the account denies everybody in it.
      if (effect === 'Deny') return 'role';
      found = 'account';
    }
  }
  return found;
}
