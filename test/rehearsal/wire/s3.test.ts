import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { allow, functionOf, region, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();
const code = { code: { 'index.js': 'exports.handler = async () => 1;' } };
const ref = (name: string) => ({ Ref: name });
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const inside = (name: string) => ({ 'Fn::Join': ['', [arnOf(name), '/*']] });

const keyPolicy = {
  Statement: [
    {
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Principal: { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } },
    },
  ],
};
const encrypted = {
  ServerSideEncryptionConfiguration: [
    { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf('Key') } },
  ],
};

beforeAll(async () => {
  const result = await test_.deploy(
    'S',
    {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy } },
      Plain: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'plain', Tags: [{ Key: 'team', Value: 'data' }] } },
      Kept: {
        Type: 'AWS::S3::Bucket',
        Properties: { BucketName: 'kept', VersioningConfiguration: { Status: 'Enabled' }, BucketEncryption: encrypted },
      },
      Locked: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'locked',
          ObjectLockEnabled: true,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
          },
        },
      },
      Tls: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: ref('Plain'),
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Action: 's3:*',
                Principal: '*',
                Resource: [arnOf('Plain'), inside('Plain')],
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
      ReaderRole: roleFor('lambda.amazonaws.com', allow('s3:*'), allow('kms:Decrypt', arnOf('Key'))),
      Reader: functionOf('code', 'ReaderRole', { FunctionName: 'reader' }),
      ShutRole: roleFor('lambda.amazonaws.com', allow('s3:GetObject', inside('Kept'))),
      Shut: functionOf('code', 'ShutRole', { FunctionName: 'shut' }),
    },
    code,
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

const open: S3Client[] = [];
const s3 = (settings = test_.client) => {
  const client = new S3Client({ ...settings, forcePathStyle: true });
  open.push(client);
  return client;
};
afterEach(() => {
  for (const client of open.splice(0)) client.destroy();
});
const text = async (Bucket: string, Key: string, VersionId?: string) => {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
  return Body?.transformToString();
};
const put = (Bucket: string, Key: string, Body: string, more = {}) =>
  s3().send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const refusal = async (promise: Promise<unknown>): Promise<[string, string]> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof S3ServiceException)) throw new Error(`Expected a refusal of S3, and there was ${error}`);
  return [error.name, error.message];
};
const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

test('an object comes back with its content type, metadata and tags', async () => {
  await put('plain', 'a b/ü+(1)=&.txt', 'hello', {
    ContentType: 'text/plain',
    Metadata: { kind: 'note' },
    Tagging: 'x=1&y=2',
  });
  const found = await s3().send(new GetObjectCommand({ Bucket: 'plain', Key: 'a b/ü+(1)=&.txt' }));
  expect(await found.Body?.transformToString()).toBe('hello');
  expect(found).toMatchObject({
    ContentType: 'text/plain',
    ContentLength: 5,
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    Metadata: { kind: 'note' },
    TagCount: 2,
    ServerSideEncryption: 'AES256',
  });
  expect(found.ChecksumCRC32).toBe('NhCmhg==');
  const head = await s3().send(new HeadObjectCommand({ Bucket: 'plain', Key: 'a b/ü+(1)=&.txt' }));
  expect(head).toMatchObject({ ContentLength: 5, Metadata: { kind: 'note' } });
  const { TagSet } = await s3().send(new GetObjectTaggingCommand({ Bucket: 'plain', Key: 'a b/ü+(1)=&.txt' }));
  expect(TagSet).toEqual([
    { Key: 'x', Value: '1' },
    { Key: 'y', Value: '2' },
  ]);
});

