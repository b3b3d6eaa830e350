import type { Account } from '../account';
import { members, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { Items } from '../cloud/query';
import type { Keys } from './keys';

export interface Message {
  readonly topic: string;
  readonly subject: string | undefined;
  readonly text: string;
}

/** SNS: topics keep what was published to them, and send nothing anywhere. */
export class Topics {
  readonly messages: Message[] = [];
  /** With the key of each, where it has one. */
  readonly #topics = new Map<string, string | undefined>();

  constructor(
    private readonly account: Account,
    private readonly keys: Keys,
  ) {}

  create(name: string, key?: string): string {
    const arn = this.account.arn('sns', name);
    this.#topics.set(arn, key);
    return arn;
  }

  encryptBy(arn: string, key: string | undefined): void {
    this.#topics.set(arn, key);
  }

  remove(arn: string): void {
    this.#topics.delete(arn);
  }

  publish(topic: string, text: string, subject?: string): string {
    if (!this.#topics.has(topic)) throw new AwsError('NotFound', 'Topic does not exist', 404);
    this.messages.push({ topic, subject, text });
    return this.account.random(32);
  }

  readonly service: Service = {
    name: 'sns',
    protocol: 'query',
    operations: {
      Publish: async (input, call) => {
        const { TopicArn, Message, Subject } = members(input, ['TopicArn', 'Message', 'Subject']);
        call.authorize('sns:Publish', String(TopicArn));
        const key = this.#topics.get(String(TopicArn));
        // What is published to an encrypted topic is encrypted with the rights of whoever publishes.
        if (key !== undefined) {
          for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) this.keys.authorized(call, action, key, {});
        }
        const subject = Subject === undefined ? undefined : String(Subject);
        return { MessageId: this.publish(String(TopicArn), String(Message), subject) };
      },
      ListTopics: async (input, call) => {
        members(input, []);
        call.authorize('sns:ListTopics', '*');
        return {
          Topics: new Items(
            'member',
            [...this.#topics.keys()].map((TopicArn) => ({ TopicArn })),
          ),
        };
      },
    },
  };
}
