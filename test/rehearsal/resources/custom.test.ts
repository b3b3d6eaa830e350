import { Account } from '../../../rehearsal/account';
import { Clock } from '../../../rehearsal/clock';
import type { InvocationResult } from '../../../rehearsal/functions/process';
import { CustomResources } from '../../../rehearsal/resources/custom';
import { ResourceFailure, type ResourceRequest } from '../../../rehearsal/resources/type';

type Event = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>> | string;

/** CloudFormation, with a function that answers what a test says. */
class Talks {
  readonly events: Event[] = [];
  readonly broken: string[] = [];
  readonly seen: string[] = [];
  readonly clock = new Clock();
  deliveries = 1;
  /** What is PUT to the response URL; nothing when it gives nothing. */
  answers: (event: Event) => Answer | undefined = ({ PhysicalResourceId }) => ({
    Status: 'SUCCESS',
    PhysicalResourceId: PhysicalResourceId ?? 'id',
  });
  /** How the invocation itself ends. */
  invocation: () => InvocationResult = () => ({ payload: 'null' });

  readonly custom = new CustomResources({
    clock: this.clock,
    broken: (sentence) => this.broken.push(sentence),
    saw: (text, where) => this.seen.push(`${where}: ${text}`),
    deliveries: () => this.deliveries,
    invoke: async (_, event) => {
      this.events.push(event as Event);
      const result = this.invocation();
      const answer = this.answers(event as Event);
      if (answer !== undefined) this.put(event as Event, answer);
      return result;
    },
  });

  put({ ResponseURL, StackId, RequestId, LogicalResourceId }: Event, answer: Answer): void {
    const body =
      typeof answer === 'string' ? answer : JSON.stringify({ StackId, RequestId, LogicalResourceId, ...answer });
    this.custom.receive(new URL(String(ResponseURL)).pathname, Buffer.from(body));
  }

  readonly account = new Account('123456789012', 'eu-west-1');

  request(properties: Event = {}): ResourceRequest {
    return {
      account: this.account,
      stack: 'S',
      stackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/S/1',
      logicalId: 'Custom',
      type: 'Custom::Thing',
      properties: { ServiceToken: 'arn:function', ...properties },
    };
  }
  create(properties: Event = {}) {
    return this.custom.type.create(this.request(properties));
  }
  update(properties: Event, previous: Event = {}) {
    return this.custom.type.update?.({
      ...this.request(properties),
      id: 'id',
      previous: { ServiceToken: 'arn:function', ...previous },
      attributes: {},
    });
  }
  remove() {
    return this.custom.type.remove?.({ ...this.request(), id: 'id', previous: {}, attributes: {} });
  }
}

let talks: Talks;
beforeEach(() => {
  talks = new Talks();
});
afterEach(() => talks.clock.close());
const failure = async (promise: Promise<unknown> | undefined): Promise<ResourceFailure> => {
  const error = await promise?.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ResourceFailure) return error;
  throw new Error(`Expected a failure of the resource, and there was ${error}.`);
};

test('a Create tells all that CloudFormation tells, with numbers and truth values as text', async () => {
  talks.answers = () => ({ Status: 'SUCCESS', PhysicalResourceId: 'thing', Data: { Port: 5432 } });
  const made = await talks.create({ Count: 3, On: true, List: [1, { Deep: false }], Text: 'x' });
  expect(made).toEqual({ id: 'thing', attributes: { Port: 5432 } });
  const [event] = talks.events;
  expect(event).toMatchObject({
    RequestType: 'Create',
    ResourceType: 'Custom::Thing',
    LogicalResourceId: 'Custom',
    ResourceProperties: {
      ServiceToken: 'arn:function',
      Count: '3',
      On: 'true',
      List: ['1', { Deep: 'false' }],
      Text: 'x',
    },
  });
  expect(event).not.toHaveProperty('PhysicalResourceId');
  expect(event).not.toHaveProperty('OldResourceProperties');
  expect(String(event?.['ResponseURL'])).toMatch(
    /^https:\/\/cloudformation-custom-resource-response-euwest1\.s3\.eu-west-1\.amazonaws\.com\//,
  );
});

