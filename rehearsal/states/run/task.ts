import { randomUUID } from 'node:crypto';
import { StateFailure, TaskFailure } from '../errors';
import type { Expression } from '../expressions/view';
import { bytesOf, type Json, NotJson, toJson } from '../json';
import { stateBytes } from '../limits';
import type { TaskState } from '../machine';
import { abortable, LinkedAbort } from './abort';
import { argumentsOf, effectiveInput, tooLarge } from './data';
import { TaskEvents } from './task-events';
import type { Thread } from './thread';

interface Limits {
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** One attempt of a Task: what the integration returns. */
export async function attemptTask(state: TaskState, input: Json, thread: Thread): Promise<Json> {
  const { resource } = state;
  if (resource.pattern === 'waitForTaskToken') thread.taskToken = randomUUID();
  const effective = await effectiveInput(state.io, input, thread);
  const given = await argumentsOf(state.io, input, effective, thread);
  const view = thread.view(input, effective);
  const seconds = async (expression: Expression | undefined) => (await expression?.(view)) as number | undefined;
  const [timeoutSeconds, heartbeatSeconds] = [
    await seconds(state.timeoutSeconds),
    await seconds(state.heartbeatSeconds),
  ];
  const limits = {
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
  };
  const events = new TaskEvents(thread, resource);
  events.scheduled(given, limits);
  events.started();
  try {
    const result = await callWithin(limits, state, given, thread, events);
    if (bytesOf(result) > stateBytes) {
      throw tooLarge(`The state/task '${resource.kind === 'lambda' ? resource.arn : events.type}' returned a result`);
    }
    events.succeeded(result);
    return result;
  } catch (error) {
    thread.signal.throwIfAborted();
    if (!(error instanceof TaskFailure)) throw error;
    const failure = error instanceof StateFailure ? error : new StateFailure(error.error, error.cause);
    events.failed(failure);
    throw failure.asTold();
  }
}

async function callWithin(
  limits: Limits,
  state: TaskState,
  given: Json,
  thread: Thread,
  events: TaskEvents,
): Promise<Json> {
  const { clock, integrations } = thread.execution;
  const abort = new LinkedAbort(thread.signal);
  const timer = new LinkedAbort(thread.signal);
  let beat = clock.now();
  let over = false;
  const expire = async (after: () => number, failure: StateFailure) => {
    while (clock.now() < after()) await clock.sleep(new Date(Math.ceil(after())), timer.signal);
    abort.abort(failure);
  };
  const { timeoutSeconds, heartbeatSeconds } = limits;
  const end = clock.now() + (timeoutSeconds ?? 0) * 1000;
  const quietly = (watch: Promise<void>) => watch.catch(() => {});
  if (timeoutSeconds !== undefined) quietly(expire(() => end, timedOut()));
  if (heartbeatSeconds !== undefined) {
    quietly(expire(() => beat + heartbeatSeconds * 1000, timedOut().alsoKnownAs('States.HeartbeatTimeout')));
  }
  const call = () =>
    integrations.call({
      resource: state.resource,
      arguments: given,
      ...limits,
      ...(thread.taskToken !== undefined && { taskToken: thread.taskToken }),
      signal: abort.signal,
      submitted: (output) => {
        if (!over && !abort.signal.aborted) events.submitted(json(output, state));
      },
      heartbeat: () => {
        beat = clock.now();
      },
    });
  try {
    const calling = state.resource.pattern === 'requestResponse' ? clock.work(call) : Promise.resolve().then(call);
    return json(await abortable(calling, abort.signal), state);
  } finally {
    over = true;
    timer.abort(undefined);
    timer.letGo();
    abort.letGo();
  }
}

/** States.Timeout is what a missed heartbeat is reported as, too. */
function timedOut(): StateFailure {
  return new StateFailure('States.Timeout', '');
}

function json(value: unknown, state: TaskState): Json {
  try {
    return value === undefined ? null : toJson(value);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new TypeError(`The integration ${state.resource.arn} returned what is not JSON: ${error.message}.`);
  }
}
