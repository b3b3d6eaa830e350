import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Call } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { Bucket, Buckets, Encryption, ObjectVersion } from './buckets';
import type { Keys } from './keys';

/** How the bytes of one object are encrypted: decided when it is begun, which a multipart upload does once. */
export interface Sealing {
  readonly encryption: Encryption;
  readonly seal: (plain: Buffer) => Buffer;
}

type Input = Readonly<Record<string, unknown>>;

/** As the call says, or else as the bucket does: under a key of the account, with the rights of the caller. */
export function sealingFor(
  { buckets, keys }: { readonly buckets: Buckets; readonly keys: Keys },
  call: Call,
  bucket: Bucket,
  key: string,
  input: Input,
): Sealing {
  const fallback = bucket.settings.encryption;
  const algorithm = String(input['ServerSideEncryption'] ?? fallback?.algorithm ?? 'AES256');
  if (algorithm === 'AES256') return { encryption: { algorithm }, seal: (plain) => plain };
  if (algorithm !== 'aws:kms') {
    throw new AwsError('InvalidArgument', `The encryption method specified is not supported: ${algorithm}`);
  }
  const named = input['SSEKMSKeyId'] ?? (fallback?.algorithm === 'aws:kms' ? fallback.key : undefined);
  // S3's own key, which nobody needs a right for.
  if (named === undefined) return { encryption: { algorithm: 'AES256' }, seal: (plain) => plain };
  const bucketKey = String(input['BucketKeyEnabled'] ?? fallback?.bucketKey ?? false) === 'true';
  const context = { 'aws:s3:arn': bucketKey ? bucket.arn : buckets.arnOf(bucket.name, key) };
  const data = inWordsOfS3(() => keys.dataKeyFor(call, String(named), context));
  const encryption: Encryption = { algorithm, key: data.keyArn, sealedKey: data.sealed, context, bucketKey };
  return { encryption, seal: (plain) => sealWith(data.plain, plain) };
}

/** The bytes as they were written; asks the key again, for whoever reads them. */
export function opened(keys: Keys, call: Call, { encryption, stored }: Pick<ObjectVersion, 'encryption' | 'stored'>) {
  if (encryption.algorithm === 'AES256') return stored;
  const plainKey = inWordsOfS3(() => keys.openDataKeyFor(call, encryption.sealedKey, encryption.context));
  return openWith(plainKey, stored);
}

// Enough to tell a text from a dump or an archive.
const telling = 8_192;

/** The body of an object that is a text, for the rehearsal itself: without anybody's rights. */
export function readable(keys: Keys, { encryption, stored }: ObjectVersion): string | undefined {
  const plain =
    encryption.algorithm === 'AES256'
      ? stored
      : openWith(keys.openDataKey(encryption.sealedKey, encryption.context), stored);
  return plain.subarray(0, telling).includes(0) ? undefined : plain.toString();
}

function inWordsOfS3<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError) || !/^(Disabled|NotFound)Exception$/.test(error.code)) throw error;
    throw new AwsError(`KMS.${error.code}`, error.message);
  }
}

const nonceBytes = 12;
const tagBytes = 16;

export function sealWith(key: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = [cipher.update(plain), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...body]);
}

function openWith(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes)).setAuthTag(
    sealed.subarray(nonceBytes, nonceBytes + tagBytes),
  );
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
}