test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
  'a body of 20 MB that is streamed with %s arrives intact',
  async (ChecksumAlgorithm) => {
    const data = randomBytes(20 * 1024 * 1024);
    const pieces = Array.from({ length: 320 }, (_, i) => data.subarray(i * 65536, (i + 1) * 65536));
    await s3().send(
      new PutObjectCommand({
        Bucket: 'kept',
        Key: 'large',
        Body: Readable.from(pieces),
        ContentLength: data.length,
        ChecksumAlgorithm,
      }),
    );
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: 'kept', Key: 'large' }));
    expect(digest((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(digest(data));
  },
);

test('what was stored under a key is not the plain text, and a disabled key refuses to give it back', async () => {
  await put('kept', 'secret', 'plain words');
  const [version] = test_.cloud.buckets.find('kept').objects.get('secret') ?? [];
  expect(version?.stored.includes('plain words')).toBe(false);
  expect(version?.encryption).toMatchObject({ algorithm: 'aws:kms', key: test_.arn('S', 'Key') });
  const key = test_.id('S', 'Key');
  test_.cloud.keys.enable(key, false);
  expect((await refusal(text('kept', 'secret')))[0]).toBe('KMS.DisabledException');
  test_.cloud.keys.enable(key, true);
  expect(await text('kept', 'secret')).toBe('plain words');
});

test('a function needs the right to the object and to the key, and is told which of both is missing', async () => {
  await put('kept', 'k', 'v');
  const get = new GetObjectCommand({ Bucket: 'kept', Key: 'k' });
  const reader = await s3(test_.clientOf('reader')).send(get);
  expect(await reader.Body?.transformToString()).toBe('v');
  const [name, message] = await refusal(s3(test_.clientOf('shut')).send(get));
  expect(name).toBe('AccessDenied');
  expect(message).toContain('is not authorized to perform: kms:Decrypt');
  const [, written] = await refusal(
    s3(test_.clientOf('reader')).send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body: 'w' })),
  );
  expect(written).toContain('kms:GenerateDataKey');
});

test('whoever may not list a bucket is not told that an object is missing', async () => {
  const missing = new GetObjectCommand({ Bucket: 'kept', Key: 'missing' });
  await expect(s3().send(missing)).rejects.toBeInstanceOf(NoSuchKey);
  expect((await refusal(s3(test_.clientOf('shut')).send(missing)))[0]).toBe('AccessDenied');
});

test('a policy of a bucket that denies calls without TLS refuses them', async () => {
  const get = new GetObjectCommand({ Bucket: 'plain', Key: 'x' });
  const [name, message] = await refusal(s3(test_.clientOf('reader')).send(get));
  expect(name).toBe('AccessDenied');
  expect(message).toContain('with an explicit deny in a resource-based policy');
});

test('errors come as their classes', async () => {
  await expect(s3().send(new GetObjectCommand({ Bucket: 'plain', Key: 'none' }))).rejects.toBeInstanceOf(NoSuchKey);
  await expect(s3().send(new ListObjectsV2Command({ Bucket: 'none' }))).rejects.toBeInstanceOf(NoSuchBucket);
  await expect(s3().send(new HeadObjectCommand({ Bucket: 'plain', Key: 'none' }))).rejects.toBeInstanceOf(NotFound);
  await expect(s3().send(new HeadBucketCommand({ Bucket: 'none' }))).rejects.toBeInstanceOf(NotFound);
});

test('an operation that is not known is refused, and so is a member', async () => {
  expect(await refusal(s3().send(new GetBucketAclCommand({ Bucket: 'plain' })))).toEqual([
    'NotKnownToTheRehearsal',
    'The rehearsal does not know GET bucket acl of S3.',
  ]);
  expect((await refusal(put('plain', 'x', 'y', { SSECustomerAlgorithm: 'AES256' })))[1]).toMatch(
    /does not know the header/,
  );
});

test('versions are kept, a deletion is a marker, and a version can be read and removed by its id', async () => {
  const first = await put('kept', 'v', 'one');
  const second = await put('kept', 'v', 'two');
  expect(await text('kept', 'v', first.VersionId)).toBe('one');
  const { DeleteMarker, VersionId: marker } = await s3().send(new DeleteObjectCommand({ Bucket: 'kept', Key: 'v' }));
  expect(DeleteMarker).toBe(true);
  await expect(text('kept', 'v')).rejects.toBeInstanceOf(NoSuchKey);
  const { Versions, DeleteMarkers } = await s3().send(new ListObjectVersionsCommand({ Bucket: 'kept', Prefix: 'v' }));
  expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
    [second.VersionId, false],
    [first.VersionId, false],
  ]);
  expect(DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([[marker, true]]);
  await s3().send(new DeleteObjectCommand({ Bucket: 'kept', Key: 'v', VersionId: marker }));
  expect(await text('kept', 'v')).toBe('two');
  await s3().send(new DeleteObjectCommand({ Bucket: 'kept', Key: 'v', VersionId: second.VersionId }));
  expect(await text('kept', 'v')).toBe('one');
  expect((await refusal(text('kept', 'v', 'none')))[0]).toBe('NoSuchVersion');
});

