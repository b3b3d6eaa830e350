import type { Node } from 'libpg-query';
import type { MigrationLayout } from './contract';
import { type Directives, readDirectives } from './directives';
import { Source } from './excerpt';
import { loadParser, type SyntaxProblem } from './sql/parse';
import { type Piece, split } from './sql/split';
import { refusesTransaction, transactionStep } from './transaction';

export interface Statement {
  readonly text: string;
  /** Where the text begins in `Script.source.text`. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** The parser's name for it, such as `CreateStmt`. */
  readonly kind: string;
  readonly node: Node;
  /** Between a BEGIN and a COMMIT that the file itself has. */
  readonly insideOwnTransaction: boolean;
  readonly allows: ReadonlySet<string>;
}

export interface Script {
  readonly source: Source;
  readonly layout: MigrationLayout;
  /** `file`: one transaction around all of it. `none`: each statement by itself. */
  readonly transaction: 'file' | 'none';
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly statements: readonly Statement[];
  readonly psqlLines: readonly Piece[];
  /** With offsets in `source.text`. */
  readonly syntaxErrors: readonly SyntaxProblem[];
  readonly directiveProblems: Directives['problems'];
  /** `source.text` as it can be sent at once: a BEGIN or COMMIT that Prisma wrote is blank, every offset stays. */
  readonly sendable: string;
}

/** Reads one file for the lint or the runner. Nothing is kept from one file to the next. */
export async function readScript(
  file: { readonly path: string; readonly text: string },
  layout: MigrationLayout,
  rules: readonly string[],
): Promise<Script> {
  const parse = await loadParser();
  const source = new Source(file.path, file.text);
  const parts = split(source.text);
  const directives = readDirectives(source, parts, rules);
  const statements: Statement[] = [];
  const syntaxErrors: SyntaxProblem[] = [];
  let inside = false;
  for (const [index, piece] of parts.pieces.entries()) {
    if (piece.kind !== 'statement') continue;
    const text = source.text.slice(piece.start, piece.end);
    const parsed = parse(text);
    if ('error' in parsed) {
      syntaxErrors.push({ ...parsed, offset: piece.start + parsed.offset });
      continue;
    }
    const { node } = parsed;
    const step = transactionStep(node);
    if (step === 'end') inside = false;
    statements.push({
      text,
      offset: piece.start,
      ...source.place(piece.start),
      kind: Object.keys(node)[0] ?? '',
      node,
      insideOwnTransaction: inside,
      allows: directives.allows.get(index) ?? new Set(),
    });
    if (step === 'begin') inside = true;
  }
  // Prisma sends such a file without a transaction of its own around it, so that is how it stands.
  const alone = layout === 'prisma' && statements.some(({ node }) => refusesTransaction(node) !== undefined);
  const transaction = directives.noTransaction || alone ? 'none' : 'file';
  return {
    source,
    layout,
    transaction,
    ...(directives.lockTimeoutMs === undefined ? {} : { lockTimeoutMs: directives.lockTimeoutMs }),
    ...(directives.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: directives.statementTimeoutMs }),
    statements,
    psqlLines: parts.pieces.filter(({ kind }) => kind === 'psql'),
    syntaxErrors,
    directiveProblems: directives.problems,
    sendable:
      layout === 'prisma' && transaction === 'file' ? blankOwnTransactions(source.text, statements) : source.text,
  };
}

/** One blank for each UTF-16 unit, so that positions in what is sent are positions in the file. */
function blankOwnTransactions(text: string, statements: readonly Statement[]): string {
  let result = text;
  for (const { node, offset, text: own } of statements) {
    if (transactionStep(node) === undefined) continue;
    result = result.slice(0, offset) + own.replace(/[^\r\n]/g, ' ') + result.slice(offset + own.length);
  }
  return result;
}
