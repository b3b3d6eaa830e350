import { type Call, members, type Operation } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { checkedSum, checksumMembers, compositeSum, md5 } from './bucket-checksums';
import { opened, type Sealing, sealingFor } from './bucket-encryption';
import type { Bucket, ObjectVersion } from './buckets';
import { answerOf, found, lockOf, type Store, tagsFrom } from './buckets-common';

type Input = Readonly<Record<string, unknown>>;

const contentMembers = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
] as const;
const settings = [
  ...contentMembers,
  'Bucket',
  'Key',
  'Metadata',
  'Tagging',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
  'ExpectedBucketOwner',
] as const;
const sums = [...checksumMembers, 'ChecksumCRC64NVME', 'ContentMD5', 'IfMatch', 'IfNoneMatch'] as const;
// Buckets here have one owner and one place where things lie.
const ignored = ['ACL', 'StorageClass', 'ChecksumAlgorithm', 'ChecksumType', 'MpuObjectSize', 'ContentLength'];

interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly input: Input;
  readonly sealing: Sealing;
  readonly begun: Date;
  readonly parts: Map<
    number,
    { readonly body: Buffer; readonly etag: string; readonly sum: ReturnType<typeof checkedSum> }
  >;
}

// All but the last must have five mebibytes.
const leastPart = 5 * 1024 * 1024;

