import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand, type SFNClient, TaskTimedOut } from '@aws-sdk/client-sfn';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Requests, Tell, Waker } from './requests';

/** In S3: with the two below, the one file of this capability that calls AWS by its SDK. */
export function requestsIn(client: S3Client, Bucket: string): Requests {
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
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: 'SHA256' }));
    },
    remove: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
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

export function wakerIn(client: SFNClient): Waker {
  return {
    wake: async (taskToken) => {
      try {
        // It only wakes: what was decided is read from what is stored.
        await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        return true;
      } catch (error) {
        if (error instanceof TaskTimedOut) return false;
        throw error;
      }
    },
  };
}

// The most that SNS takes for a subject.
const subjectLength = 100;

export const tellIn =
  (client: SNSClient, TopicArn: string): Tell =>
  async (subject, Message) => {
    await client.send(new PublishCommand({ TopicArn, Subject: subject.slice(0, subjectLength), Message }));
  };
