import type { Account, Deployed } from '../account';
import { identityPolicies } from './authorizer';
import { matchesAction } from './match';
import { parsePolicy, type Statement } from './policy';
import type { Usage } from './usage';

/** What one role may do, or what one resource lets others do, and what of it a call needed. */
export interface Permissions {
  /** `stack/logicalId` of the role or the resource. */
  readonly holder: string;
  readonly kind: 'role' | 'resource';
  /** Whether anything called with this role, or asked this resource. */
  readonly acted: boolean;
  readonly grants: readonly Grant[];
}

export interface Grant {
  /** Where it stands. */
  readonly statement: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resources: readonly string[];
  readonly used: boolean;
}

/** Where the policies of resources stand in their properties. */
const documents: Readonly<Record<string, string>> = {
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::EC2::VPCEndpoint': 'PolicyDocument',
};

/** The permission matrix: every action that is granted, and whether it was needed. */
export function permissionsOf(account: Account, usage: Usage): Permissions[] {
  return [
    ...account.ofType('AWS::IAM::Role').map((role) => ofRole(account, role, usage)),
    ...Object.entries(documents).flatMap(([type, property]) =>
      account.ofType(type).flatMap((resource) => ofResource(resource, resource.properties[property], usage)),
    ),
    ...account.ofType('AWS::Lambda::Permission').map((permission) => ofInvoke(permission, usage)),
  ];
}

const where = ({ stack, logicalId }: Deployed) => `${stack}/${logicalId}`;

function ofRole(account: Account, role: Deployed, usage: Usage): Permissions {
  const trust = parsePolicy(role.properties['AssumeRolePolicyDocument'], where(role));
  const acted = trust.some(({ from }) => usage.of(from).length > 0);
  const statements = [...trust, ...identityPolicies(account, role, acted)];
  return { holder: where(role), kind: 'role', acted, grants: grantsOf(statements, usage) };
}

function ofResource(resource: Deployed, document: unknown, usage: Usage): Permissions[] {
  if (document === undefined) return [];
  const grants = grantsOf(parsePolicy(document, where(resource)), usage);
  return [{ holder: where(resource), kind: 'resource', acted: grants.some(({ used }) => used), grants }];
}

function ofInvoke(permission: Deployed, usage: Usage): Permissions {
  const { properties } = permission;
  const used = usage.of(where(permission)).length > 0;
  const grant: Grant = {
    statement: where(permission),
    effect: 'Allow',
    action: String(properties['Action']),
    resources: [String(properties['FunctionName'])],
    used,
  };
  return { holder: where(permission), kind: 'resource', acted: used, grants: [grant] };
}

function grantsOf(statements: readonly Statement[], usage: Usage): Grant[] {
  return statements.flatMap(({ from, effect, actions, resources }) =>
    actions.map((action) => ({
      statement: from,
      effect,
      action,
      resources,
      used: usage.of(from).some((each) => matchesAction(action, each)),
    })),
  );
}
