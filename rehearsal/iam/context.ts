import { RehearsalError } from '../errors';

export type Context = Readonly<Record<string, string | readonly string[]>>;

/** A call, as conditions and variables look at it. */
export interface Asked {
  readonly action: string;
  readonly context: Context;
}

// The keys that a rehearsal works out, where AWS has them; what ends in a slash or a colon is the beginning of many.
const always = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalServiceName',
  'aws:PrincipalTag/',
  'aws:PrincipalType',
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  // Of users, who are asked for nothing here: no role has it.
  'aws:username',
  'lambda:SourceFunctionArn',
];
const ofService: Readonly<Record<string, readonly string[]>> = {
  ecs: ['aws:RequestTag/', 'ecs:cluster', 'ecs:CreateAction'],
  iam: ['iam:PassedToService'],
  kms: ['kms:CallerAccount', 'kms:EncryptionContext:', 'kms:GrantIsForAWSResource', 'kms:ViaService'],
  rds: ['aws:RequestTag/', 'aws:ResourceTag/', 'rds:DatabaseClass'],
  s3: [
    's3:delimiter',
    's3:max-keys',
    's3:object-lock-mode',
    's3:prefix',
    's3:RequestObjectTag/',
    's3:TlsVersion',
    's3:x-amz-acl',
    's3:x-amz-server-side-encryption',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
  ],
  secretsmanager: ['aws:ResourceTag/', 'secretsmanager:SecretId'],
};

const lower = (text: string) => text.toLowerCase();

/**
 * The values of a key, which is the same in small and large letters, also behind the slash of a tag. One that is not there
 * is undefined; one of which the rehearsal cannot say whether AWS has it for such a call is refused.
 */
export function valuesOf({ action, context }: Asked, key: string, from: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => lower(name) === lower(key));
  if (found !== undefined) return [found[1]].flat();
  const known = [...always, ...(ofService[action.split(':')[0] ?? ''] ?? [])].map(lower);
  if (known.some((name) => (/[/:]$/.test(name) ? lower(key).startsWith(name) : lower(key) === name))) return undefined;
  throw new RehearsalError(`${from}: the rehearsal does not know the condition key ${key} of ${action}.`);
}
