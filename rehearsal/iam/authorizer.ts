import type { Account, Deployed } from '../account';
import type { Access, Caller } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { awsManaged } from './aws-managed';
import type { Context } from './context';
import { type Decision, decide, type Policies, type Refusal } from './evaluate';
import { parsePolicy, type Statement } from './policy';
import { ServicePrincipals } from './services';
import { Usage } from './usage';

/** One question that was put to IAM, and its answer. */
export interface Judgement {
  readonly roleArn: string;
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  readonly by: readonly string[];
  /** What is missing or forbids it, in a sentence; absent where it was allowed. */
  readonly reason?: string;
}

/** Decides by the policies of the templates that are deployed, and remembers what it was asked. */
export class Authorizer {
  readonly judgements: Judgement[] = [];
  readonly usage = new Usage();
  /** What services may do without any caller. */
  readonly services: ServicePrincipals;
  /** A fault: an action that is refused whatever the policies say. */
  readonly forbidden = new Map<string, () => void>();

  constructor(private readonly account: Account) {
    this.services = new ServicePrincipals(account, this.usage);
  }

  check(caller: Caller, access: Access): void {
    if (caller.roleArn === undefined) return;
    const { action, resource } = access;
    const decision = this.decisionOn(caller, caller.roleArn, access);
    const reason = decision.allowed
      ? undefined
      : this.reasonOf(decision.because, action, resource, caller.roleArn, decision.by);
    this.judgements.push({
      roleArn: caller.roleArn,
      caller: caller.arn,
      action,
      resource,
      allowed: decision.allowed,
      by: decision.by.map(({ from }) => from),
      ...(reason !== undefined && { reason }),
    });
    if (decision.allowed) this.usage.mark(decision.by, action);
    else throw new AwsError('AccessDeniedException', refusal(caller, access, decision.because), 400);
  }

  /** What the rehearsal does not know is told like a refusal, whatever becomes of the error. */
  private decisionOn(caller: Caller, roleArn: string, access: Access): Decision {
    try {
      return this.decision(caller, roleArn, access);
    } catch (error) {
      const { action, resource } = access;
      const reason = (error as Error).message;
      this.judgements.push({ roleArn, caller: caller.arn, action, resource, allowed: false, by: [], reason });
      throw error;
    }
  }

  private decision(caller: Caller, roleArn: string, access: Access): Decision {
    const { action, resource } = access;
    const struck = this.forbidden.get(action);
    if (struck) {
      struck();
      return { allowed: false, because: 'identity deny', by: [] };
    }
    const role = this.account.ofType('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn);
    const policies: Policies = {
      identity: role ? identityPolicies(this.account, role) : [],
      boundary: role && boundaryOf(this.account, role),
      ...resourcePolicies(this.account, resource),
    };
    const context = this.contextOf(caller, roleArn, access);
    return decide({ action, resource, context }, { roleArn, account: this.account.id }, policies);
  }

  /** All condition keys of a call. */
  contextOf({ functionArn }: Caller, roleArn: string, { action, context = {} }: Access): Context {
    const role = this.account.ofType('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn);
    const tags = (role?.properties['Tags'] ?? []) as { readonly Key: string; readonly Value: string }[];
    const all: Context = {
      ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value])),
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalArn': roleArn,
      'aws:PrincipalAccount': this.account.id,
      'aws:PrincipalIsAWSService': 'false',
      'aws:RequestedRegion': this.account.region,
      'aws:SecureTransport': 'true',
      ...(functionArn !== undefined && { 'lambda:SourceFunctionArn': functionArn }),
      ...context,
    };
    // Both ends of a connection are of this machine, and speak the newest that there is.
    const secure = action.startsWith('s3:') && all['aws:SecureTransport'] === 'true';
    return secure ? { 's3:TlsVersion': '1.3', ...all } : all;
  }

  private reasonOf(
    because: Refusal,
    action: string,
    resource: string,
    roleArn: string,
    by: readonly Statement[],
  ): string {
    const role = this.account.ofType('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn);
    const who = role ? `${role.stack}/${role.logicalId}` : roleArn;
    const where = by.map(({ from }) => from).join(' and ');
    if (because.endsWith('deny')) return `${action} on ${resource} is denied to ${who} by ${where || 'a fault'}.`;
    const owner = this.account.ofType('AWS::KMS::Key').find(({ attributes }) => attributes['Arn'] === resource);
    const key = owner && `${owner.stack}/${owner.logicalId}`;
    if (because === 'no resource')
      return `The policy of ${key} does not let ${who} use ${action}, nor hands that over to IAM.`;
    if (because === 'no boundary') return `The permissions boundary of ${who} does not allow ${action} on ${resource}.`;
    const nor = key === undefined ? '' : `, and the policy of ${key} does not name it`;
    return `${who} has no statement that allows ${action} on ${resource}${nor}.`;
  }
}

