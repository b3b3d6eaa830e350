import { AwsError } from './errors';
import { escaped, parseQuery, toXml } from './query';

export interface HttpRequest {
  readonly method: string;
  readonly host: string;
  readonly url: URL;
  /** Path and query, byte for byte as they came. */
  readonly target: string;
  /** Whether it came by TLS. */
  readonly secure: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** How a service reads its calls and writes its answers. */
export interface Wire {
  read(request: HttpRequest): { readonly operation: string; readonly input: Readonly<Record<string, unknown>> };
  write(operation: string, output: unknown, requestId: string): HttpResponse;
  fail(error: AwsError, requestId: string): HttpResponse;
}

const json = (version: string): Wire => ({
  read: ({ headers, body }) => ({
    operation: (headers['x-amz-target'] ?? '').split('.').at(-1) ?? '',
    input: parseBody(body),
  }),
  write: (_, output) => ({
    status: 200,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify(output ?? {}, secondsOfDates),
  }),
  fail: ({ code, message, status }) => ({
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message, Message: message }),
  }),
});

/** Dates travel as seconds in this protocol. */
function secondsOfDates(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}

export const query = (namespace: string): Wire => ({
  read: ({ body, url }) => {
    const text = body.length > 0 ? body.toString() : url.search.slice(1);
    return { operation: new URLSearchParams(text).get('Action') ?? '', input: parseQuery(text) };
  },
  write: (operation, output, requestId) => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${operation}Response xmlns="${namespace}">${toXml(`${operation}Result`, output ?? {})}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  }),
  fail: ({ code, message, status }, requestId) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="${namespace}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  }),
});

export const json10 = json('1.0');
export const json11 = json('1.1');

function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
