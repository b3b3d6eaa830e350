import { edgeName } from '../edges';
import { matches, StateFailure } from '../errors';
import type { Json } from '../json';
import type { Handled, Retrier, State } from '../machine';
import { combine, type Outcome, outcome } from './data';
import type { Thread } from './thread';

/** A state that is done: what it leaves, and which way. */
export interface Done extends Outcome {
  readonly next: string | undefined;
  readonly edge: string;
}

type Handling = Extract<State, Handled>;

/** Tries, retries as the retriers say, and at last gives the failure to a catcher, if one asks for it. */
export async function handled(
  state: Handling,
  input: Json,
  thread: Thread,
  attempt: () => Promise<Done>,
  failed: () => void = () => {},
): Promise<Done> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const failure = tell(error, thread);
      const retrier = state.retry.find(({ errors }) => errors.some((name) => matches(failure, name)));
      const made = retrier ? (attempts.get(retrier) ?? 0) : 0;
      if (retrier && made < retrier.maxAttempts) {
        attempts.set(retrier, made + 1);
        await thread.execution.clock.sleep(delayOf(retrier, made, thread.execution.random), thread.signal);
        thread.retries++;
        continue;
      }
      failed();
      return caught(state, input, failure, thread);
    }
  }
}

/** Milliseconds before the next attempt, when so many have been made again already. */
function delayOf(retrier: Retrier, made: number, random: () => number): number {
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** made, retrier.maxDelaySeconds);
  return seconds * 1000 * (retrier.jitter ? random() : 1);
}

async function caught(state: Handling, input: Json, failure: StateFailure, thread: Thread): Promise<Done> {
  const index = state.catch.findIndex(({ errors }) => errors.some((name) => matches(failure, name)));
  const catcher = state.catch[index];
  if (!catcher) throw failure;
  const errorOutput = failure.output();
  const view = thread.view(input, errorOutput, { errorOutput });
  const output = catcher.output ? await catcher.output(view) : combine(catcher.resultPath, input, errorOutput);
  return {
    ...(await outcome(thread, view, catcher.assign, output)),
    next: catcher.next,
    edge: edgeName(state.name, `Catch[${index}]`, catcher.next),
  };
}

/** Whoever reads the failure learns in which state it happened; a failed expression also gets its event. */
export function tell(error: unknown, thread: Thread): StateFailure {
  thread.signal.throwIfAborted();
  if (!(error instanceof StateFailure)) throw error;
  if (error.told) return error;
  const where = `An error occurred while executing the state '${thread.current?.name}' (entered at the event id #${thread.enteredAt}). `;
  const failure = new StateFailure(error.error, `${where}${error.cause}`, error.aliases, error.location);
  if (failure.location !== undefined) {
    const { error: name, cause, location } = failure;
    const state = thread.current?.name ?? '';
    thread.add('EvaluationFailed', { evaluationFailedEventDetails: { error: name, cause, location, state } });
  }
  return failure.asTold();
}
