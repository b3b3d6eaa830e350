import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock';
import type { HttpRequest, HttpResponse } from '../cloud/protocols';
import { deliver } from '../functions/events';
import type { InvocationResult } from '../functions/process';
import { type Made, ResourceFailure, type ResourceRequest, type ResourceType, type UpdateRequest } from './type';

type RequestType = 'Create' | 'Update' | 'Delete';
type Properties = Readonly<Record<string, unknown>>;

interface Answer {
  readonly Status?: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly StackId?: unknown;
  readonly RequestId?: unknown;
  readonly LogicalResourceId?: unknown;
  readonly NoEcho?: unknown;
  readonly Data?: Readonly<Record<string, unknown>>;
}

interface Pending {
  readonly take: (answer: Answer) => void;
  readonly refuse: (sentence: string) => void;
}

export interface CustomOptions {
  readonly clock: Clock;
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>;
  /** A rule of the protocol was broken: that fails the rehearsal even where CloudFormation would let it pass. */
  readonly broken: (sentence: string) => void;
  /** Text that is logged or shown somewhere in AWS. */
  readonly saw: (text: string, where: string) => void;
  /** How often an event is delivered; a fault may ask for twice. */
  readonly deliveries: () => number;
}

// CloudFormation's own limits.
const answerBytes = 4096;
const idBytes = 1024;

/** Custom resources, as CloudFormation talks to them: an event to a function, and an answer to a URL. */
export class CustomResources {
  readonly #pending = new Map<string, Pending>();
  readonly #answered = new Set<string>();
  /** Of events that are delivered twice: what the first answer was. */
  readonly #twice = new Map<string, string | undefined>();

  constructor(private readonly options: CustomOptions) {}

  readonly type: ResourceType = {
    replacing: ['ServiceToken'],
    create: (request) => this.send('Create', request),
    update: (request) => this.send('Update', request, request),
    remove: async (request) => {
      await this.send('Delete', request, request);
    },
  };

  /** A call that nobody signed is the answer of a custom resource, or refused. */
  receiveUnsigned({ method, url, body, host }: HttpRequest): HttpResponse {
    if (method !== 'PUT' || !host.startsWith('cloudformation-custom-resource-response-')) {
      return { status: 403, body: 'The call is not signed.' };
    }
    this.receive(url.pathname, body);
    return { status: 200 };
  }

  /** What was PUT to a response URL. */
  receive(path: string, body: Buffer): void {
    this.options.saw(body.toString(), `the answer of a custom resource (${path})`);
    const pending = this.#pending.get(path);
    if (this.#twice.has(path)) this.compare(path, body.toString());
    else if (!pending) {
      const again = this.#answered.has(path) ? 'a second time' : 'though nobody waits for it';
      this.options.broken(`A custom resource answered ${again} (${path}).`);
    }
    if (!pending) return;
    if (body.length > answerBytes) {
      pending.refuse(`Response object is too long: ${body.length} bytes, and ${answerBytes} are the most.`);
      return;
    }
    const answer = parsed(body.toString());
    if (answer) pending.take(answer);
    else pending.refuse('Invalid response object: it is not a JSON object.');
  }

  /** Both deliveries have one effect, so they have one answer. */
  private compare(path: string, body: string): void {
    const first = this.#twice.get(path);
    if (first === undefined) this.#twice.set(path, body);
    else if (!isDeepStrictEqual(parsed(first), parsed(body))) {
      this.options.broken(`A custom resource answered another delivery of the same event differently (${path}).`);
    }
  }

  private async send(RequestType: RequestType, request: ResourceRequest, there?: UpdateRequest): Promise<Made> {
    const { account, stack, stackId, logicalId, type, properties } = request;
    const RequestId = randomUUID();
    const path = `/${encodeURIComponent(stackId)}/${logicalId}/${RequestId}`;
    const host = `cloudformation-custom-resource-response-${account.region.replaceAll('-', '')}.s3.${account.region}.amazonaws.com`;
    const event = {
      RequestType,
      ServiceToken: properties['ServiceToken'],
      ResponseURL: `https://${host}${path}?X-Amz-Signature=${account.random(32)}`,
      StackId: stackId,
      RequestId,
      LogicalResourceId: logicalId,
      ResourceType: type,
      ...(there && { PhysicalResourceId: there.id }),
      ResourceProperties: asText(properties),
      ...(RequestType === 'Update' && there && { OldResourceProperties: asText(there.previous) }),
    };
    this.options.saw(JSON.stringify(event), `the properties of ${logicalId}`);
    try {
      const answer = await this.answerTo(event, path, Number(properties['ServiceTimeout'] ?? 3600));
      return this.judge(answer, event, there);
    } catch (error) {
      // What may have been made is deleted, by an id that CloudFormation makes up where it got none.
      if (RequestType !== 'Create' || !(error instanceof ResourceFailure) || error.id !== undefined) throw error;
      throw new ResourceFailure(error.message, account.nameFor(stack, logicalId));
    }
  }

  private async answerTo(event: Properties, path: string, timeoutSeconds: number): Promise<Answer> {
    const { clock, deliveries } = this.options;
    const done = new AbortController();
    const answered = new Promise<Answer>((take, reject) => {
      this.#pending.set(path, { take, refuse: (sentence) => reject(new ResourceFailure(sentence)) });
    });
    const late = clock.sleep(timeoutSeconds * 1000, done.signal).then(
      () => {
        throw new ResourceFailure(
          `CloudFormation did not receive a response from your Custom Resource within ${timeoutSeconds} s.`,
        );
      },
      // An answer was there first, or the rehearsal has ended and nobody will answer any more.
      (reason) => (done.signal.aborted ? new Promise<never>(() => {}) : Promise.reject(reason)),
    );
    const count = deliveries();
    if (count > 1) this.#twice.set(path, undefined);
    for (let i = 0; i < count; i++) {
      const invoke = () => this.options.invoke(String(event['ServiceToken']), event);
      void deliver(clock, invoke, { signal: done.signal }).catch((error: Error) =>
        this.#pending.get(path)?.refuse(error.message),
      );
    }
    try {
      return await Promise.race([answered, late]);
    } finally {
      done.abort();
      this.#pending.delete(path);
      this.#answered.add(path);
    }
  }

  private judge(answer: Answer, event: Properties, there: UpdateRequest | undefined): Made {
    for (const name of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
      if (answer[name] !== event[name])
        throw new ResourceFailure(`Invalid response object: its ${name} is not that of the request.`);
    }
    const id = answer.PhysicalResourceId;
    if (typeof id !== 'string' || id === '' || Buffer.byteLength(id) > idBytes) {
      throw new ResourceFailure(`Invalid PhysicalResourceId: it must be text of 1 to ${idBytes} bytes.`);
    }
    const reason =
      typeof answer.Reason === 'string' && answer.Reason !== ''
        ? answer.Reason
        : 'See the details in the function’s log.';
    if (answer.Status === 'FAILED')
      throw new ResourceFailure(
        `Received response status [FAILED] from custom resource. Message returned: ${reason}`,
        id,
      );
    if (answer.Status !== 'SUCCESS')
      throw new ResourceFailure(`Invalid response object: its Status is ${JSON.stringify(answer.Status)}.`);
    if (there && id !== there.id) {
      const then = event['RequestType'] === 'Update' ? ': CloudFormation deletes the old one' : '';
      this.options.broken(
        `${event['LogicalResourceId']} changed its physical id from "${there.id}" to "${id}"${then}.`,
      );
    }
    return { id, attributes: answer.Data ?? {} };
  }
}

function parsed(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** CloudFormation hands numbers and truth values over as text. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