test('an Update tells the old properties too, and a Delete the physical id', async () => {
  await talks.update({ Size: 2 }, { Size: 1 });
  await talks.remove();
  expect(talks.events).toMatchObject([
    {
      RequestType: 'Update',
      PhysicalResourceId: 'id',
      ResourceProperties: { Size: '2' },
      OldResourceProperties: { Size: '1' },
    },
    { RequestType: 'Delete', PhysicalResourceId: 'id' },
  ]);
  expect(talks.events[1]).not.toHaveProperty('OldResourceProperties');
  expect(talks.broken).toEqual([]);
});

test.each<[string, (event: Event) => Answer, string]>([
  [
    'of more than 4096 bytes',
    () => ({ Status: 'SUCCESS', PhysicalResourceId: 'x', Data: { a: 'y'.repeat(4096) } }),
    'Response object is too long: ',
  ],
  ['that is no JSON', () => 'done', 'Invalid response object: it is not a JSON object.'],
  ['that is no object', () => 'null', 'Invalid response object: it is not a JSON object.'],
  [
    'without a physical id',
    () => ({ Status: 'SUCCESS' }),
    'Invalid PhysicalResourceId: it must be text of 1 to 1024 bytes.',
  ],
  [
    'with a physical id that is too long',
    () => ({ Status: 'SUCCESS', PhysicalResourceId: 'ü'.repeat(513) }),
    'Invalid PhysicalResourceId',
  ],
  [
    'of another stack',
    () => ({ Status: 'SUCCESS', PhysicalResourceId: 'x', StackId: 'other' }),
    'Invalid response object: its StackId is not that of the request.',
  ],
  [
    'of another request',
    () => ({ Status: 'SUCCESS', PhysicalResourceId: 'x', RequestId: 'other' }),
    'Invalid response object: its RequestId is not that of the request.',
  ],
  [
    'of another resource',
    () => ({ Status: 'SUCCESS', PhysicalResourceId: 'x', LogicalResourceId: 'other' }),
    'Invalid response object: its LogicalResourceId is not that of the request.',
  ],
  [
    'with another status',
    () => ({ Status: 'OK', PhysicalResourceId: 'x' }),
    'Invalid response object: its Status is "OK".',
  ],
  [
    'that it failed, with a reason',
    () => ({ Status: 'FAILED', PhysicalResourceId: 'x', Reason: 'no room' }),
    'Received response status [FAILED] from custom resource. Message returned: no room',
  ],
  [
    'that it failed, without one',
    () => ({ Status: 'FAILED', PhysicalResourceId: 'x' }),
    'Message returned: See the details in the function’s log.',
  ],
])('an answer %s fails the resource', async (_, answers, message) => {
  talks.answers = answers;
  expect((await failure(talks.create())).message).toContain(message);
});

test('exactly 4096 bytes are taken', async () => {
  talks.answers = ({ StackId, RequestId, LogicalResourceId }) => {
    const answer = {
      StackId,
      RequestId,
      LogicalResourceId,
      Status: 'SUCCESS',
      PhysicalResourceId: 'x',
      Data: { a: '' },
    };
    answer.Data.a = 'y'.repeat(4096 - JSON.stringify(answer).length);
    return JSON.stringify(answer);
  };
  await expect(talks.create()).resolves.toMatchObject({ id: 'x' });
});

test('a failed Create is deleted by the id that it gave, or by one that CloudFormation makes up', async () => {
  talks.answers = () => ({ Status: 'FAILED', PhysicalResourceId: 'half', Reason: 'r' });
  expect((await failure(talks.create())).id).toBe('half');
  talks.answers = () => undefined;
  expect((await failure(talks.create({ ServiceTimeout: 60 }))).id).toMatch(/^S-Custom-[0-9A-F]{12}$/);
});

test('a physical id that changes is a broken rule, on an Update and on a Delete', async () => {
  talks.answers = () => ({ Status: 'SUCCESS', PhysicalResourceId: 'other' });
  await expect(talks.update({})).resolves.toMatchObject({ id: 'other' });
  await talks.remove();
  expect(talks.broken).toEqual([
    'Custom changed its physical id from "id" to "other": CloudFormation deletes the old one.',
    'Custom changed its physical id from "id" to "other".',
  ]);
});

