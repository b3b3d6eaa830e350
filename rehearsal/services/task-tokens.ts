import { AwsError } from '../cloud/errors';
import { type IntegrationCall, type Json, stateBytes, TaskFailure } from '../states';

/** The execution that a call is made for. */
export interface Running {
  readonly machineArn: string;
  readonly executionArn: string;
}

/** A Task that waits until somebody sends its token back. */
export interface Waiting extends Running {
  readonly token: string;
  /** What the call that hands the token on was made with. */
  readonly given: Json;
  /** Settled as soon as nobody waits any more, whatever the reason. */
  readonly over: Promise<void>;
}

interface Open extends Waiting {
  readonly succeed: (output: Json) => void;
  readonly fail: (failure: TaskFailure) => void;
  readonly beat: () => void;
}

/** The tokens of `.waitForTaskToken`: each ends its Task once, and is worth nothing afterwards. */
export class TaskTokens {
  readonly #open = new Map<string, Open>();
  /** Those that are used up or expired: they are told apart from what never was a token. */
  readonly #spent = new Map<string, string>();

  /** Hands the token on by `begin`, then waits. An answer that comes before `begin` has returned counts. */
  async wait(
    call: IntegrationCall,
    running: Running,
    begin: () => Promise<Json>,
    begun: (waiting: Waiting) => void,
  ): Promise<Json> {
    const token = call.taskToken as string;
    let close = () => {};
    const over = new Promise<void>((resolve) => {
      close = resolve;
    });
    try {
      return await new Promise<Json>((succeed, fail) => {
        const waiting: Open = {
          ...{ ...running, token, given: call.arguments, over },
          ...{ succeed, fail, beat: call.heartbeat },
        };
        this.#open.set(token, waiting);
        call.signal.addEventListener('abort', () => fail(call.signal.reason), { once: true });
        begin().then((output) => {
          call.submitted(output);
          if (this.#open.has(token)) begun(waiting);
        }, fail);
      });
    } finally {
      this.#open.delete(token);
      this.#spent.set(token, running.machineArn);
      close();
    }
  }

  /** The machine whose Task it is: what a policy names. */
  machineOf(token: string): string {
    const machine = this.#open.get(token)?.machineArn ?? this.#spent.get(token);
    if (machine === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    return machine;
  }

  succeed(token: string, output: string): void {
    const result = parsed(output);
    this.take(token).succeed(result);
  }

  fail(token: string, error = '', cause = ''): void {
    this.take(token).fail(new TaskFailure(error, cause));
  }

  beat(token: string): void {
    this.find(token).beat();
  }

  private take(token: string): Open {
    const found = this.find(token);
    // Answered once; the Task itself goes on a moment later.
    this.#open.delete(token);
    this.#spent.set(token, found.machineArn);
    return found;
  }

  private find(token: string): Open {
    this.machineOf(token);
    const found = this.#open.get(token);
    if (found) return found;
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }
}

function parsed(output: string): Json {
  if (Buffer.byteLength(output) > stateBytes) {
    throw new AwsError('InvalidOutput', `Invalid Output: it may have ${stateBytes} bytes`);
  }
  try {
    return JSON.parse(output) as Json;
  } catch {
    throw new AwsError('InvalidOutput', "Invalid Output: 'Output is not valid JSON'");
  }
}
