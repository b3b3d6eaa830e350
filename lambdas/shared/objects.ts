import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';

/** The objects of one bucket. What is not there is undefined. */
export interface Objects {
  read(key: string): Promise<string | undefined>;
  write(key: string, body: string, type?: string): Promise<void>;
  remove(key: string): Promise<void>;
  size(key: string): Promise<number | undefined>;
  /** Keys below a prefix, in their order. */
  list(prefix: string): Promise<readonly string[]>;
}

export function objectsIn(client: S3Client, Bucket: string): Objects {
  return {
    read: (Key) =>
      unless(NoSuchKey, async () =>
        (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString(),
      ),
    write: async (Key, Body, ContentType = 'application/json') => {
      // S3 compares the sum with what has arrived, and keeps it with the object.
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ChecksumAlgorithm: 'SHA256' }));
    },
    remove: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    size: (Key) =>
      unless(NotFound, async () => (await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength),
    list: async (Prefix) => {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      }
      return keys;
    },
  };
}

async function unless<T>(missing: typeof NoSuchKey | typeof NotFound, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof missing) return undefined;
    throw error;
  }
}
