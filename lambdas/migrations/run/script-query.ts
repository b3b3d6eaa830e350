import type { Session } from '../../shared/database';
import { durationColumn } from './ledger';

interface Answer {
  /** How many statements the server has finished; where it stopped at an error, the failed one is the next. */
  readonly completed: number;
  /** What our own ledger statements measured, in the order in which they were sent. */
  readonly milliseconds: readonly number[];
}

/** What went wrong, and how far it had come. */
export class ScriptFailure extends Error {
  constructor(
    readonly error: Error & { readonly code?: string },
    readonly answer: Answer,
  ) {
    super(error.message, { cause: error });
  }
}

/** What `pg` calls back while a query is on its way. */
interface Wire {
  query(text: string): void;
  sendCopyFail(reason: string): void;
}

/**
 * Many statements in one round trip, of which `pg` itself tells only the last error: this counts those that were
 * finished before it, which is how a file and a statement are found, and drops the rows, which nobody reads.
 */
class ScriptQuery {
  private completed = 0;
  private readonly milliseconds: number[] = [];
  private ours = false;

  constructor(
    private readonly text: string,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (failure: ScriptFailure) => void,
  ) {}

  submit(wire: Pick<Wire, 'query'>): void {
    wire.query(this.text);
  }

  handleRowDescription({ fields }: { fields: readonly { name: string }[] }): void {
    this.ours = fields.length === 1 && fields[0]?.name === durationColumn;
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.ours) this.milliseconds.push(Number(fields[0]));
  }

  handleCommandComplete(): void {
    this.completed++;
    this.ours = false;
  }

  /** COPY … TO STDOUT is refused by the lint; its rows would be nobody's. */
  handleCopyData(): void {}

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('a migration has no rows to send');
  }

  handleEmptyQuery(): void {}

  handleError(error: Error): void {
    this.reject(new ScriptFailure(error, this.answer()));
  }

  handleReadyForQuery(): void {
    this.resolve(this.answer());
  }

  private answer(): Answer {
    return { completed: this.completed, milliseconds: this.milliseconds };
  }
}

/** Rejects with a `ScriptFailure`, whatever went wrong. */
export function sendScript(session: Session, text: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    session.query(new ScriptQuery(text, resolve, reject));
  });
}

/** The connection is gone, or the server is about to end it. */
export function isLost({ error }: ScriptFailure): boolean {
  return error.code === undefined || /^(57P0[1-5]|08...|E[A-Z]+)$/.test(error.code);
}
