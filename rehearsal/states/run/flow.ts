import { setImmediate as turn } from 'node:timers/promises';
import { edgeName } from '../edges';
import { StateFailure } from '../errors';
import type { Json, JsonObject } from '../json';
import type { ChoiceState, FailState, Flow, PassState, State, WaitState } from '../machine';
import { timestampOf } from '../timestamps';
import { attemptMap, attemptParallel, branchesFailed } from './branches';
import { argumentsOf, effectiveInput, finish, outcome, pass } from './data';
import { type Done, handled, tell } from './handle';
import { inputOf, outputOf } from './history';
import { attemptTask } from './task';
import type { Thread } from './thread';

/** States in a row that need nothing but the processor, before others get a turn. */
const stretch = 200;

export async function runFlow(flow: Flow, start: Json, thread: Thread): Promise<Json> {
  let input = start;
  let name: string | undefined = flow.startAt;
  for (let steps = 1; name !== undefined; steps++) {
    // Counts as work, or the clock would take it for a rest and jump.
    if (steps % stretch === 0) await thread.execution.clock.work(() => turn());
    const state = flow.states.get(name) as State;
    const { output, next }: Done = await runState(state, input, thread);
    [input, name] = [output, next];
  }
  return input;
}

async function runState(state: State, input: Json, thread: Thread): Promise<Done> {
  thread.enter(state);
  const fails = state.type === 'Fail' ? edgeName(state.name, 'Fail') : undefined;
  const entered = { stateEnteredEventDetails: { name: state.name, ...inputOf(input) } };
  thread.enteredAt = thread.add(`${state.type}StateEntered`, entered, fails);
  try {
    const done = await perform(state, input, thread);
    if (done.assigned) thread.variables.assign(done.assigned);
    const assigned = done.assigned && {
      assignedVariables: texts(done.assigned),
      assignedVariablesDetails: { truncated: false },
    };
    const exited = { name: state.name, ...outputOf(done.output), ...assigned };
    if (state.type !== 'Fail') thread.add(`${state.type}StateExited`, { stateExitedEventDetails: exited }, done.edge);
    thread.current = undefined;
    return done;
  } catch (error) {
    throw tell(error, thread);
  }
}

async function perform(state: State, input: Json, thread: Thread): Promise<Done> {
  switch (state.type) {
    case 'Pass':
      return onward(state, await passOn(state, input, thread));
    case 'Wait':
      return onward(state, await wait(state, input, thread));
    case 'Choice':
      return choose(state, input, thread);
    case 'Fail':
      throw await fail(state, input, thread);
    case 'Succeed': {
      const effective = await effectiveInput(state.io, input, thread);
      const left = await pass(state.io, input, effective, thread);
      return { ...left, next: undefined, edge: edgeName(state.name, 'Succeed') };
    }
    case 'Task':
      return handled(state, input, thread, async () => {
        const result = await attemptTask(state, input, thread);
        return onward(state, await finish(state, input, result, thread));
      });
    default: {
      const attempt = async () =>
        state.type === 'Map'
          ? attemptMap(state, input, thread, runFlow)
          : attemptParallel(state, input, thread, runFlow);
      const finished = async () => onward(state, await finish(state, input, await attempt(), thread));
      return handled(state, input, thread, finished, () => branchesFailed(state, thread));
    }
  }
}

function onward(state: Extract<State, { next: string | undefined }>, left: Awaited<ReturnType<typeof pass>>): Done {
  const edge = edgeName(state.name, state.next === undefined ? 'End' : 'Next', state.next);
  return { ...left, next: state.next, edge };
}

async function passOn(state: PassState, input: Json, thread: Thread) {
  const effective = await effectiveInput(state.io, input, thread);
  if (state.language === 'JSONata') return pass(state.io, input, effective, thread);
  const result = state.result === undefined ? await argumentsOf(state.io, input, effective, thread) : state.result;
  return finish(state, input, result, thread);
}

async function wait(state: WaitState, input: Json, thread: Thread) {
  const { clock } = thread.execution;
  const effective = await effectiveInput(state.io, input, thread);
  const view = thread.view(input, effective);
  const seconds = await state.seconds?.(view);
  const timestamp = await state.timestamp?.(view);
  const until = typeof seconds === 'number' ? seconds * 1000 : new Date(timestampOf(String(timestamp)) ?? Number.NaN);
  await clock.sleep(until, thread.signal);
  return pass(state.io, input, effective, thread);
}

async function choose(state: ChoiceState, input: Json, thread: Thread): Promise<Done> {
  const effective = await effectiveInput(state.io, input, thread);
  const view = thread.view(input, effective);
  for (const [i, rule] of state.choices.entries()) {
    if (!(await rule.condition(view))) continue;
    const edge = edgeName(state.name, `Choices[${i}]`, rule.next);
    const { output } = await pass({ ...state.io, output: rule.output, assign: undefined }, input, effective, thread);
    return { ...(await outcome(thread, view, rule.assign, output)), next: rule.next, edge };
  }
  if (state.default === undefined) {
    throw new StateFailure('States.NoChoiceMatched', 'No choice rule matched, and there is no Default.');
  }
  const edge = edgeName(state.name, 'Default', state.default);
  return { ...(await pass(state.io, input, effective, thread)), next: state.default, edge };
}

async function fail(state: FailState, input: Json, thread: Thread): Promise<StateFailure> {
  const view = thread.view(input, input);
  const error = await state.error?.(view);
  const cause = await state.cause?.(view);
  return new StateFailure(String(error ?? ''), String(cause ?? '')).asTold();
}

function texts(values: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}
