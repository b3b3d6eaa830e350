import { randomUUID } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from '../../postgres/certificates';
import type { Access, Call, Caller, Service } from './call';
import { AwsError, UnknownToRehearsal } from './errors';
import type { HttpRequest, HttpResponse, Wire } from './protocols';

export interface WiredService extends Service {
  readonly wire: Wire;
}

export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  /** The service's code, where it refused. */
  readonly error?: string;
}

export interface ServerOptions {
  readonly certificate: ServerCertificate;
  readonly services: readonly WiredService[];
  /** Who has this access key. */
  readonly callerOf: (accessKey: string) => Caller | undefined;
  readonly authorize: (caller: Caller, access: Access, service: string) => void;
  /** What comes without a signature: the answers of custom resources. */
  readonly unsigned: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
  readonly record: (record: CallRecord) => void;
}

/** The endpoints of all services, on one port of this machine with TLS and on one without. */
export class CloudServer {
  readonly #servers: Server[];
  #ports: readonly [tls: number, plain: number] = [0, 0];

  constructor(private readonly options: ServerOptions) {
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response);
    const { certificate, key } = options.certificate;
    this.#servers = [createHttps({ cert: certificate, key }, answer) as unknown as Server, createHttp(answer)];
  }

  get tlsPort(): number {
    return this.#ports[0];
  }

  /** For `aws --endpoint-url`. */
  get url(): string {
    return `http://127.0.0.1:${this.#ports[1]}`;
  }

  async open(): Promise<void> {
    const [tls = 0, plain = 0] = await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<number>((resolve, reject) => {
            server.once('error', reject);
            server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
          }),
      ),
    );
    this.#ports = [tls, plain];
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    let response: HttpResponse;
    try {
      response = await this.respond(await read(incoming), requestId);
    } catch (error) {
      response = { status: 500, body: `The rehearsal's own error: ${(error as Error).message}` };
    }
    const { status, headers, body = '' } = response;
    outgoing.writeHead(status, {
      'x-amzn-requestid': requestId,
      ...headers,
      'content-length': String(Buffer.byteLength(body)),
    });
    outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  }

  private async respond(request: HttpRequest, requestId: string): Promise<HttpResponse> {
    const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(
      request.headers['authorization'] ?? '',
    );
    if (!scope) return this.options.unsigned(request);
    const [, key = '', , name = ''] = scope;
    const service = this.options.services.find((each) => each.name === name);
    if (!service) {
      this.options.record({ service: name, operation: '?', caller: key, error: 'NotKnownToTheRehearsal' });
      return { status: 501, body: JSON.stringify({ message: `The rehearsal does not know the service ${name}.` }) };
    }
    let operation = '?';
    let caller = key;
    try {
      const call = service.wire.read(request);
      operation = call.operation;
      const known = this.options.callerOf(key);
      if (!known)
        throw new AwsError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
          403,
        );
      caller = known.arn;
      const run = service.operations[operation];
      if (!run) throw new UnknownToRehearsal(`the operation ${operation} of ${name}`);
      const output = await run(call.input, this.callOf(name, operation, known, requestId));
      this.options.record({ service: name, operation, caller });
      return service.wire.write(operation, output, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.options.record({ service: name, operation, caller, error: error.code });
      return service.wire.fail(error, requestId);
    }
  }

  private callOf(service: string, operation: string, caller: Caller, requestId: string): Call {
    const authorize: Call['authorize'] = (action, resource, context) =>
      this.options.authorize(caller, { action, resource, ...(context && { context }) }, service);
    return { service, operation, caller, requestId, authorize };
  }
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const host = incoming.headers.host ?? 'localhost';
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    host,
    url: new URL(incoming.url ?? '/', `http://${host}`),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
