import type { QueryLanguage } from './definition/place';
import type { Resource } from './definition/resource';
import type { Path } from './expressions/path-types';
import type { Expression } from './expressions/view';
import type { Json } from './json';

/** A definition that was found to be in order. */
export interface StateMachine extends Flow {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly timeoutSeconds?: number;
  readonly comment?: string;
}

export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

interface Common {
  readonly name: string;
  readonly language: QueryLanguage;
  readonly io: StateIo;
}

/** What becomes of a state's input on its way in, and of its result on its way out. */
export interface StateIo {
  /** InputPath; undefined stands for the input as it is, null for an empty object. */
  readonly input?: Expression | null;
  /** Parameters or Arguments. */
  readonly arguments?: Expression;
  /** ResultSelector. */
  readonly select?: Expression;
  /** ResultPath; null drops the result. */
  readonly resultPath?: Path | null;
  /** OutputPath; null stands for an empty object. */
  readonly outputPath?: Expression | null;
  /** Output of JSONata. */
  readonly output?: Expression;
  readonly assign?: Expression;
}

/** The name of the next state, or undefined at an end. */
type Next = { readonly next: string | undefined };

export interface Handled {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly jitter: boolean;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
  readonly resultPath?: Path | null;
  readonly output?: Expression;
  readonly assign?: Expression;
}

export interface TaskState extends Common, Next, Handled {
  readonly type: 'Task';
  readonly resource: Resource;
  readonly timeoutSeconds?: Expression;
  readonly heartbeatSeconds?: Expression;
}

export interface PassState extends Common, Next {
  readonly type: 'Pass';
  readonly result?: Json;
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default?: string;
}

export interface ChoiceRule {
  readonly condition: Expression;
  readonly next: string;
  readonly output?: Expression;
  readonly assign?: Expression;
}

export interface WaitState extends Common, Next {
  readonly type: 'Wait';
  readonly seconds?: Expression;
  readonly timestamp?: Expression;
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error?: Expression;
  readonly cause?: Expression;
}

export interface ParallelState extends Common, Next, Handled {
  readonly type: 'Parallel';
  readonly branches: readonly Flow[];
}

export interface MapState extends Common, Next, Handled {
  readonly type: 'Map';
  readonly items?: Expression;
  readonly itemSelector?: Expression;
  readonly maxConcurrency?: Expression;
  readonly processor: Flow;
}
