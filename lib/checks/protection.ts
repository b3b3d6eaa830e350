import type { Resource } from './templates';

/** A protection that a change takes away, as the end of a sentence that begins with the resource. */
export type Weakening = string;

const strength = ['Delete', 'Snapshot', 'Retain'];

/** Without a policy CloudFormation takes a last snapshot of a database, and deletes all else. */
function policyOf(resource: Resource, name: 'DeletionPolicy' | 'UpdateReplacePolicy'): string {
  const written = resource[name];
  // It lets go only of what a first deploy has made and failed with: what is deployed it keeps.
  if (written === 'RetainExceptOnCreate') return 'Retain';
  if (written !== undefined) return written;
  const database = resource.Type === 'AWS::RDS::DBInstance' || resource.Type === 'AWS::RDS::DBCluster';
  return database && name === 'DeletionPolicy' ? 'Snapshot' : 'Delete';
}

const isOn = (value: unknown) => value === true || value === 'true';
const isOff = (value: unknown) => !isOn(value);

type Flag = readonly [property: string, weak: (before: unknown, after: unknown) => boolean, because: string];

const switchedOff = (before: unknown, after: unknown) => isOn(before) && isOff(after);
const switchedOn = (before: unknown, after: unknown) => isOff(before) && isOn(after);
const anyChange = (before: unknown, after: unknown) =>
  before !== undefined && JSON.stringify(before) !== JSON.stringify(after);

const flags: Readonly<Record<string, readonly Flag[]>> = {
  'AWS::RDS::DBInstance': [
    ['DeletionProtection', switchedOff, 'anybody with the right to could then delete it in one call'],
    ['DeleteAutomatedBackups', switchedOn, 'its backups would then go with it'],
    [
      'BackupRetentionPeriod',
      (before, after) => Number(before ?? 0) > 0 && Number(after ?? 0) === 0,
      'RDS would delete all its automated backups at once',
    ],
    [
      'BackupRetentionPeriod',
      (before, after) => Number(after ?? 0) > 0 && Number(after) < Number(before ?? 0),
      'RDS would delete those that are older at once',
    ],
    ['PubliclyAccessible', switchedOn, 'it would then have an address on the internet'],
  ],
  'AWS::RDS::DBCluster': [
    ['DeletionProtection', switchedOff, 'anybody with the right to could then delete it in one call'],
  ],
  'AWS::KMS::Key': [
    [
      'Enabled',
      (before, after) => before !== false && before !== 'false' && (after === false || after === 'false'),
      'what is encrypted with it could no longer be read',
    ],
  ],
  'AWS::SecretsManager::Secret': [
    ['GenerateSecretString', anyChange, 'CloudFormation would write a new password into it, and not tell the database'],
    ['SecretString', anyChange, 'CloudFormation would overwrite the password in it, and not tell the database'],
  ],
  'AWS::S3::Bucket': [
    [
      'VersioningConfiguration',
      (before, after) => statusOf(before) === 'Enabled' && statusOf(after) !== 'Enabled',
      'what is overwritten or deleted would then be gone',
    ],
    [
      'LifecycleConfiguration',
      (before, after) => soonest(after) < soonest(before),
      'S3 would delete what is older at once',
    ],
    [
      'ObjectLockConfiguration',
      (before, after) => lockedDays(after) < lockedDays(before),
      'what is written from then on could be deleted sooner',
    ],
  ],
  'AWS::Backup::BackupVault': [['LockConfiguration', anyChange, 'the lock keeps its backups from being deleted']],
};

interface Lifecycle {
  readonly Rules?: readonly { readonly ExpirationInDays?: unknown; readonly Status?: unknown }[];
}

/** After how many days the first of its rules deletes what is current. */
const soonest = (value: unknown) =>
  Math.min(
    ...((value as Lifecycle | undefined)?.Rules ?? []).flatMap(({ ExpirationInDays, Status }) =>
      ExpirationInDays === undefined || Status === 'Disabled' ? [] : [Number(ExpirationInDays)],
    ),
    Number.POSITIVE_INFINITY,
  );

interface Lock {
  readonly Rule?: { readonly DefaultRetention?: { readonly Days?: unknown } };
}
const lockedDays = (value: unknown) => Number((value as Lock | undefined)?.Rule?.DefaultRetention?.Days ?? 0);

const statusOf = (value: unknown) => (value as { readonly Status?: unknown } | undefined)?.Status;

/** What keeps a resource today and would keep it no longer, or less well. */
export function weakenings(before: Resource, after: Resource): readonly Weakening[] {
  const policies = policyFalls(before, after);
  const changed = (flags[before.Type] ?? []).flatMap(([property, weak, because]) => {
    const [from, to] = [before.Properties?.[property], after.Properties?.[property]];
    return weak(from, to) ? [`${property} changes${told(from, to)}; ${because}`] : [];
  });
  return [...policies, ...changed];
}

const whens = { DeletionPolicy: 'leaves the template', UpdateReplacePolicy: 'is replaced' } as const;
type Policy = keyof typeof whens;

function policyFalls(before: Resource, after: Resource): readonly Weakening[] {
  const falls = (Object.keys(whens) as Policy[]).flatMap((name) => {
    const [from, to] = [policyOf(before, name), policyOf(after, name)];
    return strength.indexOf(to) < strength.indexOf(from) ? [{ name, from, to }] : [];
  });
  const fates = [...new Set(falls.map(({ from, to }) => `${from} to ${to}`))];
  return fates.map((fate) => {
    const alike = falls.filter(({ from, to }) => `${from} to ${to}` === fate).map(({ name }) => name);
    const then = fate.endsWith('Snapshot') ? 'only a last snapshot would be kept' : 'it would be deleted';
    const when = alike.map((name) => whens[name]).join(' or ');
    return `${alike.join(' and ')} ${alike.length > 1 ? 'fall' : 'falls'} from ${fate}; ${then} when it ${when}`;
  });
}

const told = (from: unknown, to: unknown) =>
  typeof from === 'object' || typeof to === 'object' ? '' : ` from ${from ?? 'nothing'} to ${to ?? 'nothing'}`;
