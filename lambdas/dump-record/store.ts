import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { metricDimension, metricNamespace } from '../heartbeat/contract';
import type { DumpStore, Measure } from './record';

/** In S3: the one file of this capability that calls AWS. */
export function s3Dumps(client: S3Client, Bucket: string): DumpStore {
  return {
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
      const ContentType = 'application/json';
      // S3 compares the sum with what has arrived, and keeps it with the object.
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ChecksumAlgorithm: 'SHA256' }));
    },
    size: async (Key) => {
      try {
        return (await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength;
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
  };
}

/** CloudWatch's embedded metric format: a line of the log that becomes metrics without a call. */
export const measuring =
  (environment: string): Measure =>
  (metrics) => {
    const Metrics = Object.keys(metrics).map((Name) => ({ Name }));
    const line = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: [[metricDimension]], Metrics }],
      },
      [metricDimension]: environment,
      ...metrics,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
