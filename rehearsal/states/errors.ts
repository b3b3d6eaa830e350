import type { Json } from './json';

/** What an integration throws when the call fails: the name by which Retry and Catch know it, and a text. */
export class TaskFailure extends Error {
  constructor(
    readonly error: string,
    override readonly cause: string,
  ) {
    super(cause === '' ? error : `${error}: ${cause}`);
  }
}

/** Why a state failed. */
export class StateFailure extends TaskFailure {
  private wasTold = false;

  constructor(
    error: string,
    cause: string,
    /** Further names by which a Retry or Catch may ask for it, although it is reported by the first one. */
    readonly aliases: readonly string[] = [],
    /** The field whose expression failed; it gets an event of its own. */
    readonly location?: string,
  ) {
    super(error, cause);
  }

  alsoKnownAs(...aliases: string[]): StateFailure {
    return this.copy([...this.aliases, ...aliases]);
  }

  /** Says in its cause all that is to be said, and stands in the history where that is due. */
  asTold(): StateFailure {
    const copy = this.copy(this.aliases);
    copy.wasTold = true;
    return copy;
  }

  get told(): boolean {
    return this.wasTold;
  }

  /** What a catcher gets. */
  output(): { Error: Json; Cause: Json } {
    return { Error: this.error, Cause: this.cause };
  }

  private copy(aliases: readonly string[]): StateFailure {
    const copy = new StateFailure(this.error, this.cause, aliases, this.location);
    copy.wasTold = this.wasTold;
    return copy;
  }
}

/** What cannot be mended and is never retried or caught. */
export function runtimeError(cause: string, ...aliases: string[]): StateFailure {
  return new StateFailure('States.Runtime', cause, aliases);
}

/** A definition that is not to be run, with everything that is wrong with it, one sentence each. */
export class DefinitionError extends Error {
  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(`The state machine definition has ${count}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** What every predefined name may be, in ErrorEquals. */
export const predefinedErrors: readonly string[] = [
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
];

/** Whether a name in ErrorEquals means this failure. */
export function matches(failure: StateFailure, name: string): boolean {
  if (failure.aliases.includes(name)) return true;
  if (failure.error === 'States.Runtime') return false;
  if (failure.error === name) return true;
  if (failure.error === 'States.DataLimitExceeded') return false;
  return name === 'States.ALL' || (name === 'States.TaskFailed' && failure.error !== 'States.Timeout');
}
