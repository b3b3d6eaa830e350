import { OperationError } from '../../shared/errors';
import { offsetOfPosition, type Source, withoutSecrets } from '../excerpt';
import type { Statement } from '../script';
import { hintFor } from './hints';

/** An error of the database, as `pg` hands it over. */
export interface DatabaseFault extends Error {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly where?: string;
}

/** What was sent, and where the file's own text lies in it. */
export interface Sent {
  readonly text: string;
  /** UTF-16 offset in `text` at which `body` begins, and its place in the file. */
  readonly bodyAt: number;
  readonly bodyLength: number;
  readonly fileOffset: number;
}

/** What people get to read of an error in a file, and what programs need of it. */
export class MigrationError extends OperationError {
  constructor(
    message: string,
    readonly sqlState: string | undefined,
    readonly file: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface Faulty {
  readonly error: DatabaseFault;
  readonly source: Source;
  readonly sent: Sent;
  /** The statement that was running, where the count tells; without one it was the COMMIT, or ours. */
  readonly statement: Statement | undefined;
  readonly atCommit: boolean;
  /** Sentences about what stands now, and about what was tried. */
  readonly notes: readonly string[];
}

export function migrationError({ error, source, sent, statement, atCommit, notes }: Faulty): MigrationError {
  const offset = offsetInFile(error, sent) ?? statement?.offset;
  const code = error.code ?? 'no SQLSTATE';
  const what = `${withoutSecrets(error.message)} (${code})`;
  const lines: string[] = [];
  if (offset !== undefined) {
    const { line, column } = source.place(offset);
    lines.push(`${source.path}:${line}:${column}: ${what}`, source.excerpt(offset));
  } else lines.push(`${source.path}: ${atCommit ? 'at its COMMIT: ' : ''}${what}`);
  const context = firstLine(error.where);
  if (error.detail) lines.push(`  detail: ${withoutSecrets(withoutData(error.detail))}`);
  if (context) lines.push(`  within: ${withoutSecrets(context)}`);
  if (error.hint) lines.push(`  hint: ${withoutSecrets(error.hint)}`);
  const help = hintFor(error.code);
  if (help) lines.push(`  help: ${help}`);
  return new MigrationError([...lines, ...notes].join('\n'), error.code, source.path, { cause: error });
}

function offsetInFile({ position }: DatabaseFault, { text, bodyAt, bodyLength, fileOffset }: Sent): number | undefined {
  if (position === undefined) return undefined;
  const offset = offsetOfPosition(text, Number(position)) - bodyAt;
  return offset >= 0 && offset <= bodyLength ? fileOffset + offset : undefined;
}

const firstLine = (text: string | undefined) => text?.split('\n')[0]?.slice(0, 200);

/** PostgreSQL quotes the row that it refuses. That is somebody's data, and an error message goes to logs. */
const withoutData = (detail: string) =>
  detail
    .replace(/^(Failing row contains )\([\s\S]*\)/, '$1(…)')
    .replace(/^(Key \(.*?\)=)\([\s\S]*?\)(?= (?:already|is|conflicts|does|was))/, '$1(…)');

/** The server went away, or took the session away, in the middle. */
export function lostConnection(path: string, error: Error): MigrationError {
  const { code } = error as DatabaseFault;
  const reason = error.message.replace(/\.$/, '');
  return new MigrationError(
    `The connection was lost while ${path} ran: ${reason}. Run it again: the ledger knows what is done.`,
    code,
    path,
    { cause: error },
  );
}
