import type { Resource, Supports } from './definition/resource';
import type { Json } from './json';

/** One call of a Task. */
export interface IntegrationCall {
  readonly resource: Resource;
  readonly arguments: Json;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  /** With `.waitForTaskToken`: who sends this token back ends the call. */
  readonly taskToken?: string;
  /** Aborted when the Task has timed out or the execution has ended: nobody waits for an answer any more. */
  readonly signal: AbortSignal;
  /** With `.sync` and `.waitForTaskToken`: what was asked for has begun, and this was the answer. */
  readonly submitted: (output: unknown) => void;
  /** Somebody has sent a heartbeat for the token. */
  readonly heartbeat: () => void;
}

/**
 * What the interpreter needs of the world around it.
 *
 * A call without waiting counts as work of the clock until it returns. With `.sync` and `.waitForTaskToken` the call
 * mostly waits, so the integration itself must count as work what is work.
 */
export interface Integrations extends Supports {
  /** Returns the result, which must be JSON, or throws a TaskFailure. Anything else that is thrown ends the rehearsal. */
  call(call: IntegrationCall): Promise<unknown>;
}
