import { AwsError, UnknownToRehearsal } from './errors';
import type { HttpRequest, HttpResponse, Wire } from './protocols';
import { escaped } from './query';
import { bodyMembers } from './s3-bodies';
import { flatXml } from './xml';

// S3's own REST: the operation is in the method, in whether there is a key, and in one name of the query.
const routes: Readonly<Record<string, string>> = {
  'GET service': 'ListBuckets',
  'HEAD bucket': 'HeadBucket',
  'GET bucket': 'ListObjects',
  'GET bucket list-type': 'ListObjectsV2',
  'GET bucket versions': 'ListObjectVersions',
  'GET bucket uploads': 'ListMultipartUploads',
  'GET bucket location': 'GetBucketLocation',
  'GET bucket versioning': 'GetBucketVersioning',
  'GET bucket encryption': 'GetBucketEncryption',
  'GET bucket object-lock': 'GetObjectLockConfiguration',
  'GET bucket tagging': 'GetBucketTagging',
  'POST bucket delete': 'DeleteObjects',
  'GET key': 'GetObject',
  'HEAD key': 'HeadObject',
  'PUT key': 'PutObject',
  'DELETE key': 'DeleteObject',
  'GET key tagging': 'GetObjectTagging',
  'PUT key tagging': 'PutObjectTagging',
  'GET key retention': 'GetObjectRetention',
  'PUT key retention': 'PutObjectRetention',
  'GET key legal-hold': 'GetObjectLegalHold',
  'PUT key legal-hold': 'PutObjectLegalHold',
  'POST key uploads': 'CreateMultipartUpload',
  'PUT key uploadId': 'UploadPart',
  'POST key uploadId': 'CompleteMultipartUpload',
  'DELETE key uploadId': 'AbortMultipartUpload',
  'GET key uploadId': 'ListParts',
};

const subresources =
  /^(list-type|versions|uploads|uploadId|location|versioning|encryption|object-lock|tagging|delete|retention|legal-hold|acl|policy|lifecycle|cors|notification|replication|website|logging|attributes|torrent|restore|select|publicAccessBlock|ownershipControls|metrics|inventory|analytics|policyStatus|requestPayment|accelerate)$/;

const queryMembers: Readonly<Record<string, string>> = {
  versionId: 'VersionId',
  partNumber: 'PartNumber',
  uploadId: 'UploadId',
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'max-parts': 'MaxParts',
  'max-uploads': 'MaxUploads',
  marker: 'Marker',
  'continuation-token': 'ContinuationToken',
  'start-after': 'StartAfter',
  'encoding-type': 'EncodingType',
  'key-marker': 'KeyMarker',
  'version-id-marker': 'VersionIdMarker',
  'part-number-marker': 'PartNumberMarker',
  'fetch-owner': 'FetchOwner',
};

const headerMembers: Readonly<Record<string, string>> = {
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-language': 'ContentLanguage',
  'content-md5': 'ContentMD5',
  'content-type': 'ContentType',
  expires: 'Expires',
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  'if-modified-since': 'IfModifiedSince',
  'if-unmodified-since': 'IfUnmodifiedSince',
  range: 'Range',
  'x-amz-acl': 'ACL',
  'x-amz-bypass-governance-retention': 'BypassGovernanceRetention',
  'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-sdk-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-crc32c': 'ChecksumCRC32C',
  'x-amz-checksum-sha1': 'ChecksumSHA1',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
  'x-amz-checksum-crc64nvme': 'ChecksumCRC64NVME',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-checksum-type': 'ChecksumType',
  'x-amz-copy-source': 'CopySource',
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-metadata-directive': 'MetadataDirective',
  'x-amz-mp-object-size': 'MpuObjectSize',
  'x-amz-object-lock-legal-hold': 'ObjectLockLegalHoldStatus',
  'x-amz-object-lock-mode': 'ObjectLockMode',
  'x-amz-object-lock-retain-until-date': 'ObjectLockRetainUntilDate',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-server-side-encryption-bucket-key-enabled': 'BucketKeyEnabled',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-tagging': 'Tagging',
  'x-amz-tagging-directive': 'TaggingDirective',
};

