import type { Account } from '../account';
import { AwsError } from '../cloud/errors';
import type { Checksum } from './bucket-checksums';

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: Date;
}

export type Encryption =
  | { readonly algorithm: 'AES256' }
  | {
      readonly algorithm: 'aws:kms';
      readonly key: string;
      readonly sealedKey: Buffer;
      readonly context: Readonly<Record<string, string>>;
      readonly bucketKey: boolean;
    };

/** One version of an object; a marker stands for its deletion. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` is the name of a version that was written while versions were not kept. */
  readonly id: string;
  readonly marker: boolean;
  readonly modified: Date;
  readonly etag: string;
  readonly size: number;
  /** As it lies there: encrypted, where a key of the account does that. */
  readonly stored: Buffer;
  readonly encryption: Encryption;
  /** Content-Type and its like, under the names of the API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  readonly parts?: number;
  tags: Readonly<Record<string, string>>;
  retention: Retention | undefined;
  legalHold: boolean;
}

export interface BucketSettings {
  readonly versioning: 'Enabled' | 'Suspended' | undefined;
  readonly encryption:
    | { readonly algorithm: 'AES256' | 'aws:kms'; readonly key: string | undefined; readonly bucketKey: boolean }
    | undefined;
  readonly objectLock: boolean;
  readonly retention: { readonly mode: Retention['mode']; readonly days: number } | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  settings: BucketSettings;
  /** By key, the newest first. */
  readonly objects: Map<string, ObjectVersion[]>;
}

const dayMs = 24 * 60 * 60_000;

/** S3's buckets and what lies in them. */
export class Buckets {
  readonly buckets = new Map<string, Bucket>();

  constructor(
    readonly account: Account,
    readonly now: () => Date,
  ) {}

  create(name: string, settings: BucketSettings): Bucket {
    if (this.buckets.has(name)) {
      throw new AwsError('BucketAlreadyOwnedByYou', `${name} already exists`, 409);
    }
    const bucket = { name, arn: this.arnOf(name), created: this.now(), settings, objects: new Map() };
    this.buckets.set(name, bucket);
    return bucket;
  }

  remove(name: string): void {
    if (this.find(name).objects.size > 0) {
      throw new AwsError(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
        409,
      );
    }
    this.buckets.delete(name);
  }

  find(name: string): Bucket {
    const found = this.buckets.get(name);
    if (found) return found;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }

  arnOf(bucket: string, key?: string): string {
    return `arn:${this.account.partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
  }

  newId({ settings }: Bucket): string {
    return settings.versioning === 'Enabled' ? this.account.random(32) : 'null';
  }

  /** The retention that a new version gets where nobody asked for another. */
  defaultRetention({ settings: { retention } }: Bucket): Retention | undefined {
    return retention && { mode: retention.mode, until: new Date(this.now().getTime() + retention.days * dayMs) };
  }

  put(bucket: Bucket, version: ObjectVersion): void {
    const before = bucket.objects.get(version.key) ?? [];
    bucket.objects.set(version.key, [version, ...before.filter(({ id }) => id !== version.id)]);
  }

  /** The newest, or the one of that id; a marker is not found unless it is asked for by its id. */
  version(bucket: Bucket, key: string, id?: string): ObjectVersion | undefined {
    const all = bucket.objects.get(key) ?? [];
    return id === undefined ? all[0] : all.find((each) => each.id === id);
  }

  /** Puts a marker on top, or removes the version for good. */
  delete(bucket: Bucket, key: string, id: string | undefined, bypass: boolean): ObjectVersion | undefined {
    if (id === undefined && bucket.settings.versioning !== undefined) {
      const marker = this.markerFor(bucket, key);
      const replaced = marker.id === 'null' ? this.version(bucket, key, 'null') : undefined;
      if (replaced) this.refuseLocked(replaced, bypass);
      this.put(bucket, marker);
      return marker;
    }
    const found = this.version(bucket, key, id);
    if (!found) return undefined;
    this.refuseLocked(found, bypass);
    const left = (bucket.objects.get(key) ?? []).filter((each) => each !== found);
    if (left.length > 0) bucket.objects.set(key, left);
    else bucket.objects.delete(key);
    return found;
  }

  /** Object Lock: nothing and nobody removes it before its time; governance gives way to those who may bypass it. */
  private refuseLocked({ retention, legalHold }: ObjectVersion, bypass: boolean): void {
    const held = retention && retention.until > this.now() && !(retention.mode === 'GOVERNANCE' && bypass);
    if (held || legalHold) {
      throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
    }
  }

  private markerFor(bucket: Bucket, key: string): ObjectVersion {
    return {
      key,
      id: this.newId(bucket),
      marker: true,
      modified: this.now(),
      etag: '',
      size: 0,
      stored: Buffer.alloc(0),
      encryption: { algorithm: 'AES256' },
      headers: {},
      metadata: {},
      checksum: undefined,
      tags: {},
      retention: undefined,
      legalHold: false,
    };
  }
}
