import type { Options } from './arguments';

/** One word after `plinth`: parses its arguments, calls what does the work, prints. */
export interface Verb {
  readonly options: Options;
  /** What stands behind the verb besides options, for the help. */
  readonly words?: string;
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}
