import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsAccount, openAccount } from '../../../cli/aws/account';

/** What is sent back: an answer, an error by its name, or nothing, for the connection breaks. */
export type Reply = object | { readonly refusal: string; readonly message: string; readonly code?: number } | 'broken';

export interface Wire {
  readonly url: string;
  readonly account: AwsAccount;
  /** What was asked, as AWS names it. */
  readonly asked: readonly string[];
}

/** An AWS of one sentence at a time, over a real connection. */
export async function withWire<T>(
  reply: (operation: string, nth: number) => Reply,
  work: (wire: Wire) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    asked.push(operation);
    const answer = reply(operation, asked.filter((each) => each === operation).length);
    if (answer === 'broken') {
      request.socket.destroy();
      return;
    }
    const { refusal, message, code = 400 } = answer as { refusal?: string; message?: string; code?: number };
    response.writeHead(refusal === undefined ? 200 : code, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(refusal === undefined ? answer : { __type: refusal, message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = openAccount({
    region: 'eu-west-1',
    endpoint: url,
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
  });
  // Within Jest, errors of Node are no errors to the SDK, and lose their names.
  account.sfn.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!String(error).includes('socket hang up')) throw error;
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
      }
    },
    { step: 'initialize' },
  );
  try {
    return await work({ url, account, asked });
  } finally {
    account.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