/** In the words of AWS. */
function refusal({ arn }: Caller, { action, resource }: Access, because: Refusal): string {
  const why: Readonly<Record<Refusal, string>> = {
    'identity deny': 'with an explicit deny in an identity-based policy',
    'resource deny': 'with an explicit deny in a resource-based policy',
    'boundary deny': 'with an explicit deny in a permissions boundary',
    'no identity': `because no identity-based policy allows the ${action} action`,
    'no resource': `because no resource-based policy allows the ${action} action`,
    'no boundary': `because no permissions boundary allows the ${action} action`,
  };
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why[because]}`;
}

/** `managed` is false for a role that never acts here, whose policies of AWS's own need not be known. */
export function identityPolicies(account: Account, role: Deployed, managed = true): Statement[] {
  const { properties } = role;
  const own = `${role.stack}/${role.logicalId}`;
  const inline = ((properties['Policies'] ?? []) as { PolicyName: string; PolicyDocument: unknown }[]).flatMap(
    ({ PolicyName, PolicyDocument }) => parsePolicy(PolicyDocument, `${own} (${PolicyName})`),
  );
  const all = (properties['ManagedPolicyArns'] ?? []) as string[];
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => account.ofType(type))
    .filter((policy) => ((policy.properties['Roles'] ?? []) as unknown[]).includes(role.id) && !all.includes(policy.id))
    .flatMap((policy) => parsePolicy(policy.properties['PolicyDocument'], `${policy.stack}/${policy.logicalId}`));
  const ours = account.ofType('AWS::IAM::ManagedPolicy').map(({ id }) => id);
  const arns = managed ? all : all.filter((arn) => ours.includes(arn));
  return [...inline, ...attached, ...arns.flatMap((arn) => managedPolicy(account, arn))];
}

function boundaryOf(account: Account, { properties }: Deployed): Statement[] | undefined {
  const arn = properties['PermissionsBoundary'];
  return arn === undefined ? undefined : managedPolicy(account, String(arn));
}

function managedPolicy(account: Account, arn: string): Statement[] {
  const ours = account.ofType('AWS::IAM::ManagedPolicy').find(({ id }) => id === arn);
  return ours
    ? parsePolicy(ours.properties['PolicyDocument'], `${ours.stack}/${ours.logicalId}`)
    : parsePolicy(awsManaged(arn), arn);
}

function resourcePolicies(account: Account, resource: string): Pick<Policies, 'resource' | 'resourceMustAllow'> {
  const name = (found: Deployed) => `${found.stack}/${found.logicalId}`;
  const key = account.ofType('AWS::KMS::Key').find(({ attributes }) => attributes['Arn'] === resource);
  if (key) return { resource: parsePolicy(key.properties['KeyPolicy'], name(key)), resourceMustAllow: true };
  const secret = account
    .ofType('AWS::SecretsManager::ResourcePolicy')
    .filter(({ properties }) => properties['SecretId'] === resource);
  const topic = account
    .ofType('AWS::SNS::TopicPolicy')
    .filter(({ properties }) => ((properties['Topics'] ?? []) as unknown[]).includes(resource));
  const bucket = account.ofType('AWS::S3::BucketPolicy').filter(({ properties }) => {
    const arn = `arn:aws:s3:::${properties['Bucket']}`;
    return resource === arn || resource.startsWith(`${arn}/`);
  });
  return {
    resource: [
      ...secret.flatMap((each) => parsePolicy(each.properties['ResourcePolicy'], name(each))),
      ...[...topic, ...bucket].flatMap((each) => parsePolicy(each.properties['PolicyDocument'], name(each))),
    ],
    resourceMustAllow: false,
  };
}
