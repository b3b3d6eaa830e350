import type { Account } from '../account';
import { type Call, members, type Operation, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { Buckets } from './buckets';
import { found, noLock, retentionFrom, type Store, storeOf } from './buckets-common';
import { reading } from './buckets-read';
import { writing } from './buckets-write';
import type { Keys } from './keys';

type Input = Readonly<Record<string, unknown>>;

/** S3's API over the buckets that are deployed. */
export function bucketsService(account: Account, buckets: Buckets, keys: Keys): Service {
  const store = storeOf(account, buckets, keys);
  return {
    name: 's3',
    protocol: 'rest-xml',
    operations: { ...aboutBuckets(store), ...aboutVersions(store), ...reading(store), ...writing(store) },
  };
}

function aboutBuckets(store: Store): Readonly<Record<string, Operation>> {
  const { buckets, account } = store;
  const the = (input: Input, call: Call, action: string) => {
    const bucket = store.bucket(members(input, ['Bucket', 'ExpectedBucketOwner']));
    call.authorize(action, bucket.arn);
    return bucket;
  };
  return {
    ListBuckets: async (input, call) => {
      members(input, []);
      call.authorize('s3:ListAllMyBuckets', '*');
      const all = [...buckets.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return {
        Buckets: all.map(({ name, created }) => ({ Name: name, CreationDate: created })),
        Owner: { ID: account.id },
      };
    },
    HeadBucket: async (input, call) => {
      the(input, call, 's3:ListBucket');
      return { BucketRegion: account.region };
    },
    // The oldest region has no name here.
    GetBucketLocation: async (input, call) => {
      the(input, call, 's3:GetBucketLocation');
      return { LocationConstraint: account.region === 'us-east-1' ? undefined : account.region };
    },
    GetBucketVersioning: async (input, call) => ({
      Status: the(input, call, 's3:GetBucketVersioning').settings.versioning,
    }),
    GetBucketEncryption: async (input, call) => {
      const { encryption } = the(input, call, 's3:GetEncryptionConfiguration').settings;
      const ApplyServerSideEncryptionByDefault = {
        SSEAlgorithm: encryption?.algorithm ?? 'AES256',
        KMSMasterKeyID: encryption?.key,
      };
      const rule = { ApplyServerSideEncryptionByDefault, BucketKeyEnabled: encryption?.bucketKey ?? false };
      return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
    },
    GetObjectLockConfiguration: async (input, call) => {
      const { objectLock, retention } = the(input, call, 's3:GetBucketObjectLockConfiguration').settings;
      if (!objectLock) {
        throw new AwsError(
          'ObjectLockConfigurationNotFoundError',
          'Object Lock configuration does not exist for this bucket',
          404,
        );
      }
      const Rule = retention && { DefaultRetention: { Mode: retention.mode, Days: retention.days } };
      return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } };
    },
    GetBucketTagging: async (input, call) => {
      const tags = Object.entries(the(input, call, 's3:GetBucketTagging').settings.tags);
      if (tags.length === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404);
      return { TagSet: tags.map(([Key, Value]) => ({ Key, Value })) };
    },
    DeleteObject: async (input, call) => {
      const given = members(
        input,
        ['Bucket', 'Key', 'VersionId', 'BypassGovernanceRetention'],
        ['ExpectedBucketOwner'],
      );
      return remove(store, call, given, given.BypassGovernanceRetention);
    },
    DeleteObjects: async (input, call) => {
      const known = ['Bucket', 'Delete', 'BypassGovernanceRetention'] as const;
      const given = members(input, known, ['ChecksumAlgorithm', 'ChecksumCRC32', 'ContentMD5', 'ExpectedBucketOwner']);
      const { Objects = [], Quiet } = (given.Delete ?? {}) as { Objects?: Input[]; Quiet?: unknown };
      const Deleted: Input[] = [];
      const Errors: Input[] = [];
      for (const { Key, VersionId } of Objects) {
        try {
          const { DeleteMarker, VersionId: made } = remove(
            store,
            call,
            { Bucket: given.Bucket, Key, VersionId },
            given.BypassGovernanceRetention,
          );
          Deleted.push({ Key, VersionId, DeleteMarker, ...(DeleteMarker === true && { DeleteMarkerVersionId: made }) });
        } catch (error) {
          if (!(error instanceof AwsError) || error.code === 'NoSuchBucket') throw error;
          const Code = error.code.replace(/Exception$/, '');
          Errors.push({ Key, VersionId, Code, Message: error.message });
        }
      }
      return { ...(String(Quiet) !== 'true' && { Deleted }), Errors };
    },
  };
}

