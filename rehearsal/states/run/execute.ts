import { StateFailure } from '../errors';
import { expressSeconds } from '../limits';
import type { StateMachine } from '../machine';
import { Ending, type ExecuteOptions, Execution, type ExecutionResult, ExecutionStop } from './execution';
import { runFlow } from './flow';
import { inputOf, outputOf } from './history';
import { Thread } from './thread';

/** Runs a machine to its end. Rejects only when an integration breaks its promise, never because the machine fails. */
export async function execute(machine: StateMachine, options: ExecuteOptions): Promise<ExecutionResult> {
  const execution = new Execution(machine, options);
  const { clock, history } = execution;
  const thread = new Thread(execution, execution.signal);
  const stop = () => {
    const reason: unknown = options.signal?.reason;
    const { error, cause } = reason instanceof ExecutionStop ? reason : new ExecutionStop();
    execution.stop(new Ending('ABORTED', error, cause));
  };
  const ended = new AbortController();
  const seconds = machine.timeoutSeconds ?? (machine.type === 'EXPRESS' ? expressSeconds : undefined);
  history.add('ExecutionStarted', 0, {
    executionStartedEventDetails: { ...inputOf(options.input), roleArn: options.context.Execution.RoleArn },
  });
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (seconds !== undefined) {
    clock.sleep(seconds * 1000, ended.signal).then(
      () => execution.stop(new Ending('TIMED_OUT', 'States.Timeout')),
      () => {},
    );
  }
  try {
    const output = await runFlow(machine, options.input, thread);
    history.end('ExecutionSucceeded', thread.previous, { executionSucceededEventDetails: outputOf(output) });
    return { status: 'SUCCEEDED', output, history: history.events };
  } catch (error) {
    return finished(execution, thread.previous, error);
  } finally {
    ended.abort();
    options.signal?.removeEventListener('abort', stop);
  }
}

function finished(execution: Execution, previous: number, thrown: unknown): ExecutionResult {
  const { history, signal } = execution;
  const reason: unknown = signal.aborted ? signal.reason : thrown;
  const ending = reason instanceof StateFailure ? new Ending('FAILED', reason.error, reason.cause) : reason;
  if (!(ending instanceof Ending)) {
    execution.stop(ending);
    throw ending;
  }
  const details = {
    ...(ending.error !== undefined && ending.error !== '' && { error: ending.error }),
    ...(ending.cause !== undefined && ending.cause !== '' && { cause: ending.cause }),
  };
  if (ending.status === 'FAILED') history.end('ExecutionFailed', previous, { executionFailedEventDetails: details });
  if (ending.status === 'ABORTED') history.end('ExecutionAborted', previous, { executionAbortedEventDetails: details });
  if (ending.status === 'TIMED_OUT') {
    history.end('ExecutionTimedOut', previous, { executionTimedOutEventDetails: details });
  }
  return { status: ending.status, ...details, history: history.events };
}
