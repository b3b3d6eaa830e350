import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Watched } from './watch';

/** In S3: the one file of this capability that calls AWS. */
export function watchedIn(client: S3Client, Bucket: string): Watched {
  return {
    list: async (Prefix) => {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      }
      return keys;
    },
    read: async (Key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    write: async (Key, Body) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: 'SHA256' }));
    },
  };
}

/** One line of CloudWatch's embedded metrics. */
export function measureIn(environment: string, metrics: Readonly<Record<string, number>>): void {
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: 'Plinth',
          Dimensions: [['Environment']],
          Metrics: Object.keys(metrics).map((Name) => ({ Name })),
        },
      ],
    },
    Environment: environment,
    ...metrics,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
