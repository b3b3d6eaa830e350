import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import './quiet';
import { OperationError } from '../../lambdas/shared/errors';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface AccountOptions {
  readonly region: string;
  /** For a rehearsal; else what the SDK finds. */
  readonly endpoint?: string;
  readonly credentials?: Credentials;
}

/** The account that is signed in to, as the person at the terminal. */
export interface AwsAccount {
  readonly region: string;
  readonly sfn: SFNClient;
  credentials(): Promise<Credentials>;
  /** The answer of a function; an error that it threw is thrown here, as the sentence that it is. */
  invoke<T>(name: string, payload: unknown): Promise<T>;
  close(): void;
}

export function openAccount({ region, endpoint, credentials }: AccountOptions): AwsAccount {
  const settings = { region, ...(endpoint !== undefined && { endpoint }), ...(credentials && { credentials }) };
  const lambda = new LambdaClient(settings);
  const sfn = new SFNClient(settings);
  return {
    region,
    sfn,
    credentials: () => spokenByAws(async () => lambda.config.credentials()),
    invoke: (FunctionName, payload) =>
      spokenByAws(async () => {
        const Payload = JSON.stringify(payload);
        const sent = lambda.send(new InvokeCommand({ FunctionName, Payload })).catch((error: unknown) => {
          if (!(error instanceof ResourceNotFoundException)) throw error;
          throw new OperationError(
            `There is no function ${FunctionName} in ${region} of the account that you are signed in to.`,
          );
        });
        const answer = await sent;
        const text = Buffer.from(answer.Payload ?? []).toString();
        if (answer.FunctionError === undefined) return JSON.parse(text);
        const { errorMessage = text } = JSON.parse(text) as { errorMessage?: string };
        throw new OperationError(errorMessage);
      }),
    close: () => {
      lambda.destroy();
      sfn.destroy();
    },
  };
}

interface AwsError extends Error {
  /** Only errors that AWS has answered with have one. */
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** As the SDK judges it. */
  readonly $retryable?: object;
  /** Of the network, as the system names it. */
  readonly code?: unknown;
}

const isNetwork = ({ name, code }: AwsError) =>
  name === 'TimeoutError' || /^E(CONN|HOST|NET|PIPE|AI_|NOTFOUND|TIMEDOUT)/.test(String(code));

/** Whether it passes by itself: no way to AWS for a moment, a fault of its own, or too much that was asked at once. */
export function passes(error: unknown): boolean {
  const failure = error as AwsError;
  const busy = /Throttl|TooManyRequests|LimitExceeded/.test(failure.name);
  return (
    isNetwork(failure) || busy || failure.$retryable !== undefined || (failure.$metadata?.httpStatusCode ?? 0) >= 500
  );
}

/** What AWS refuses is a sentence for whoever asked, and no fault of ours. What is one stays as it is. */
export async function spokenByAws<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperationError) throw error;
    const failure = error as AwsError;
    const { name, message } = failure;
    if (/credential|token|UnrecognizedClient/i.test(name) || /could not load credentials/i.test(message)) {
      throw new OperationError(`AWS does not know who you are: ${message.replace(/[.]?$/, '.')} Sign in first.`);
    }
    if (isNetwork(failure)) throw new OperationError(`AWS cannot be reached: ${message || String(failure.code)}`);
    if (failure.$fault !== undefined) throw new OperationError(`AWS refuses it (${name}): ${message}`);
    throw error;
  }
}
