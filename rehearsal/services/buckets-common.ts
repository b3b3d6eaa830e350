import type { Account } from '../account';
import type { Call } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { Bucket, Buckets, Encryption, ObjectVersion, Retention } from './buckets';
import type { Keys } from './keys';

type Input = Readonly<Record<string, unknown>>;

/** What the operations share. */
export interface Store {
  readonly account: Account;
  readonly buckets: Buckets;
  readonly keys: Keys;
  bucket(input: Input): Bucket;
  encryptionOf(encryption: Encryption): Record<string, unknown>;
}

export function storeOf(account: Account, buckets: Buckets, keys: Keys): Store {
  return {
    account,
    buckets,
    keys,
    bucket: ({ Bucket: name, ExpectedBucketOwner: owner }) => {
      const bucket = buckets.find(String(name));
      if (owner !== undefined && owner !== account.id) throw new AwsError('AccessDenied', 'Access Denied', 403);
      return bucket;
    },
    encryptionOf,
  };
}

const encryptionOf = (encryption: Encryption): Record<string, unknown> =>
  encryption.algorithm === 'AES256'
    ? { ServerSideEncryption: 'AES256' }
    : {
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: encryption.key,
        ...(encryption.bucketKey && { BucketKeyEnabled: true }),
      };

/** The version that a call means, after the right to it was asked for. */
export function found(
  { buckets }: Store,
  call: Call,
  { Bucket: name, Key, VersionId }: Input,
  action:
    | 'GetObject'
    | 'GetObjectTagging'
    | 'PutObjectTagging'
    | 'GetObjectRetention'
    | 'PutObjectRetention'
    | 'GetObjectLegalHold'
    | 'PutObjectLegalHold',
): { bucket: Bucket; version: ObjectVersion } {
  const bucket = buckets.find(String(name));
  const key = String(Key);
  const id = VersionId === undefined ? undefined : String(VersionId);
  const ofVersion = id !== undefined && (action === 'GetObject' || action.endsWith('Tagging'));
  call.authorize(
    `s3:${action.replace(/^(Get|Put)Object/, ofVersion ? '$1ObjectVersion' : '$1Object')}`,
    buckets.arnOf(bucket.name, key),
  );
  const version = buckets.version(bucket, key, id);
  if (version && !version.marker) return { bucket, version };
  // Whoever may not list a bucket does not learn what is missing in it.
  call.authorize('s3:ListBucket', bucket.arn);
  if (version && id !== undefined) {
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
  if (id !== undefined) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}

/** What the API says of a version. */
export function answerOf({ settings }: Bucket, version: ObjectVersion): Record<string, unknown> {
  const { checksum, retention, legalHold } = version;
  return {
    ETag: version.etag,
    ...(settings.versioning !== undefined && { VersionId: version.id }),
    ...encryptionOf(version.encryption),
    ...(checksum && { [checksum.member]: checksum.value, ChecksumType: checksum.type }),
    ...(retention && { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until }),
    ...(legalHold && { ObjectLockLegalHoldStatus: 'ON' }),
  };
}

/** `a=1&b=2`, as a header has them. */
export const tagsFrom = (text: unknown): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(String(text ?? '')));

export function lockOf(
  { buckets }: Store,
  bucket: Bucket,
  input: Input,
): { readonly retention: Retention | undefined; readonly legalHold: boolean } {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if ((mode ?? until ?? hold) !== undefined && !bucket.settings.objectLock) throw noLock();
  return {
    retention: mode === undefined ? undefined : retentionFrom(mode, until, buckets.now()),
    legalHold: hold === 'ON',
  };
}

export const noLock = () => new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');

export function retentionFrom(mode: unknown, until: unknown, now: Date): Retention {
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw new AwsError('MalformedXML', `The retention mode "${mode}" is neither GOVERNANCE nor COMPLIANCE.`);
  }
  const date = new Date(String(until));
  if (Number.isNaN(date.getTime()) || date <= now) {
    throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
  }
  return { mode, until: date };
}