/** Writing objects: at once, in parts, or from another. */
export function writing(store: Store): Readonly<Record<string, Operation>> {
  const { buckets, keys } = store;
  const uploads = new Map<string, Upload>();

  function begin(call: Call, input: Input): { bucket: Bucket; key: string; sealing: Sealing } {
    const [bucket, key] = [store.bucket(input), String(input['Key'])];
    const arn = buckets.arnOf(bucket.name, key);
    const tags = tagsFrom(input['Tagging']);
    call.authorize('s3:PutObject', arn, {
      ...contextOf(input),
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`s3:RequestObjectTag/${name}`, value])),
    });
    if (Object.keys(tags).length > 0) call.authorize('s3:PutObjectTagging', arn);
    const lock = lockOf(store, bucket, input);
    if (input['ObjectLockMode'] !== undefined) call.authorize('s3:PutObjectRetention', arn);
    if (lock.legalHold) call.authorize('s3:PutObjectLegalHold', arn);
    return { bucket, key, sealing: sealingFor(store, call, bucket, key, input) };
  }

  function keep(
    { bucket, key, sealing }: ReturnType<typeof begin>,
    input: Input,
    plain: Buffer,
    rest: Pick<ObjectVersion, 'etag' | 'checksum'> & { readonly parts?: number },
  ): ObjectVersion {
    refuseUnless(input, buckets.version(bucket, key));
    const { retention = buckets.defaultRetention(bucket), legalHold } = lockOf(store, bucket, input);
    const version: ObjectVersion = {
      ...rest,
      key,
      id: buckets.newId(bucket),
      marker: false,
      modified: buckets.now(),
      size: plain.length,
      stored: sealing.seal(plain),
      encryption: sealing.encryption,
      headers: {
        ContentType: 'binary/octet-stream',
        ...Object.fromEntries(
          contentMembers.filter((name) => input[name] !== undefined).map((name) => [name, String(input[name])]),
        ),
      },
      metadata: (input['Metadata'] ?? {}) as Record<string, string>,
      tags: tagsFrom(input['Tagging']),
      retention,
      legalHold,
    };
    buckets.put(bucket, version);
    return version;
  }

  function uploadOf(given: Input): Upload {
    const upload = uploads.get(String(given['UploadId']));
    if (upload && upload.bucket === given['Bucket'] && upload.key === given['Key']) return upload;
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
    );
  }

  return {
    PutObject: async (input, call) => {
      const given = members(input, [...settings, ...sums, 'Body'], ignored);
      const body = bytes(given.Body);
      const target = begin(call, given);
      const checksum = checkedSum(given, body);
      const version = keep(target, given, body, { etag: `"${md5(body).digest('hex')}"`, checksum });
      const { ContentType: _, ...answer } = answerOf(target.bucket, version);
      return answer;
    },
    CopyObject: async (input, call) => {
      const known = [...settings, 'CopySource', 'MetadataDirective', 'TaggingDirective'] as const;
      const given = members(input, known, ignored);
      const [path = '', id] = String(given.CopySource).split('?versionId=');
      const [from = '', ...rest] = decodeURIComponent(path).replace(/^\//, '').split('/');
      const source = found(store, call, { Bucket: from, Key: rest.join('/'), VersionId: id }, 'GetObject');
      const { version } = source;
      const plain = opened(keys, call, version);
      const fresh = given.MetadataDirective === 'REPLACE';
      const described = fresh ? given : { ...given, ...version.headers, Metadata: version.metadata };
      const Tagging =
        given.TaggingDirective === 'REPLACE' ? given.Tagging : new URLSearchParams(version.tags).toString();
      const whole = { ...described, Tagging };
      const target = begin(call, whole);
      const checksum = version.checksum?.type === 'FULL_OBJECT' ? version.checksum : undefined;
      const made = keep(target, whole, plain, { etag: `"${md5(plain).digest('hex')}"`, checksum });
      const { ServerSideEncryption, SSEKMSKeyId, VersionId } = answerOf(target.bucket, made);
      const CopyObjectResult = { ETag: made.etag, LastModified: made.modified };
      const CopySourceVersionId = source.bucket.settings.versioning === undefined ? undefined : version.id;
      return { CopyObjectResult, CopySourceVersionId, ServerSideEncryption, SSEKMSKeyId, VersionId };
    },
    CreateMultipartUpload: async (input, call) => {
      const given = members(input, settings, ignored);
      const { bucket, key, sealing } = begin(call, given);
      const id = store.account.random(40);
      uploads.set(id, { id, bucket: bucket.name, key, input: given, sealing, begun: buckets.now(), parts: new Map() });
      return { Bucket: bucket.name, Key: key, UploadId: id, ...store.encryptionOf(sealing.encryption) };
    },
    UploadPart: async (input, call) => {
      const known = ['Bucket', 'Key', 'UploadId', 'PartNumber', 'Body', ...sums, 'ExpectedBucketOwner'] as const;
      const given = members(input, known, ignored);
      const upload = uploadOf(given);
      call.authorize('s3:PutObject', buckets.arnOf(upload.bucket, upload.key));
      if (upload.sealing.encryption.algorithm === 'aws:kms')
        keys.openDataKeyFor(call, upload.sealing.encryption.sealedKey, upload.sealing.encryption.context);
      const number = Number(given.PartNumber);
      if (!(number >= 1 && number <= 10_000))
        throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
      const body = bytes(given.Body);
      const sum = checkedSum(given, body);
      const etag = `"${md5(body).digest('hex')}"`;
      upload.parts.set(number, { body: upload.sealing.seal(body), etag, sum });
      return { ETag: etag, ...(sum && { [sum.member]: sum.value }), ...store.encryptionOf(upload.sealing.encryption) };
    },
    CompleteMultipartUpload: async (input, call) => {
      const known = ['Bucket', 'Key', 'UploadId', 'MultipartUpload', 'IfMatch', 'IfNoneMatch', ...sums] as const;
      const given = members(input, [...known, 'ExpectedBucketOwner'], ignored);
      const upload = uploadOf(given);
      const bucket = store.bucket(given);
      call.authorize('s3:PutObject', buckets.arnOf(upload.bucket, upload.key));
      const { Parts = [] } = (given.MultipartUpload ?? {}) as { Parts?: { PartNumber: unknown; ETag: unknown }[] };
      const numbers = Parts.map(({ PartNumber }) => Number(PartNumber));
      if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
        throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
      }
      const chosen = Parts.map(({ ETag }, i) => {
        const part = upload.parts.get(numbers[i] as number);
        if (part && unquoted(part.etag) === unquoted(ETag)) return part;
        throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
      });
      if (chosen.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
      const { encryption } = upload.sealing;
      const plain = chosen.map(({ body }) => opened(keys, call, { encryption, stored: body }));
      if (plain.slice(0, -1).some(({ length }) => length < leastPart)) {
        throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
      }
      const hashes = Buffer.concat(chosen.map(({ etag }) => Buffer.from(unquoted(etag), 'hex')));
      const version = keep(
        { bucket, key: upload.key, sealing: upload.sealing },
        { ...upload.input, IfMatch: given.IfMatch, IfNoneMatch: given.IfNoneMatch },
        Buffer.concat(plain),
        {
          etag: `"${md5(hashes).digest('hex')}-${chosen.length}"`,
          checksum: compositeSum(chosen.map(({ sum }) => sum)),
          parts: chosen.length,
        },
      );
      uploads.delete(upload.id);
      const Location = `https://${bucket.name}.s3.${store.account.region}.amazonaws.com/${upload.key}`;
      const { VersionId } = answerOf(bucket, version);
      const sum = version.checksum && { [version.checksum.member]: version.checksum.value };
      return {
        Location,
        Bucket: bucket.name,
        Key: upload.key,
        ETag: version.etag,
        ...sum,
        VersionId,
        ...store.encryptionOf(encryption),
      };
    },
    AbortMultipartUpload: async (input, call) => {
      const given = members(input, ['Bucket', 'Key', 'UploadId'], ['ExpectedBucketOwner']);
      const upload = uploadOf(given);
      call.authorize('s3:AbortMultipartUpload', buckets.arnOf(upload.bucket, upload.key));
      uploads.delete(upload.id);
      return {};
    },
    ListParts: async (input, call) => {
      const given = members(input, ['Bucket', 'Key', 'UploadId'], ['MaxParts', 'ExpectedBucketOwner']);
      const upload = uploadOf(given);
      call.authorize('s3:ListMultipartUploadParts', buckets.arnOf(upload.bucket, upload.key));
      const Parts = [...upload.parts]
        .sort(([a], [b]) => a - b)
        .map(([PartNumber, { etag }]) => ({ PartNumber, ETag: etag }));
      return { Bucket: upload.bucket, Key: upload.key, UploadId: upload.id, Parts, IsTruncated: false };
    },
    ListMultipartUploads: async (input, call) => {
      const given = members(input, ['Bucket', 'Prefix', 'EncodingType'], ['MaxUploads', 'ExpectedBucketOwner']);
      const bucket = store.bucket(given);
      call.authorize('s3:ListBucketMultipartUploads', bucket.arn);
      const open = [...uploads.values()].filter(
        (each) => each.bucket === bucket.name && each.key.startsWith(String(given.Prefix ?? '')),
      );
      const Uploads = open.map(({ key, id, begun }) => ({ Key: key, UploadId: id, Initiated: begun }));
      return { Bucket: bucket.name, Uploads, IsTruncated: false, EncodingType: given.EncodingType };
    },
  };
}

const unquoted = (etag: unknown) => String(etag).replaceAll('"', '');

/** From the wire as bytes; a state machine writes a text. */
const bytes = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? ''));

/** What a policy may ask of a write. */
function contextOf(input: Input): Record<string, string> {
  const named = {
    's3:x-amz-server-side-encryption': input['ServerSideEncryption'],
    's3:x-amz-server-side-encryption-aws-kms-key-id': input['SSEKMSKeyId'],
    's3:x-amz-acl': input['ACL'],
    's3:object-lock-mode': input['ObjectLockMode'],
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function refuseUnless(input: Input, there: ObjectVersion | undefined): void {
  const present = there && !there.marker ? there : undefined;
  const failed =
    (input['IfNoneMatch'] === '*' && present !== undefined) ||
    (input['IfMatch'] !== undefined && unquoted(present?.etag) !== unquoted(input['IfMatch']));
  if (failed) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
}
