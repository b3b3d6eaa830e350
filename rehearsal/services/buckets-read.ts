import { type Call, members, type Operation } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { opened } from './bucket-encryption';
import type { ObjectVersion } from './buckets';
import { answerOf, found, type Store } from './buckets-common';

type Input = Readonly<Record<string, unknown>>;

const known = ['Bucket', 'Key', 'VersionId', 'Range', 'IfMatch', 'IfNoneMatch', 'ChecksumMode'] as const;

/** Reading objects, and what lies in a bucket. */
export function reading(store: Store): Readonly<Record<string, Operation>> {
  const { buckets, keys } = store;
  const describe = (input: Input, call: Call) => {
    const given = members(input, known, ['ExpectedBucketOwner']);
    const { bucket, version } = found(store, call, given, 'GetObject');
    conditions(given, version);
    const range = rangeOf(given['Range'], version.size);
    const { ChecksumCRC32, ChecksumCRC32C, ChecksumSHA1, ChecksumSHA256, ChecksumType, ...rest } = answerOf(
      bucket,
      version,
    );
    const sums = { ChecksumCRC32, ChecksumCRC32C, ChecksumSHA1, ChecksumSHA256, ChecksumType };
    const tags = Object.keys(version.tags).length;
    return {
      version,
      range,
      answer: {
        AcceptRanges: 'bytes',
        ...version.headers,
        Metadata: version.metadata,
        LastModified: version.modified,
        ContentLength: range ? range.end - range.start + 1 : version.size,
        ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${version.size}` }),
        ...(tags > 0 && { TagCount: tags }),
        ...rest,
        // Of the whole; a client would hold it against the part.
        ...(given['ChecksumMode'] === 'ENABLED' && !range && sums),
      },
    };
  };
  return {
    GetObject: async (input, call) => {
      const { version, range, answer } = describe(input, call);
      const plain = opened(keys, call, version);
      return { ...answer, Body: range ? plain.subarray(range.start, range.end + 1) : plain };
    },
    HeadObject: async (input, call) => {
      const { version, answer } = describe(input, call);
      opened(keys, call, version);
      return answer;
    },
    ListObjectsV2: async (input, call) => {
      const names = [
        'Bucket',
        'Prefix',
        'Delimiter',
        'MaxKeys',
        'ContinuationToken',
        'StartAfter',
        'EncodingType',
      ] as const;
      const given = members(input, names, ['FetchOwner', 'ExpectedBucketOwner']);
      const after = given.ContinuationToken ?? given.StartAfter;
      const page = list(given, call, 's3:ListBucket', (all) => all.slice(0, 1).filter(({ marker }) => !marker), after);
      const { entries, prefixes, next, most } = page;
      return {
        Name: String(given.Bucket),
        Prefix: given.Prefix ?? '',
        Delimiter: given.Delimiter,
        MaxKeys: most,
        KeyCount: entries.length + prefixes.length,
        EncodingType: given.EncodingType,
        ContinuationToken: given.ContinuationToken,
        IsTruncated: next !== undefined,
        NextContinuationToken: next,
        Contents: entries.map((version) => listed(version)),
        CommonPrefixes: prefixes.map((Prefix) => ({ Prefix })),
      };
    },
    ListObjectVersions: async (input, call) => {
      const names = ['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'KeyMarker', 'EncodingType'] as const;
      const given = members(input, names, ['VersionIdMarker', 'ExpectedBucketOwner']);
      const page = list(given, call, 's3:ListBucketVersions', (all) => all, given.KeyMarker);
      const { entries, prefixes, next, bucket, most } = page;
      const entry = (version: ObjectVersion) => ({
        ...(version.marker ? { Key: version.key, LastModified: version.modified } : listed(version)),
        VersionId: version.id,
        IsLatest: bucket.objects.get(version.key)?.[0] === version,
      });
      return {
        Name: bucket.name,
        Prefix: given.Prefix ?? '',
        Delimiter: given.Delimiter,
        MaxKeys: most,
        EncodingType: given.EncodingType,
        IsTruncated: next !== undefined,
        NextKeyMarker: next,
        Versions: entries.filter(({ marker }) => !marker).map(entry),
        DeleteMarkers: entries.filter(({ marker }) => marker).map(entry),
        CommonPrefixes: prefixes.map((Prefix) => ({ Prefix })),
      };
    },
  };

  function list(
    given: Input,
    call: Call,
    action: string,
    choose: (versions: readonly ObjectVersion[]) => readonly ObjectVersion[],
    after: unknown,
  ) {
    const bucket = buckets.find(String(given['Bucket']));
    const prefix = String(given['Prefix'] ?? '');
    const delimiter = given['Delimiter'] === undefined ? '' : String(given['Delimiter']);
    const most = Math.min(Number(given['MaxKeys'] ?? 1000), 1000);
    call.authorize(action, bucket.arn, {
      's3:prefix': prefix,
      's3:max-keys': String(most),
      ...(delimiter !== '' && { 's3:delimiter': delimiter }),
    });
    const entries: ObjectVersion[] = [];
    const prefixes = new Set<string>();
    let last = '';
    let next: string | undefined;
    for (const key of [...bucket.objects.keys()].sort(byBytes)) {
      if (!key.startsWith(prefix)) continue;
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const shown = cut < 0 ? key : key.slice(0, cut + delimiter.length);
      if (after !== undefined && byBytes(shown, String(after)) <= 0) continue;
      const versions = choose(bucket.objects.get(key) ?? []);
      if (versions.length === 0 || prefixes.has(shown)) continue;
      // A page ends between keys, never between the versions of one.
      if (entries.length + prefixes.size >= most) {
        next = last;
        break;
      }
      if (cut < 0) entries.push(...versions);
      else prefixes.add(shown);
      last = shown;
    }
    return { bucket, entries, prefixes: [...prefixes], next, most };
  }
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const listed = ({ key, modified, etag, size, checksum }: ObjectVersion) => ({
  Key: key,
  LastModified: modified,
  ETag: etag,
  Size: size,
  StorageClass: 'STANDARD',
  ...(checksum && { ChecksumAlgorithm: checksum.member.replace('Checksum', ''), ChecksumType: checksum.type }),
});

const unquoted = (etag: unknown) => String(etag).replaceAll('"', '');

function conditions(given: Input, { etag }: ObjectVersion): void {
  const { IfMatch, IfNoneMatch } = given;
  if (IfMatch !== undefined && unquoted(IfMatch) !== unquoted(etag)) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
  if (IfNoneMatch !== undefined && unquoted(IfNoneMatch) === unquoted(etag))
    throw new AwsError('NotModified', 'Not Modified', 304);
}

function rangeOf(range: unknown, size: number): { readonly start: number; readonly end: number } | undefined {
  if (range === undefined) return undefined;
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(String(range)) ?? [];
  if (from === '' && to === '')
    throw new AwsError('InvalidArgument', `The rehearsal takes one range of bytes, not "${range}".`);
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { start, end };
}
