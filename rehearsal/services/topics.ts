import type { Account } from '../account';
import { members, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { Items } from '../cloud/query';

export interface Message {
  readonly topic: string;
  readonly subject: string | undefined;
  readonly text: string;
}

/** SNS: topics keep what was published to them, and send nothing anywhere. */
export class Topics {
  readonly messages: Message[] = [];
  readonly #topics = new Set<string>();

  constructor(private readonly account: Account) {}

  create(name: string): string {
    const arn = this.account.arn('sns', name);
    this.#topics.add(arn);
    return arn;
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
        const subject = Subject === undefined ? undefined : String(Subject);
        return { MessageId: this.publish(String(TopicArn), String(Message), subject) };
      },
      ListTopics: async (input, call) => {
        members(input, []);
        call.authorize('sns:ListTopics', '*');
        return {
          Topics: new Items(
            'member',
            [...this.#topics].map((TopicArn) => ({ TopicArn })),
          ),
        };
      },
    },
  };
}
