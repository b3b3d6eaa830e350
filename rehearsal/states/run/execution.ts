import { setMaxListeners } from 'node:events';
import type { Clock } from '../../clock';
import type { Integrations } from '../integrations';
import type { Json, JsonObject } from '../json';
import { historyEvents } from '../limits';
import type { StateMachine } from '../machine';
import { type ExecutionEvent, History } from './history';

export interface ExecuteOptions {
  readonly input: Json;
  readonly clock: Clock;
  readonly integrations: Integrations;
  readonly context: ExecutionContext;
  /** Aborted by StopExecution, with an ExecutionStop as the reason if it has an error or a cause. */
  readonly signal?: AbortSignal;
  /** Gets every event as it happens. */
  readonly record?: (event: ExecutionEvent) => void;
  /** From 0 up to 1: what jitter is drawn from. */
  readonly random?: () => number;
}

/** What the Context Object knows of the execution from outside. */
export interface ExecutionContext {
  readonly Execution: { readonly Id: string; readonly Name: string; readonly RoleArn: string };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
}

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly history: readonly ExecutionEvent[];
}

/** What StopExecution may say. */
export class ExecutionStop extends Error {
  constructor(
    readonly error?: string,
    override readonly cause?: string,
  ) {
    super('The execution was stopped.');
  }
}

/** An end that no Retry and no Catch sees. */
export class Ending extends Error {
  constructor(
    readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED',
    readonly error?: string,
    override readonly cause?: string,
  ) {
    super(`The execution ended: ${status}.`);
  }
}

/** What all threads of one execution share. */
export class Execution {
  readonly clock: Clock;
  readonly integrations: Integrations;
  readonly history: History;
  readonly context: JsonObject;
  readonly region: string;
  readonly random: () => number;
  private readonly controller = new AbortController();
  readonly signal = this.controller.signal;

  constructor(machine: StateMachine, options: ExecuteOptions) {
    setMaxListeners(0, this.signal);
    this.clock = options.clock;
    this.integrations = options.integrations;
    this.random = options.random ?? Math.random;
    const { Execution: execution, StateMachine: stateMachine } = options.context;
    this.region = execution.Id.split(':')[3] ?? '';
    this.context = {
      Execution: {
        ...execution,
        Input: options.input,
        StartTime: this.clock.date().toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { ...stateMachine },
    };
    this.history = new History(
      () => this.clock.date(),
      options.record ?? (() => {}),
      machine.type === 'STANDARD' ? () => this.full() : undefined,
      historyEvents,
    );
  }

  stop(ending: unknown): void {
    this.controller.abort(ending);
  }

  private full(): never {
    const cause = `The execution reached the maximum number of history events (${historyEvents}).`;
    const ending = new Ending('FAILED', 'States.Runtime', cause);
    this.stop(ending);
    throw ending;
  }
}
