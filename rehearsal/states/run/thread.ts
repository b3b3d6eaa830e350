import type { HistoryEventType } from '@aws-sdk/client-sfn';
import { Variables } from '../expressions/variables';
import type { View } from '../expressions/view';
import type { Json, JsonObject } from '../json';
import type { State } from '../machine';
import type { Execution } from './execution';
import type { EventDetails } from './history';

/** One line of execution: the machine itself, a branch of a Parallel, an iteration of a Map. */
export class Thread {
  /** The id of its latest event. */
  previous = 0;
  current: State | undefined;
  enteredAt = 0;
  enteredTime = '';
  retries = 0;
  /** Whether the branches or iterations of the current state are under way. */
  branched = false;
  taskToken: string | undefined;
  readonly children = new Set<Thread>();
  readonly variables: Variables;

  constructor(
    readonly execution: Execution,
    readonly signal: AbortSignal,
    outer?: Thread,
    /** `Map.Item` of the Context Object. */
    private readonly item: JsonObject | undefined = outer?.item,
    /** Tells the history that it was aborted: the event of an iteration, none for a branch. */
    readonly aborted?: (thread: Thread) => void,
  ) {
    this.variables = new Variables(outer?.variables);
    outer?.children.add(this);
  }

  add(type: HistoryEventType, details?: EventDetails, edge?: string): number {
    this.signal.throwIfAborted();
    this.previous = this.execution.history.add(type, this.previous, details, edge);
    return this.previous;
  }

  enter(state: State): void {
    this.current = state;
    this.enteredTime = this.execution.clock.date().toISOString();
    this.retries = 0;
    this.branched = false;
    this.taskToken = undefined;
  }

  view(input: Json, document: Json, more: { result?: Json; errorOutput?: Json; item?: JsonObject } = {}): View {
    const { item, ...states } = more;
    return {
      document,
      states: { input, context: this.context(item), ...states },
      variables: this.variables,
      now: () => this.execution.clock.now(),
    };
  }

  /** The Context Object. */
  private context(item: JsonObject | undefined = this.item): JsonObject {
    const retried = this.current && 'retry' in this.current;
    return {
      ...this.execution.context,
      State: {
        Name: this.current?.name ?? '',
        EnteredTime: this.enteredTime,
        ...(retried && { RetryCount: this.retries }),
      },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
      ...(item && { Map: { Item: item } }),
    };
  }
}
