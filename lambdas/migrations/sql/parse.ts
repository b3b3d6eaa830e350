import type { Node } from 'libpg-query';
import { offsetOfPosition } from '../excerpt';

export interface SyntaxProblem {
  readonly error: string;
  readonly help: string;
  readonly offset: number;
}
export type ParsedStatement = { readonly node: Node } | SyntaxProblem;

const psqlVariable = 'Write the value itself: variables of psql are not replaced.';
const grammar = 'Correct the statement: this is what PostgreSQL 16 says about it.';
// The parser may use 1 GiB and never gives memory back; 16 MB of INSERT take some 500 MB of it.
const largest = 16_000_000;

/**
 * The parser itself, loaded when it is first needed: a run that finds nothing to do must not pay for it. Its
 * WebAssembly lies in a file of its own, which a bundle has to carry beside its JavaScript.
 */
export async function loadParser(): Promise<(text: string) => ParsedStatement> {
  const parser = await import('libpg-query');
  await parser.loadModule().catch((error: unknown) => {
    throw new Error('The parser cannot start: libpg-query.wasm must lie in the folder of the bundle.', {
      cause: error,
    });
  });
  return (text) => {
    if (text.length > largest) {
      const error = `the statement has ${text.length} characters, and ${largest} can be checked`;
      return { error, help: 'Split it, or load large data by a job after the deploy.', offset: 0 };
    }
    try {
      return oneStatement(parser.parseSync(text));
    } catch (error) {
      if (!parser.hasSqlDetails(error)) throw error;
      // Called a byte offset in places; it counts characters, from 0.
      const offset = offsetOfPosition(text, error.sqlDetails.cursorPosition + 1);
      return { error: error.message, help: text[offset] === ':' ? psqlVariable : grammar, offset };
    }
  };
}

function oneStatement(parsed: { stmts: readonly { stmt?: Node }[] }): ParsedStatement {
  const node = parsed.stmts[0]?.stmt;
  if (node === undefined || parsed.stmts.length !== 1) {
    throw new Error(`The splitter took for one statement what the parser reads as ${parsed.stmts.length}.`);
  }
  return { node };
}
