import { StateFailure } from '../errors';
import { put } from '../expressions/result-path';
import type { Expression, View } from '../expressions/view';
import { bytesOf, isObject, type Json, type JsonObject } from '../json';
import { stateBytes } from '../limits';
import type { State, StateIo } from '../machine';
import type { Thread } from './thread';

/** A state's input, as far as InputPath lets it through. */
export async function effectiveInput(io: StateIo, input: Json, thread: Thread): Promise<Json> {
  if (io.input === null) return {};
  return io.input ? io.input(thread.view(input, input)) : input;
}

/** What the state sends on: Parameters or Arguments. */
export async function argumentsOf(io: StateIo, input: Json, effective: Json, thread: Thread): Promise<Json> {
  return within(io.arguments ? await io.arguments(thread.view(input, effective)) : effective, 'input', thread);
}

export interface Outcome {
  readonly output: Json;
  readonly assigned: JsonObject | undefined;
}

/** What leaves a state that has a result of its own. */
export async function finish(state: State, input: Json, result: Json, thread: Thread): Promise<Outcome> {
  const { io } = state;
  if (state.language === 'JSONata') {
    const view = thread.view(input, input, { result });
    return outcome(thread, view, io.assign, io.output ? await io.output(view) : result);
  }
  const selected = io.select ? await io.select(thread.view(input, result)) : result;
  const assigned = await io.assign?.(thread.view(input, selected));
  const combined = combine(io.resultPath, input, selected);
  return bounded(thread, await through(io.outputPath, input, combined, thread), assigned);
}

/** What leaves a state that passes its input on. */
export async function pass(io: StateIo, input: Json, effective: Json, thread: Thread): Promise<Outcome> {
  const view = thread.view(input, effective);
  const output = io.output ? await io.output(view) : await through(io.outputPath, input, effective, thread);
  return outcome(thread, view, io.assign, output);
}

/** Evaluates Assign beside an output that is already there. */
export async function outcome(
  thread: Thread,
  view: View,
  assign: Expression | undefined,
  output: Json,
): Promise<Outcome> {
  return bounded(thread, output, await assign?.(view));
}

export function combine(path: StateIo['resultPath'], input: Json, result: Json): Json {
  if (path === null) return input;
  return path ? put(input, path, result) : result;
}

async function through(path: StateIo['outputPath'], input: Json, value: Json, thread: Thread): Promise<Json> {
  if (path === null) return {};
  return path ? path(thread.view(input, value)) : value;
}

function bounded(thread: Thread, output: Json, assigned: Json | undefined): Outcome {
  return { output: within(output, 'result', thread), assigned: isObject(assigned) ? assigned : undefined };
}

function within(value: Json, what: 'input' | 'result', thread: Thread): Json {
  if (bytesOf(value) <= stateBytes) return value;
  const verb = what === 'result' ? 'returned a result' : 'was given an input';
  throw tooLarge(`The state/task '${thread.current?.name}' ${verb}`);
}

export function tooLarge(who: string): StateFailure {
  return new StateFailure(
    'States.DataLimitExceeded',
    `${who} with a size exceeding the maximum number of bytes service limit.`,
  );
}
