import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { EvidenceStore, Telling } from './seams';

/** In S3: with SNS below, the one file of this capability that calls AWS. */
export function s3Store(client: S3Client, Bucket: string): EvidenceStore {
  return {
    write: async (Key, Body, ContentType) => {
      // S3 compares the sum with what has arrived, and keeps it with the object.
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ChecksumAlgorithm: 'SHA256' }));
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
    list: async (Prefix) => {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      }
      return keys;
    },
  };
}

// The most that SNS takes for a subject, and for a message.
const subjectLength = 100;
const messageLength = 200_000;

export function telling(client: SNSClient, TopicArn: string, environment: string): Telling {
  return {
    tell: async (subject, message) => {
      const Subject = subject.slice(0, subjectLength);
      await client.send(new PublishCommand({ TopicArn, Subject, Message: message.slice(0, messageLength) }));
    },
    measure: (metrics) => {
      const names = Object.keys(metrics);
      const line = {
        _aws: {
          Timestamp: Date.now(),
          CloudWatchMetrics: [
            { Namespace: 'Plinth', Dimensions: [['Environment']], Metrics: names.map((Name) => ({ Name })) },
          ],
        },
        Environment: environment,
        ...metrics,
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
  };
}
