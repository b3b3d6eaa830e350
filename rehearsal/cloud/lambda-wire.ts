import { AwsError, UnknownToRehearsal } from './errors';
import type { HttpRequest, Wire } from './protocols';

const routes: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, 'Invoke'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, 'GetFunctionConfiguration'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)$/, 'GetFunction'],
  ['GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
];

/** Lambda's REST: the operation is in method and path, and an invocation's payload is the whole body. */
export const lambdaWire: Wire = {
  read: (request) => {
    for (const [method, path, operation] of routes) {
      const match = request.method === method ? path.exec(request.url.pathname) : null;
      if (match) return { operation, input: { ...inputOf(operation, request), ...nameOf(match[1]) } };
    }
    throw new UnknownToRehearsal(`${request.method} ${request.url.pathname} of Lambda`);
  },
  write: (operation, output) => {
    if (operation !== 'Invoke') {
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
    }
    const { StatusCode, FunctionError, Payload } = output as InvokeOutput;
    return {
      status: StatusCode,
      headers: {
        'content-type': 'application/json',
        'x-amz-executed-version': '$LATEST',
        ...(FunctionError !== undefined && { 'x-amz-function-error': FunctionError }),
      },
      body: Payload ?? '',
    };
  },
  fail: ({ code, message, status }) => ({
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Type: 'User', Message: message, message }),
  }),
};

export interface InvokeOutput {
  readonly StatusCode: number;
  readonly FunctionError?: string;
  readonly Payload?: string;
}

const nameOf = (name: string | undefined) => (name === undefined ? {} : { FunctionName: decodeURIComponent(name) });

// As the API calls what travels in the query and in headers of its own.
const headerNames: Readonly<Record<string, string>> = {
  'x-amz-invocation-type': 'InvocationType',
  'x-amz-log-type': 'LogType',
  'x-amz-client-context': 'ClientContext',
};
// Of these the signature consists, or they tell of the client.
const aboutTheCall = /^x-amz-(date|content-sha256|security-token|user-agent)$/;

/** All that was sent, also what no operation knows: that is refused there, by its name. */
function inputOf(operation: string, { headers, body, url }: HttpRequest): Record<string, unknown> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-') && !aboutTheCall.test(name));
  const given = Object.fromEntries([
    ...url.searchParams,
    ...own.map(([name, value]) => [headerNames[name] ?? name, value]),
  ]);
  if (operation !== 'Invoke') return given;
  const text = body.toString();
  try {
    if (text !== '') JSON.parse(text);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
  return { ...given, Payload: text || '{}' };
}
