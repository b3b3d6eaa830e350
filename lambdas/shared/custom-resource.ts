import type { Deadline } from './clock';
import { sentenceOf } from './failure';
import { type Log, log as logLine } from './log';
import { object, oneOf, optional, type Parse, text } from './properties';

/** What the framework hands to CloudFormation: readable by `Fn::GetAtt`, and logged, so never a secret. */
export type Data = Readonly<Record<string, string>>;

export interface ResourceRequest<P> {
  readonly type: 'Create' | 'Update';
  /** The same when the request is delivered twice, and in every poll. */
  readonly id: string;
  readonly properties: P;
  /** Before an Update, as they came: another version of the code may have written them. */
  readonly previous: Readonly<Record<string, unknown>>;
  readonly until: Deadline;
  readonly log: Log;
}

export interface CustomResource<P> {
  /** The end of the physical id. It never changes: another id would be a deletion of the old one. */
  readonly name: string;
  readonly properties: Parse<P>;
  /**
   * Brings about what the properties say, whatever is there already, and answers with the state, not with what was
   * done: a second delivery gets the same answer. `unfinished` asks to be called again, for resources that are polled.
   */
  readonly ensure: (request: ResourceRequest<P>) => Promise<Data | 'unfinished'>;
  /** Only for what was declared `OnDelete: drop`; everything else outlives its resource. */
  readonly drop?: (request: Pick<ResourceRequest<P>, 'properties' | 'until' | 'log'>) => Promise<void>;
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export interface ResourceAnswer {
  readonly PhysicalResourceId?: string;
  readonly Data?: Data;
  /** Tells a poll from a first call: the framework polls with this answer put into the event. */
  readonly Begun?: true;
  readonly IsComplete?: boolean;
}

interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly PhysicalResourceId: string | undefined;
}

const header = {
  RequestType: oneOf('Create', 'Update', 'Delete'),
  RequestId: text,
  PhysicalResourceId: optional(text),
};

// To end a statement, to unlock and to answer, before Lambda ends the process.
const reserveMs = 30_000;

/** The handler of one kind of resource, for both calls of the provider framework: onEvent and isComplete. */
export function customResource<P>(resource: CustomResource<P>) {
  return async (event: unknown, context: LambdaContext): Promise<ResourceAnswer> => {
    try {
      return await answer(resource, (event ?? {}) as Readonly<Record<string, unknown>>, context);
    } catch (error) {
      const { message, stack } = error as Error;
      logLine('ERROR', 'The resource failed.', { resource: resource.name, error: message, stack });
      throw failure(error);
    }
  };
}

async function answer<P>(
  resource: CustomResource<P>,
  event: Readonly<Record<string, unknown>>,
  context: LambdaContext,
): Promise<ResourceAnswer> {
  const { RequestType, RequestId, PhysicalResourceId } = object<ResourceEvent>(header)(pick(event), 'event');
  const { ServiceToken, ServiceTimeout, ...raw } = propertiesOf(event['ResourceProperties']);
  const polled = event['Begun'] === true;
  const until = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
  const log: Log = (level, message, entry) =>
    logLine(level, message, { resource: resource.name, request: RequestId, ...entry });
  const id = `plinth:${raw['Prefix']}:${resource.name}`;
  log('INFO', polled ? 'Polled.' : 'Requested.', { type: RequestType });

  if (RequestType === 'Delete') {
    if (polled) return { IsComplete: true };
    // An unknown id is that of a Create that failed or has not ended: there is nothing that it could have made its own.
    const drops = PhysicalResourceId === id && raw['OnDelete'] === 'drop';
    if (drops) await resource.drop?.({ properties: resource.properties(raw, ''), until, log });
    else log('INFO', 'Left everything as it is.');
    return { ...(PhysicalResourceId !== undefined && { PhysicalResourceId }), Begun: true };
  }

  const data = await resource.ensure({
    type: RequestType,
    id: RequestId,
    properties: resource.properties(raw, ''),
    previous: propertiesOf(event['OldResourceProperties']),
    until,
    log,
  });
  if (data === 'unfinished') return polled ? { IsComplete: false } : { PhysicalResourceId: id, Begun: true };
  const Data = fitting(data);
  log('INFO', 'Done.', { data: Data });
  return polled ? { IsComplete: true, Data } : { PhysicalResourceId: id, Data, Begun: true };
}

const pick = (event: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.keys(header).map((name) => [name, event[name]]));

const propertiesOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** CloudFormation takes 4,096 bytes for a whole response; 3,000 leave room for its ids and ARNs. */
function fitting(data: Data): Data {
  const share = Math.floor(3_000 / Math.max(1, Object.keys(data).length));
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, cut(value, share)]));
}

function cut(value: string, bytes: number): string {
  if (Buffer.byteLength(value) <= bytes) return value;
  // A character that is cut in two becomes a replacement character of 3 bytes; the ellipsis has 3 too.
  return `${Buffer.from(value)
    .subarray(0, bytes - 6)
    .toString()
    .replace(/\uFFFD$/, '')}…`;
}

/** Without a trace: the framework would hand it on to CloudFormation, and the log has it. */
function failure(error: unknown): Error {
  const thrown = new Error(sentenceOf(error));
  thrown.stack = `Error: ${thrown.message}`;
  return thrown;
}