test('a locked version stays until its time, and only governance gives way to those who may bypass it', async () => {
  const { VersionId } = await put('locked', 'g', 'x');
  const found = await s3().send(new GetObjectRetentionCommand({ Bucket: 'locked', Key: 'g' }));
  expect(found.Retention?.Mode).toBe('GOVERNANCE');
  const gone = (Key: string, id: string | undefined, more = {}) =>
    s3().send(new DeleteObjectCommand({ Bucket: 'locked', Key, VersionId: id, ...more }));
  expect(await refusal(gone('g', VersionId))).toEqual([
    'AccessDenied',
    'Access Denied because object protected by object lock.',
  ]);
  // A marker hides it and removes nothing.
  await gone('g', undefined);
  await gone('g', VersionId, { BypassGovernanceRetention: true });
  const until = new Date(test_.clock.now() + 86_400_000);
  const strict = await put('locked', 'c', 'x', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until });
  const bypassed = gone('c', strict.VersionId, { BypassGovernanceRetention: true });
  expect((await refusal(bypassed))[0]).toBe('AccessDenied');
  const sooner = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(until.getTime() - 3_600_000) };
  expect(
    (await refusal(s3().send(new PutObjectRetentionCommand({ Bucket: 'locked', Key: 'c', Retention: sooner }))))[0],
  ).toBe('AccessDenied');
  await test_.clock.sleep(2 * 86_400_000);
  await gone('c', strict.VersionId);
});

test('a legal hold keeps a version whatever its retention says', async () => {
  const { VersionId } = await put('locked', 'h', 'x', {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(test_.clock.now() + 60_000),
  });
  const hold = (Status: 'ON' | 'OFF') =>
    s3().send(new PutObjectLegalHoldCommand({ Bucket: 'locked', Key: 'h', LegalHold: { Status } }));
  await hold('ON');
  expect((await s3().send(new GetObjectLegalHoldCommand({ Bucket: 'locked', Key: 'h' }))).LegalHold?.Status).toBe('ON');
  const remove = () =>
    s3().send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'h', VersionId, BypassGovernanceRetention: true }));
  expect((await refusal(remove()))[0]).toBe('AccessDenied');
  await hold('OFF');
  await remove();
});

test('a listing goes page by page, with what stands before a delimiter once', async () => {
  for (const Key of ['l/1', 'l/2', 'l/a/1', 'l/a/2', 'l/b/1', 'l/ü 3']) await put('plain', Key, 'x');
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const page = await s3().send(
      new ListObjectsV2Command({
        Bucket: 'plain',
        Prefix: 'l/',
        Delimiter: '/',
        MaxKeys: 2,
        ContinuationToken: token,
        EncodingType: 'url',
      }),
    );
    pages.push([
      ...(page.Contents ?? []).map(({ Key = '' }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
    ]);
    token = page.NextContinuationToken;
  } while (token);
  expect(pages).toEqual([['l/1', 'l/2'], ['l/a/', 'l/b/'], ['l/%C3%BC%203']]);
});

test('an upload in parts becomes one object, and gives a part of itself back', async () => {
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
  const target = { Bucket: 'kept', Key: 'parts' };
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...target, Metadata: { a: 'b' } }));
  const sent = [];
  for (const [i, Body] of parts.entries()) {
    const { ETag, ChecksumCRC32 } = await s3().send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: i + 1, Body }),
    );
    sent.push({ PartNumber: i + 1, ETag, ChecksumCRC32 });
  }
  expect((await s3().send(new ListPartsCommand({ ...target, UploadId }))).Parts).toHaveLength(2);
  expect((await s3().send(new ListMultipartUploadsCommand({ Bucket: 'kept' }))).Uploads?.map(({ Key }) => Key)).toEqual(
    ['parts'],
  );
  const done = await s3().send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: sent } }),
  );
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const whole = await s3().send(new GetObjectCommand(target));
  expect(whole.Metadata).toEqual({ a: 'b' });
  expect(digest((await whole.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(digest(Buffer.concat(parts)));
  const range = await s3().send(new GetObjectCommand({ ...target, Range: 'bytes=5242880-5242889' }));
  expect(range.ContentRange).toBe('bytes 5242880-5242889/5243880');
  expect(Buffer.from((await range.Body?.transformToByteArray()) ?? [])).toEqual(parts[1]?.subarray(0, 10));
});

test('parts that are too small, out of order or unknown are refused, and an abort forgets them', async () => {
  const target = { Bucket: 'plain', Key: 'bad' };
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand(target));
  const etags: (string | undefined)[] = [];
  for (const PartNumber of [1, 2]) {
    etags.push((await s3().send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: 'small' }))).ETag);
  }
  const complete = (numbers: number[], etag?: string) =>
    refusal(
      s3().send(
        new CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: {
            Parts: numbers.map((PartNumber) => ({ PartNumber, ETag: etag ?? etags[PartNumber - 1] })),
          },
        }),
      ),
    );
  expect((await complete([1, 2]))[0]).toBe('EntityTooSmall');
  expect((await complete([2, 1]))[0]).toBe('InvalidPartOrder');
  expect((await complete([1], '"0"'))[0]).toBe('InvalidPart');
  await s3().send(new AbortMultipartUploadCommand({ ...target, UploadId }));
  expect((await complete([1]))[0]).toBe('NoSuchUpload');
});

