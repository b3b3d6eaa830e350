import { AwsError, notKnown } from './errors';

export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  /** The service's code, where it refused. */
  readonly error?: string;
}

/** Who is told of every call, whether it comes over the wire or from a state machine. */
export interface Witness {
  readonly record: (record: CallRecord) => void;
  /** What must fail the rehearsal, whatever the caller makes of the answer. */
  readonly broken: (sentence: string) => void;
}

/** Counts a call. One that the rehearsal cannot judge, or that it failed at by itself, is told: no retry or Catch hides it. */
export function witnessed({ record, broken }: Witness, call: Omit<CallRecord, 'error'>, error?: unknown): void {
  if (error === undefined) {
    record(call);
    return;
  }
  const own = !(error instanceof AwsError);
  const code = own ? 'RehearsalError' : error.code;
  record({ ...call, error: code });
  if (!own && code !== notKnown) return;
  const { message } = error as Error;
  broken(`${message.replace(/[.]$/, '')} (${call.operation} of ${call.service}).`);
}
