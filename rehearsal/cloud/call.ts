import type { Seat } from '../routes/routes';
import { UnknownToRehearsal } from './errors';

/** Who calls: the role of a function or a state machine in a session, or the person at the keyboard. */
export interface Caller {
  /** As AWS names it in a refusal. */
  readonly arn: string;
  /** Absent for the operator, who may do all. */
  readonly roleArn?: string;
  /** The function whose code calls, where one does. */
  readonly functionArn?: string;
  /** In a VPC: where it calls from. */
  readonly seat?: Seat;
}

export interface Access {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of this call beside those that every call has. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  readonly requestId: string;
  /** Throws the refusal that AWS would give. */
  authorize(action: string, resource: string, context?: Readonly<Record<string, string>>): void;
}

type Input = Readonly<Record<string, unknown>>;
export type Operation = (input: Input, call: Call) => Promise<unknown>;

export type Protocol = 'json' | 'query' | 'rest-json' | 'rest-xml';

export interface Service {
  /** As the signature names it. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Where its members begin with a small letter: Step Functions writes them all with a capital. */
  readonly camelCase?: boolean;
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * The members of a call that an operation knows. Any other is refused: to pass over it would be to answer "ok" to
 * something that was not done. Those that have no effect here are listed after the rest, as `ignored`.
 */
export function members<const K extends string>(
  input: Input,
  known: readonly K[],
  ignored: readonly string[] = [],
): Readonly<Partial<Record<K, unknown>>> {
  for (const name of Object.keys(input)) {
    if (!known.includes(name as K) && !ignored.includes(name)) throw new UnknownToRehearsal(`the member ${name}`);
  }
  return input as Partial<Record<K, unknown>>;
}
