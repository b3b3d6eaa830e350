import { randomUUID } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from '../../postgres/certificates';
import type { Access, Call, Caller, Service } from './call';
import { inWordsOf } from './dialects';
import { AwsError, UnknownToRehearsal } from './errors';
import type { HttpRequest, HttpResponse, Wire } from './protocols';
import { type Witness, witnessed } from './record';
import { type Credentials, type Signed, signatureOf, verified } from './signature';

export interface WiredService extends Service {
  readonly wire: Wire;
}

export interface KeyHolder extends Credentials {
  readonly caller: Caller;
}

export interface ServerOptions extends Witness {
  readonly certificate: ServerCertificate;
  readonly services: readonly WiredService[];
  readonly region: string;
  /** Who has this access key. */
  readonly keyHolder: (accessKey: string) => KeyHolder | undefined;
  readonly authorize: (caller: Caller, access: Access, service: string) => void;
  /** What comes without a signature: the answers of custom resources. */
  readonly unsigned: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
}

/** The endpoints of all services, on one port of this machine with TLS and on one without. */
export class CloudServer {
  readonly #servers: Server[];
  #ports: readonly [tls: number, plain: number] = [0, 0];

  constructor(private readonly options: ServerOptions) {
    const answer = (secure: boolean) => (request: IncomingMessage, response: ServerResponse) =>
      void this.answer(request, response, secure);
    const { certificate, key } = options.certificate;
    this.#servers = [
      createHttps({ cert: certificate, key }, answer(true)) as unknown as Server,
      createHttp(answer(false)),
    ];
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

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse, secure: boolean): Promise<void> {
    const requestId = randomUUID();
    let response: HttpResponse;
    try {
      response = await this.respond(await read(incoming, secure), requestId);
    } catch (error) {
      response = { status: 500, body: `The rehearsal's own error: ${(error as Error).message}` };
    }
    const { status, headers, body = '' } = response;
    outgoing.writeHead(status, {
      'x-amzn-requestid': requestId,
      // The answer to a HEAD may tell the length of what it leaves out.
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    });
    outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  }

  private async respond(request: HttpRequest, requestId: string): Promise<HttpResponse> {
    const signed = signatureOf(request);
    if (!signed) return this.options.unsigned(request);
    const { key, service: name } = signed;
    const service = this.options.services.find((each) => each.name === name);
    if (!service) {
      const unknown = new UnknownToRehearsal(`the service ${name}`);
      witnessed(this.options, { service: name, operation: '?', caller: key }, unknown);
      return { status: unknown.status, body: JSON.stringify({ message: unknown.message }) };
    }
    let operation = '?';
    let caller = key;
    try {
      const { read, holder } = this.admit(request, signed, service);
      caller = holder.arn;
      const call = service.wire.read(read);
      operation = call.operation;
      const run = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
      if (!run) throw new UnknownToRehearsal(`the operation ${operation} of ${name}`);
      const output = await run(call.input, this.callOf(name, operation, holder, requestId, request.secure));
      witnessed(this.options, { service: name, operation, caller });
      return service.wire.write(operation, output, requestId);
    } catch (error) {
      const refusal = error instanceof AwsError ? inWordsOf(service, error) : undefined;
      witnessed(this.options, { service: name, operation, caller }, refusal ?? error);
      if (!refusal) throw error;
      return service.wire.fail(refusal, requestId);
    }
  }

  /** Who calls, and what; throws for whoever has no key, or not its secret. */
  private admit(request: HttpRequest, signed: Signed, { name }: WiredService): { read: HttpRequest; holder: Caller } {
    const holder = this.options.keyHolder(signed.key);
    if (!holder) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    }
    if (signed.region !== this.options.region) {
      throw new AwsError(
        'SignatureDoesNotMatch',
        `Credential should be scoped to a valid region: ${name} is in ${this.options.region} here, and the call is signed for ${signed.region}.`,
        403,
      );
    }
    return { read: verified(request, signed, holder), holder: holder.caller };
  }

  private callOf(service: string, operation: string, caller: Caller, requestId: string, secure: boolean): Call {
    const transport = { 'aws:SecureTransport': String(secure) };
    const authorize: Call['authorize'] = (action, resource, context) =>
      this.options.authorize(caller, { action, resource, context: { ...transport, ...context } }, service);
    return { service, operation, caller, requestId, authorize };
  }
}

async function read(incoming: IncomingMessage, secure: boolean): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const host = incoming.headers.host ?? 'localhost';
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    host,
    url: new URL(incoming.url ?? '/', `http://${host}`),
    target: incoming.url ?? '/',
    secure,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
