import type { Answer, ApprovalRequest, Settled } from './contract';

/** What is kept of requests: objects below two prefixes of the evidence, those of tokens for these functions alone. */
export interface Requests {
  read(key: string): Promise<string | undefined>;
  write(key: string, body: string): Promise<void>;
  remove(key: string): Promise<void>;
  list(prefix: string): Promise<readonly string[]>;
}

/** What waits. */
export interface Executions {
  /** Ends the waiting. False when it does not wait any more. */
  wake(token: string): Promise<boolean>;
  /** By its ARN. */
  isUnderWay(execution: string): Promise<boolean>;
}

const shown = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
const requestKey = (id: string) => `approvals/${id}/request.json`;
const answerKey = (id: string, name: string) => `approvals/${id}/answers/${name}.json`;
const settledKey = (id: string) => `approvals/${id}/settled.json`;
const tokens = 'approval-tokens/';
const tokenKey = (id: string) => `${tokens}${id}`;

export const isId = (id: unknown): id is string => typeof id === 'string' && /^[A-Za-z0-9-]{1,100}$/.test(id);

/** The objects of one bucket, by what they are. */
export class RequestBook {
  constructor(private readonly requests: Requests) {}

  async open(request: ApprovalRequest, token: string): Promise<void> {
    await this.requests.write(requestKey(request.Id), shown(request));
    await this.requests.write(tokenKey(request.Id), token);
  }

  request = (id: string) => this.json<ApprovalRequest>(requestKey(id));
  token = (id: string) => this.requests.read(tokenKey(id));
  answer = (id: string, name: string) => this.json<Answer>(answerKey(id, name));
  settled = (id: string) => this.json<Settled>(settledKey(id));

  async answers(id: string, names: readonly string[]): Promise<Answer[]> {
    const found = await Promise.all(names.map((name) => this.answer(id, name)));
    return found.filter((each): each is Answer => each !== undefined);
  }

  keep = (id: string, answer: Answer) => this.requests.write(answerKey(id, answer.Name), shown(answer));

  async settle(settled: Settled): Promise<void> {
    await this.requests.write(settledKey(settled.Id), shown(settled));
    // It opens nothing any more; gone, it also says that the request is closed.
    await this.requests.remove(tokenKey(settled.Id));
  }

  /** Those that were not settled, the oldest first. */
  async waiting(): Promise<ApprovalRequest[]> {
    const ids = (await this.requests.list(tokens)).map((key) => key.slice(tokens.length));
    const found = await Promise.all(ids.map((id) => this.request(id)));
    return found
      .filter((each): each is ApprovalRequest => each !== undefined)
      .sort((a, b) => a.AskedAt.localeCompare(b.AskedAt));
  }

  private async json<T>(key: string): Promise<T | undefined> {
    const text = await this.requests.read(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }
}