// Of the signature and the transport, not of the operation.
const transport = /^x-amz-(date|content-sha256|security-token|user-agent|decoded-content-length|trailer|te)$|^amz-sdk-/;

export function s3Wire(region: string): Wire {
  return {
    read: (request) => {
      const { bucket, key } = placeOf(request, region);
      const names = [...request.url.searchParams.keys()];
      const level = key !== undefined ? 'key' : bucket !== undefined ? 'bucket' : 'service';
      const sub = names.find((name) => subresources.test(name));
      const route = `${request.method} ${level}${sub === undefined ? '' : ` ${sub}`}`;
      const found = routes[route];
      if (!found) throw new UnknownToRehearsal(`${route} of S3`);
      const copies = request.headers['x-amz-copy-source'] !== undefined;
      if (copies && found !== 'PutObject') throw new UnknownToRehearsal('UploadPartCopy of S3');
      const operation = copies ? 'CopyObject' : found;
      const input = {
        ...(bucket !== undefined && { Bucket: bucket }),
        ...(key !== undefined && { Key: key }),
        ...fromQuery(request),
        ...fromHeaders(request, operation),
        ...bodyMembers(operation, request.body),
      };
      return { operation, input };
    },
    write: (operation, output, requestId) => withId(written(operation, (output ?? {}) as Output), requestId),
    fail: ({ code, message, status }, requestId) =>
      withId(
        {
          status,
          headers: { 'content-type': 'application/xml' },
          body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
        },
        requestId,
      ),
  };
}

const withId = (response: HttpResponse, requestId: string): HttpResponse => ({
  ...response,
  headers: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId, ...response.headers },
});

/** `bucket.s3.region.amazonaws.com/key`, or `host/bucket/key`. */
function placeOf({ host, target }: HttpRequest, region: string): { bucket?: string; key?: string } {
  const path = (target.split('?')[0] ?? '').slice(1);
  const virtual = new RegExp(`^(.+)\\.s3(?:\\.dualstack)?\\.${region}\\.amazonaws\\.com(?::\\d+)?$`).exec(host)?.[1];
  const slash = path.indexOf('/');
  const [bucket, rest] =
    virtual !== undefined ? [virtual, path] : slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
  if (bucket === '') return {};
  return rest === '' ? { bucket } : { bucket, key: decodeURIComponent(rest) };
}

function fromQuery({ url }: HttpRequest): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of url.searchParams) {
    const member = queryMembers[name];
    if (member) found[member] = value;
    else if (!subresources.test(name) && name !== 'x-id') throw new UnknownToRehearsal(`the parameter ${name} of S3`);
  }
  return found;
}

function fromHeaders({ headers }: HttpRequest, operation: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const metadata: Record<string, string> = {};
  const takesContent = ['PutObject', 'CopyObject', 'CreateMultipartUpload'].includes(operation);
  for (const [name, value] of Object.entries(headers)) {
    const member = headerMembers[name];
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = value;
    else if (name === 'content-encoding') {
      const left = value.split(',').map((each) => each.trim());
      const own = left.filter((each) => each !== 'aws-chunked' && each !== '').join(',');
      if (own !== '') found['ContentEncoding'] = own;
    } else if (name === 'content-type' && !takesContent) continue;
    else if (member) found[member] = value;
    else if (name.startsWith('x-amz-') && !transport.test(name))
      throw new UnknownToRehearsal(`the header ${name} of S3`);
  }
  if (Object.keys(metadata).length > 0) found['Metadata'] = metadata;
  return found;
}

type Output = Readonly<Record<string, unknown>>;

// What travels in headers, in both directions or only back.
const answerHeaders: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(headerMembers).map(([header, member]) => [member, header])),
  AcceptRanges: 'accept-ranges',
  ContentEncoding: 'content-encoding',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  DeleteMarker: 'x-amz-delete-marker',
  ETag: 'etag',
  LastModified: 'last-modified',
  PartsCount: 'x-amz-mp-parts-count',
  TagCount: 'x-amz-tagging-count',
  VersionId: 'x-amz-version-id',
  CopySourceVersionId: 'x-amz-copy-source-version-id',
  BucketRegion: 'x-amz-bucket-region',
};

