import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

export type Tell = (subject: string, message: string) => Promise<void>;

// The most that SNS takes for a subject, and for a message.
const subjectLength = 100;
const messageLength = 200_000;

export const tellIn =
  (client: SNSClient, TopicArn: string): Tell =>
  async (subject, message) => {
    const Subject = subject.slice(0, subjectLength);
    await client.send(new PublishCommand({ TopicArn, Subject, Message: message.slice(0, messageLength) }));
  };
