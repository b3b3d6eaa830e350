import { relative } from 'node:path';
import type { BundledProject } from '../../lambdas/drill-check/contract';
import { Refusal } from './refusal';

/**
 * The files of `sql/checks` as PostgreSQL's own parser reads them. A drill reads them once more and would fail by a file
 * that is wrong, but that is a night too late.
 */
export async function checkSqlChecks(folder: string, files: BundledProject['checks']): Promise<void> {
  const checks = files.filter((each) => each.path.endsWith('.sql'));
  if (checks.length === 0) return;
  // Loaded when there is something to read: its WebAssembly takes some milliseconds.
  const { parse } = require('libpg-query') as typeof import('libpg-query');
  const problems: string[] = [];
  for (const { path, text } of checks) {
    const problem = await problemOf(text, parse);
    if (problem !== undefined) problems.push(`${relative('', folder) || folder}/${path}${problem}`);
  }
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'one is not' : `${problems.length} are not`;
  throw new Refusal(
    `What a restored copy is checked by must be one SELECT a file; ${count}:\n\n${problems.join('\n\n')}`,
  );
}

interface ParseFailure {
  readonly message?: string;
  readonly sqlDetails?: { readonly cursorPosition?: number };
}

/** Where it is, and what; undefined for a check. */
async function problemOf(text: string, parse: typeof import('libpg-query').parse): Promise<string | undefined> {
  try {
    const { stmts = [] } = await parse(text);
    const [first, second] = stmts;
    if (first === undefined) return ': holds no statement.';
    if (second !== undefined)
      return at(text, Buffer.from(text), second.stmt_location ?? 0, `is a second statement; write a file for each.`);
    const [kind = ''] = Object.keys(first.stmt ?? {});
    if (kind === 'SelectStmt') return undefined;
    return at(text, Buffer.from(text), first.stmt_location ?? 0, 'is no SELECT; a check only reads.');
  } catch (error) {
    const { message = String(error), sqlDetails } = error as ParseFailure;
    // It counts characters, where JavaScript counts half of some.
    const before = [...text].slice(0, sqlDetails?.cursorPosition ?? 0).join('').length;
    return atCharacter(text, before, `${message}.`);
  }
}

/** PostgreSQL tells where a statement begins in bytes, with the blanks and comments before it. */
function at(text: string, bytes: Buffer, offset: number, message: string): string {
  const before = bytes.subarray(0, offset).toString().length;
  const blank = /^(\s+|--[^\n]*\n?|\/\*[\s\S]*?\*\/)*/.exec(text.slice(before))?.[0].length ?? 0;
  return atCharacter(text, before + blank, message);
}

function atCharacter(text: string, offset: number, message: string): string {
  const lines = text.slice(0, offset).split('\n');
  const [line, column] = [lines.length, (lines.at(-1) ?? '').length];
  const excerpt = text.split('\n')[line - 1] ?? '';
  return `:${line}:${column + 1}: ${message}\n  ${excerpt}\n  ${excerpt.slice(0, column).replace(/[^\t]/g, ' ')}^`;
}
