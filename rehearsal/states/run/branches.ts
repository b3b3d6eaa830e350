import { runtimeError, StateFailure } from '../errors';
import type { Json, JsonObject } from '../json';
import type { Flow, MapState, ParallelState } from '../machine';
import { LinkedAbort } from './abort';
import { argumentsOf, effectiveInput } from './data';
import { Thread } from './thread';

/** Runs a flow to its end, and returns its output. */
export type RunFlow = (flow: Flow, input: Json, thread: Thread) => Promise<Json>;

/** Iterations of an inline Map that run at once, at most. */
const mostAtOnce = 40;

/** All branches at once; the first that fails ends the others. */
export async function attemptParallel(state: ParallelState, input: Json, thread: Thread, run: RunFlow): Promise<Json> {
  const effective = await effectiveInput(state.io, input, thread);
  const given = await argumentsOf(state.io, input, effective, thread);
  const started = thread.add('ParallelStateStarted');
  thread.branched = true;
  const result = await together(thread, state.branches.length, state.branches.length, async (index, signal) => {
    const branch = new Thread(thread.execution, signal, thread);
    branch.previous = started;
    try {
      return await runThread(branch, thread, () => run(state.branches[index] as Flow, given, branch));
    } catch (error) {
      throw error instanceof StateFailure ? error.alsoKnownAs('States.BranchFailed') : error;
    }
  });
  thread.add('ParallelStateSucceeded');
  thread.branched = false;
  return result;
}

/** As many iterations at once as MaxConcurrency allows; the first that fails ends the others. */
export async function attemptMap(state: MapState, input: Json, thread: Thread, run: RunFlow): Promise<Json> {
  const effective = await effectiveInput(state.io, input, thread);
  const view = thread.view(input, effective);
  const items = state.items ? await state.items(view) : effective;
  if (!Array.isArray(items)) throw noList(state, items);
  const limit = ((await state.maxConcurrency?.(view)) as number | undefined) || mostAtOnce;
  const started = thread.add('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  thread.branched = true;
  const result = await together(thread, items.length, Math.min(limit, mostAtOnce), async (index, signal) => {
    const item: JsonObject = { Index: index, Value: items[index] ?? null };
    const details = { name: state.name, index };
    let begun = false;
    const iteration = new Thread(thread.execution, signal, thread, item, ({ previous }) => {
      const aborted = { mapIterationAbortedEventDetails: details };
      if (begun) thread.execution.history.add('MapIterationAborted', previous, aborted);
    });
    iteration.previous = started;
    return runThread(iteration, thread, async () => {
      const given = state.itemSelector
        ? await state.itemSelector(thread.view(input, effective, { item }))
        : (items[index] ?? null);
      iteration.add('MapIterationStarted', { mapIterationStartedEventDetails: details });
      begun = true;
      try {
        const output = await run(state.processor, given, iteration);
        iteration.add('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
        return output;
      } catch (error) {
        // One that was aborted has its own event.
        if (!signal.aborted) iteration.add('MapIterationFailed', { mapIterationFailedEventDetails: details });
        throw error;
      }
    });
  });
  thread.add('MapStateSucceeded');
  thread.branched = false;
  return result;
}

/** The Parallel or Map as a whole has failed, and is not tried again. */
export function branchesFailed(state: ParallelState | MapState, thread: Thread): void {
  if (thread.branched) thread.add(state.type === 'Map' ? 'MapStateFailed' : 'ParallelStateFailed');
}

async function runThread(branch: Thread, outer: Thread, run: () => Promise<Json>): Promise<Json> {
  try {
    const output = await run();
    outer.children.delete(branch);
    outer.previous = branch.previous;
    return output;
  } catch (error) {
    if (!branch.signal.aborted) {
      outer.children.delete(branch);
      outer.previous = branch.previous;
    }
    throw error;
  } finally {
    branch.variables.end();
  }
}

async function together(
  thread: Thread,
  count: number,
  limit: number,
  one: (index: number, signal: AbortSignal) => Promise<Json>,
): Promise<Json[]> {
  const abort = new LinkedAbort(thread.signal);
  const results: Json[] = new Array(count).fill(null);
  let next = 0;
  let first: { readonly error: unknown } | undefined;
  const lane = async () => {
    while (next < count && !first) {
      const index = next++;
      try {
        results[index] = await one(index, abort.signal);
      } catch (error) {
        if (first) return;
        first = { error };
        if (!thread.signal.aborted) abortChildren(thread, thread.previous);
        abort.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
  abort.letGo();
  thread.children.clear();
  if (first) throw first.error;
  return results;
}

/** Those who are still under way stop where they are, and the history says so. */
function abortChildren(thread: Thread, previous: number): void {
  const { history } = thread.execution;
  for (const child of thread.children) {
    child.previous = previous;
    abortChildren(child, previous);
    const type = child.current?.type;
    if (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map') {
      child.previous = history.add(`${type}StateAborted`, previous);
    }
    child.aborted?.(child);
    child.current = undefined;
  }
}

function noList(state: MapState, items: Json): StateFailure {
  const cause = `The items of the Map '${state.name}' must be a list, and are ${JSON.stringify(items).slice(0, 60)}.`;
  return state.language === 'JSONPath'
    ? runtimeError(cause)
    : new StateFailure('States.QueryEvaluationError', cause, [], 'Items');
}