test('without an answer in time the resource fails, and the wait takes no real time', async () => {
  talks.answers = () => undefined;
  const before = talks.clock.now();
  const { message } = await failure(talks.create({ ServiceTimeout: '1800' }));
  expect(message).toBe('CloudFormation did not receive a response from your Custom Resource within 1800 s.');
  expect(talks.clock.now() - before).toBeGreaterThanOrEqual(1_800_000);
});

test('it waits an hour where no timeout is set', async () => {
  talks.answers = () => undefined;
  expect((await failure(talks.create())).message).toContain('within 3600 s');
});

test('an answer that comes later, from elsewhere, is taken', async () => {
  talks.answers = (event) => {
    void talks.clock.sleep(600_000).then(() => talks.put(event, { Status: 'SUCCESS', PhysicalResourceId: 'late' }));
    return undefined;
  };
  await expect(talks.create()).resolves.toMatchObject({ id: 'late' });
});

test('an invocation that fails is tried again twice, after one and two minutes', async () => {
  const times: number[] = [];
  talks.invocation = () => {
    times.push(talks.clock.now());
    return { error: { errorType: 'Error', errorMessage: 'crash' } };
  };
  talks.answers = () => (times.length === 3 ? { Status: 'SUCCESS', PhysicalResourceId: 'third' } : undefined);
  await expect(talks.create()).resolves.toMatchObject({ id: 'third' });
  const waits = times.slice(1).map((at, i) => Math.round((at - (times[i] as number)) / 1000));
  expect(waits).toEqual([60, 120]);
  expect(new Set(talks.events.map(({ RequestId }) => RequestId)).size).toBe(1);
});

test('after three failed invocations only the timeout is left', async () => {
  talks.invocation = () => ({ error: { errorType: 'Error', errorMessage: 'crash' } });
  talks.answers = () => undefined;
  expect((await failure(talks.create({ ServiceTimeout: 3600 }))).message).toContain('did not receive a response');
  expect(talks.events).toHaveLength(3);
});

test('a function that is not there fails the resource at once', async () => {
  talks.invocation = () => {
    throw new Error('Function not found: arn:function');
  };
  const before = talks.clock.now();
  expect((await failure(talks.create())).message).toContain('Function not found: arn:function');
  expect(talks.clock.now() - before).toBeLessThan(10_000);
});

test('a second answer is a broken rule', async () => {
  await talks.create();
  talks.put(talks.events[0] as Event, { Status: 'SUCCESS', PhysicalResourceId: 'id' });
  expect(talks.broken).toEqual([expect.stringMatching(/^A custom resource answered a second time \(/)]);
});

test('an answer that nobody waits for is a broken rule', () => {
  talks.custom.receive('/nowhere', Buffer.from('{}'));
  expect(talks.broken).toEqual(['A custom resource answered though nobody waits for it (/nowhere).']);
});

test('an event that is delivered twice may be answered twice, the same way', async () => {
  talks.deliveries = 2;
  await expect(talks.create()).resolves.toMatchObject({ id: 'id' });
  expect(talks.events).toHaveLength(2);
  expect(talks.broken).toEqual([]);
});

test('a second delivery that is answered in another way is a broken rule', async () => {
  talks.deliveries = 2;
  let count = 0;
  talks.answers = () => ({ Status: 'SUCCESS', PhysicalResourceId: `id-${++count}` });
  await talks.create();
  expect(talks.broken).toEqual([expect.stringContaining('answered another delivery of the same event differently')]);
});

test('another token is another resource', () => {
  expect(talks.custom.type.replacing).toEqual(['ServiceToken']);
});

test('what is asked and answered is looked at for secrets, with where it stood', async () => {
  talks.answers = () => ({ Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { Told: 'hush' } });
  await talks.create({ Given: 'quiet' });
  expect(talks.seen).toEqual([
    expect.stringMatching(/^the properties of Custom: .*quiet/),
    expect.stringMatching(/^the answer of a custom resource .*hush/),
  ]);
});

test('the end of the rehearsal ends the wait', async () => {
  talks.answers = () => undefined;
  await talks.clock.work(async () => {
    const waiting = talks.create();
    await new Promise(setImmediate);
    talks.clock.close();
    await expect(waiting).rejects.toThrow('The rehearsal has ended.');
  });
});