function remove(store: Store, call: Call, given: Input, bypassing: unknown): Record<string, unknown> {
  const bucket = store.bucket(given);
  const arn = store.buckets.arnOf(bucket.name, String(given['Key']));
  const id = given['VersionId'] === undefined ? undefined : String(given['VersionId']);
  call.authorize(id === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', arn);
  const bypass = String(bypassing) === 'true';
  if (bypass) call.authorize('s3:BypassGovernanceRetention', arn);
  const gone = store.buckets.delete(bucket, String(given['Key']), id, bypass);
  if (!gone || bucket.settings.versioning === undefined) return {};
  return { VersionId: gone.id, ...(gone.marker && { DeleteMarker: true }) };
}

/** Tags, retention and legal hold of one version. */
function aboutVersions(store: Store): Readonly<Record<string, Operation>> {
  const known = ['Bucket', 'Key', 'VersionId'] as const;
  const ignored = ['ChecksumAlgorithm', 'ChecksumCRC32', 'ContentMD5', 'ExpectedBucketOwner'];
  return {
    GetObjectTagging: async (input, call) => {
      const { version } = found(store, call, members(input, known, ignored), 'GetObjectTagging');
      return { TagSet: Object.entries(version.tags).map(([Key, Value]) => ({ Key, Value })) };
    },
    PutObjectTagging: async (input, call) => {
      const given = members(input, [...known, 'Tagging'], ignored);
      const { version } = found(store, call, given, 'PutObjectTagging');
      const { TagSet = [] } = (given.Tagging ?? {}) as { TagSet?: { Key: string; Value: string }[] };
      version.tags = Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]));
      return {};
    },
    GetObjectRetention: async (input, call) => {
      const { version } = found(store, call, members(input, known, ignored), 'GetObjectRetention');
      const { retention } = version;
      if (!retention) {
        throw new AwsError(
          'NoSuchObjectLockConfiguration',
          'The specified object does not have a ObjectLock configuration',
          404,
        );
      }
      return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
    },
    PutObjectRetention: async (input, call) => {
      const given = members(input, [...known, 'Retention', 'BypassGovernanceRetention'], ignored);
      const { bucket, version } = found(store, call, given, 'PutObjectRetention');
      if (!bucket.settings.objectLock) throw noLock();
      const { Mode, RetainUntilDate } = (given.Retention ?? {}) as Input;
      const bypass = String(given.BypassGovernanceRetention) === 'true';
      if (bypass) call.authorize('s3:BypassGovernanceRetention', store.buckets.arnOf(bucket.name, version.key));
      const next = retentionFrom(Mode, RetainUntilDate, store.buckets.now());
      const { retention: before } = version;
      const active = before && before.until > store.buckets.now();
      const weaker =
        active && (next.until < before.until || (before.mode === 'COMPLIANCE' && next.mode !== 'COMPLIANCE'));
      if (weaker && !(before.mode === 'GOVERNANCE' && bypass)) {
        throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
      }
      version.retention = next;
      return {};
    },
    GetObjectLegalHold: async (input, call) => {
      const { version } = found(store, call, members(input, known, ignored), 'GetObjectLegalHold');
      return { LegalHold: { Status: version.legalHold ? 'ON' : 'OFF' } };
    },
    PutObjectLegalHold: async (input, call) => {
      const given = members(input, [...known, 'LegalHold'], ignored);
      const { bucket, version } = found(store, call, given, 'PutObjectLegalHold');
      if (!bucket.settings.objectLock) throw noLock();
      version.legalHold = ((given.LegalHold ?? {}) as Input)['Status'] === 'ON';
      return {};
    },
  };
}