/** Answers that are XML: the name of the whole, and which member of the output it is, where it is not all of it. */
const roots: Readonly<Record<string, readonly [root: string, member?: string]>> = {
  ListBuckets: ['ListAllMyBucketsResult'],
  ListObjects: ['ListBucketResult'],
  ListObjectsV2: ['ListBucketResult'],
  ListObjectVersions: ['ListVersionsResult'],
  ListMultipartUploads: ['ListMultipartUploadsResult'],
  ListParts: ['ListPartsResult'],
  GetBucketLocation: ['LocationConstraint', 'LocationConstraint'],
  GetBucketVersioning: ['VersioningConfiguration'],
  GetBucketEncryption: ['ServerSideEncryptionConfiguration', 'ServerSideEncryptionConfiguration'],
  GetObjectLockConfiguration: ['ObjectLockConfiguration', 'ObjectLockConfiguration'],
  GetBucketTagging: ['Tagging'],
  GetObjectTagging: ['Tagging'],
  GetObjectRetention: ['Retention', 'Retention'],
  GetObjectLegalHold: ['LegalHold', 'LegalHold'],
  DeleteObjects: ['DeleteResult'],
  CopyObject: ['CopyObjectResult', 'CopyObjectResult'],
  CreateMultipartUpload: ['InitiateMultipartUploadResult'],
  CompleteMultipartUpload: ['CompleteMultipartUploadResult'],
};

const itemNames: Readonly<Record<string, string>> = {
  Buckets: 'Buckets/Bucket',
  TagSet: 'TagSet/Tag',
  Rules: 'Rule',
  Versions: 'Version',
  DeleteMarkers: 'DeleteMarker',
  Errors: 'Error',
  Parts: 'Part',
  Uploads: 'Upload',
};

function written(operation: string, output: Output): HttpResponse {
  const root = roots[operation];
  const headers: Record<string, string> = {};
  for (const [member, value] of Object.entries(output)) {
    const header = answerHeaders[member];
    if (value === undefined || header === undefined || (root && !inHeadersToo(operation, member))) continue;
    headers[header] = value instanceof Date ? httpDate(header, value) : String(value);
  }
  for (const [name, value] of Object.entries((output['Metadata'] ?? {}) as Record<string, string>)) {
    headers[`x-amz-meta-${name}`] = value;
  }
  if (root) {
    const [name, member] = root;
    const tree = member === undefined ? output : output[member];
    const body = flatXml(name, encodedKeys(tree), itemNames).replace(
      `<${name}>`,
      `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
    );
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${body || `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`}`;
    return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body: xml };
  }
  const body = output['Body'] as Buffer | undefined;
  if (operation === 'HeadObject' || operation === 'GetObject') {
    return { status: output['ContentRange'] === undefined ? 200 : 206, headers, ...(body && { body }) };
  }
  return { status: operation.startsWith('Delete') || operation.startsWith('Abort') ? 204 : 200, headers };
}

const inHeadersToo = (operation: string, member: string) =>
  ['CopyObject', 'CreateMultipartUpload', 'CompleteMultipartUpload'].includes(operation) &&
  /^(ServerSideEncryption|SSEKMSKeyId|BucketKeyEnabled|VersionId|CopySourceVersionId|ChecksumAlgorithm)$/.test(member);

const httpDate = (header: string, date: Date) =>
  header.startsWith('x-amz-') ? date.toISOString() : date.toUTCString();

/** With `EncodingType: url`, what could not stand in XML is encoded. */
function encodedKeys(tree: unknown): unknown {
  const { EncodingType } = (tree ?? {}) as { readonly EncodingType?: unknown };
  if (EncodingType === undefined) return tree;
  if (EncodingType !== 'url') throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request');
  const visit = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, name));
    if (typeof value === 'string') {
      const encodes = /^(Key|Prefix|Delimiter|StartAfter|KeyMarker|NextKeyMarker|Marker|NextMarker)$/.test(name);
      return encodes ? encodeURIComponent(value).replaceAll('%2F', '/') : value;
    }
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, key)]));
  };
  return visit(tree, '');
}
