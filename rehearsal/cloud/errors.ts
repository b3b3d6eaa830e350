/** An answer that a service gives in place of a result, by its own code. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export const notKnown = 'NotKnownToTheRehearsal';

/** A call that AWS would perhaps take, and that the rehearsal does not know: refused, and told at the end. */
export class UnknownToRehearsal extends AwsError {
  constructor(what: string) {
    super(notKnown, `The rehearsal does not know ${what}.`, 501);
  }
}