test('a copy takes body, metadata and tags with it, or gets new ones', async () => {
  await put('plain', 'from', 'body', { Metadata: { a: 'b' }, Tagging: 't=1' });
  await s3().send(new CopyObjectCommand({ Bucket: 'kept', Key: 'to', CopySource: 'plain/from' }));
  const copy = await s3().send(new HeadObjectCommand({ Bucket: 'kept', Key: 'to' }));
  expect(copy).toMatchObject({ Metadata: { a: 'b' }, ServerSideEncryption: 'aws:kms' });
  expect(await text('kept', 'to')).toBe('body');
  await s3().send(
    new CopyObjectCommand({
      Bucket: 'kept',
      Key: 'to',
      CopySource: 'plain/from',
      MetadataDirective: 'REPLACE',
      Metadata: { c: 'd' },
    }),
  );
  expect((await s3().send(new HeadObjectCommand({ Bucket: 'kept', Key: 'to' }))).Metadata).toEqual({ c: 'd' });
});

test('conditions on a write and on a read hold', async () => {
  const { ETag } = await put('plain', 'cond', 'one');
  expect((await refusal(put('plain', 'cond', 'two', { IfNoneMatch: '*' })))[0]).toBe('PreconditionFailed');
  expect((await refusal(put('plain', 'cond', 'two', { IfMatch: '"0"' })))[0]).toBe('PreconditionFailed');
  await put('plain', 'cond', 'two', { IfMatch: ETag });
  expect(await text('plain', 'cond')).toBe('two');
});

test('a checksum that is not that of the body is refused', async () => {
  expect(
    (await refusal(put('plain', 'sum', 'x', { ChecksumSHA256: createHash('sha256').update('y').digest('base64') })))[0],
  ).toBe('BadDigest');
});

test('several are deleted at once, and what could not be is told for each', async () => {
  await put('plain', 'd1', 'x');
  const held = await put('locked', 'd2', 'x');
  const one = await s3().send(
    new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects: [{ Key: 'd1' }, { Key: 'none' }] } }),
  );
  expect(one.Deleted?.map(({ Key }) => Key)).toEqual(['d1', 'none']);
  const two = await s3().send(
    new DeleteObjectsCommand({ Bucket: 'locked', Delete: { Objects: [{ Key: 'd2', VersionId: held.VersionId }] } }),
  );
  expect(two.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([['d2', 'AccessDenied']]);
});

test('a bucket tells what it is', async () => {
  const { Buckets = [] } = await s3().send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual(['kept', 'locked', 'plain']);
  expect((await s3().send(new GetBucketLocationCommand({ Bucket: 'plain' }))).LocationConstraint).toBe(region);
  expect((await s3().send(new GetBucketVersioningCommand({ Bucket: 'kept' }))).Status).toBe('Enabled');
  expect((await s3().send(new GetBucketTaggingCommand({ Bucket: 'plain' }))).TagSet).toEqual([
    { Key: 'team', Value: 'data' },
  ]);
  const { ServerSideEncryptionConfiguration } = await s3().send(new GetBucketEncryptionCommand({ Bucket: 'kept' }));
  expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
    SSEAlgorithm: 'aws:kms',
    KMSMasterKeyID: test_.arn('S', 'Key'),
  });
  const { ObjectLockConfiguration } = await s3().send(new GetObjectLockConfigurationCommand({ Bucket: 'locked' }));
  expect(ObjectLockConfiguration).toEqual({
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
  });
  await put('plain', 'tagged', 'x');
  await s3().send(
    new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'tagged', Tagging: { TagSet: [{ Key: 'a', Value: '<&>' }] } }),
  );
  expect((await s3().send(new GetObjectTaggingCommand({ Bucket: 'plain', Key: 'tagged' }))).TagSet).toEqual([
    { Key: 'a', Value: '<&>' },
  ]);
});

test('a bucket that is not empty cannot be deleted', async () => {
  await put('plain', 'stays', 'x');
  const result = await test_.deploy(
    'S',
    { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy } } },
    code,
  );
  expect(result.left?.join(' ')).toContain('The bucket you tried to delete is not empty.');
});
