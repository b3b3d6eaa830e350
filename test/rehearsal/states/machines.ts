// Runs definitions for the tests, with integrations that are functions and a clock that stands still but for its jumps.
import { Clock } from '../../../rehearsal/clock';
import {
  type ExecuteOptions,
  type ExecutionResult,
  execute,
  type IntegrationCall,
  type Json,
  parseStateMachine,
  type Resource,
} from '../../../rehearsal/states';

export const start = new Date('2026-01-01T00:00:00Z');
const account = '123456789012';
export const functionArn = `arn:aws:lambda:eu-west-1:${account}:function:work`;

export const context = {
  Execution: {
    Id: `arn:aws:states:eu-west-1:${account}:execution:machine:run`,
    Name: 'run',
    RoleArn: `arn:aws:iam::${account}:role/machine`,
  },
  StateMachine: { Id: `arn:aws:states:eu-west-1:${account}:stateMachine:machine`, Name: 'machine' },
};

export type Answer = (call: IntegrationCall, clock: Clock) => unknown;

export interface Run {
  readonly input?: Json;
  readonly type?: 'STANDARD' | 'EXPRESS';
  /** What the integrations answer; without one, a call fails the test. */
  readonly answer?: Answer;
  readonly options?: Partial<ExecuteOptions>;
}

export interface Ran extends ExecutionResult {
  /** Seconds of virtual time. */
  readonly seconds: number;
  readonly calls: readonly IntegrationCall[];
  /** The types of the events, in order. */
  readonly types: readonly string[];
}

export function newClock(): Clock {
  return new Clock({ start, monotonic: () => 0 });
}

const services = ['lambda', 'sns', 'states', 'ecs', 'events', 'rds', 'sqs'];

export const integrations = { supports: ({ service }: Resource) => services.includes(service) };

export function parse(definition: unknown, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') {
  return parseStateMachine(definition, { type, integrations });
}

export async function run(definition: unknown, { input = {}, type, answer, options }: Run = {}): Promise<Ran> {
  const machine = parse(definition, type);
  const clock = options?.clock ?? newClock();
  const calls: IntegrationCall[] = [];
  const call = async (one: IntegrationCall) => {
    calls.push(one);
    if (!answer) throw new Error(`Nobody answers ${one.resource.arn}.`);
    return answer(one, clock);
  };
  const result = await execute(machine, {
    input,
    clock,
    context,
    integrations: { ...integrations, call },
    ...options,
  });
  const seconds = (clock.now() - start.getTime()) / 1000;
  return { ...result, seconds, calls, types: result.history.map(({ type: name }) => name) };
}

/** A machine of the given states that begins with the first. */
export function machine(states: Record<string, object>, more: object = {}): object {
  return { StartAt: Object.keys(states)[0], States: states, ...more };
}

export function jsonata(states: Record<string, object>, more: object = {}): object {
  return machine(states, { QueryLanguage: 'JSONata', ...more });
}

/** A single state that ends the machine. */
export function only(state: object, more: object = {}): object {
  return machine({ Only: { ...state, End: true } }, more);
}

/** What is wrong with a definition: its sentences. */
export function problemsOf(definition: unknown, type?: 'STANDARD' | 'EXPRESS'): readonly string[] {
  try {
    parse(definition, type);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
}
