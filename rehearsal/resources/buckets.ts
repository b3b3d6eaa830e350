import type { Bucket, BucketSettings, Buckets } from '../services/buckets';
import { ResourceFailure, type ResourceType } from './type';

type Properties = Readonly<Record<string, unknown>>;

// What is kept, and does nothing by itself while a rehearsal runs.
const recorded = [
  'AccessControl',
  'LifecycleConfiguration',
  'LoggingConfiguration',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
];
const acted = [
  'BucketName',
  'BucketEncryption',
  'ObjectLockConfiguration',
  'ObjectLockEnabled',
  'Tags',
  'VersioningConfiguration',
];

export function bucketTypes(buckets: Buckets): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::S3::Bucket': {
      replacing: ['BucketName'],
      named: 'BucketName',
      create: async ({ account, stack, logicalId, properties }) => {
        const given = properties['BucketName'];
        const name =
          given === undefined ? account.nameFor(stack, logicalId, { longest: 63, lower: true }) : String(given);
        if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
          throw new ResourceFailure(
            `Bucket name should not contain uppercase characters or "_", and has 3 to 63: ${name}`,
          );
        }
        const { arn } = buckets.create(name, settingsOf(properties));
        const host = `${name}.s3.${account.region}.amazonaws.com`;
        return {
          id: name,
          attributes: {
            Arn: arn,
            DomainName: `${name}.s3.amazonaws.com`,
            RegionalDomainName: host,
            DualStackDomainName: `${name}.s3.dualstack.${account.region}.amazonaws.com`,
          },
        };
      },
      update: async ({ id, attributes, properties }) => {
        const bucket: Bucket = buckets.find(id);
        const settings = settingsOf(properties);
        if (bucket.settings.objectLock && !settings.objectLock)
          throw new ResourceFailure('Object Lock cannot be disabled.');
        // A bucket that has kept versions can only stop to keep more.
        const versioning = settings.versioning ?? (bucket.settings.versioning && 'Suspended');
        bucket.settings = { ...settings, versioning };
        return { id, attributes };
      },
      remove: async ({ id }) => buckets.remove(id),
    },
  };
}

function settingsOf(properties: Properties): BucketSettings {
  const unknown = Object.keys(properties).find((name) => !recorded.includes(name) && !acted.includes(name));
  if (unknown !== undefined)
    throw new ResourceFailure(`The rehearsal does not know the property ${unknown} of a bucket.`);
  const { Status } = (properties['VersioningConfiguration'] ?? {}) as { readonly Status?: 'Enabled' | 'Suspended' };
  const objectLock = String(properties['ObjectLockEnabled']) === 'true';
  const rule = (properties['ObjectLockConfiguration'] as LockConfiguration | undefined)?.Rule?.DefaultRetention;
  if (rule && !objectLock)
    throw new ResourceFailure('Object Lock configuration cannot be enabled on existing buckets.');
  return {
    // Object Lock brings versions with it.
    versioning: objectLock ? 'Enabled' : Status,
    encryption: encryptionOf(properties['BucketEncryption']),
    objectLock,
    retention: rule && {
      mode: rule.Mode,
      days: rule.Days === undefined ? Number(rule.Years) * 365 : Number(rule.Days),
    },
    tags: Object.fromEntries(
      ((properties['Tags'] ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
    ),
  };
}

interface LockConfiguration {
  readonly Rule?: {
    readonly DefaultRetention?: {
      readonly Mode: 'GOVERNANCE' | 'COMPLIANCE';
      readonly Days?: number | string;
      readonly Years?: number | string;
    };
  };
}

interface EncryptionRule {
  readonly BucketKeyEnabled?: boolean | string;
  readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm: string; readonly KMSMasterKeyID?: string };
}

function encryptionOf(given: unknown): BucketSettings['encryption'] {
  const { ServerSideEncryptionConfiguration: rules = [] } = (given ?? {}) as {
    readonly ServerSideEncryptionConfiguration?: readonly EncryptionRule[];
  };
  const [rule] = rules;
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ServerSideEncryptionByDefault ?? {};
  if (SSEAlgorithm === undefined) return undefined;
  if (SSEAlgorithm !== 'AES256' && SSEAlgorithm !== 'aws:kms') {
    throw new ResourceFailure(`The rehearsal does not know the encryption ${SSEAlgorithm} of a bucket.`);
  }
  return { algorithm: SSEAlgorithm, key: KMSMasterKeyID, bucketKey: String(rule?.BucketKeyEnabled) === 'true' };
}
