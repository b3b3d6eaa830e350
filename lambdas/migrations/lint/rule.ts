import type { Level } from '../contract';
import { offsetOfByte } from '../excerpt';
import type { Script, Statement } from '../script';
import { type Alteration, alterations } from '../sql/tree';
import type { SchemaBooks } from './books';

/** What a rule looks at: one statement, the file around it, and what the files before it have made. */
export interface Context {
  readonly statement: Statement;
  readonly script: Script;
  /** As things stand just before this statement. */
  readonly books: SchemaBooks;
  readonly alterations: readonly Alteration[];
}

/** A place in the statement, and what the sentence needs to know. */
export interface Hit<Facts> {
  /** Offset in the statement; where the rule has no better one, its beginning. */
  readonly at?: number;
  readonly facts: Facts;
}

export type Check<Facts> = (context: Context) => Iterable<Hit<Facts>>;

/** The logic of a rule has a file of its own; the catalogue joins it with its level and its sentences. */
export interface Rule {
  readonly name: string;
  /** `always` cannot be set by a policy nor allowed by a comment. */
  readonly level: Level | 'always';
  readonly help: string;
  run(context: Context): { readonly at: number; readonly message: string }[];
}

export function rule<Facts>(definition: {
  name: string;
  level: Level | 'always';
  check: Check<Facts>;
  message: (facts: Facts) => string;
  help: string;
}): Rule {
  const { name, level, help, check, message } = definition;
  const run = (context: Context) =>
    Array.from(check(context), ({ at = 0, facts }) => ({ at, message: message(facts) }));
  return { name, level, help, run };
}

export function contextOf(statement: Statement, script: Script, books: SchemaBooks): Context {
  const { node, text } = statement;
  const relation = 'AlterTableStmt' in node ? node.AlterTableStmt.relation : undefined;
  const found = relation === undefined ? [] : alterations(node, text, offsetOfByte(text, relation.location ?? 0));
  return { statement, script, books, alterations: found };
}

/** ALTER TABLE actions on tables that were there before this file. */
export const onExisting = ({ alterations: all, books }: Context) => all.filter(({ table }) => !books.isNew(table));

export const placeOf = (statement: Statement, location: number | undefined) =>
  location === undefined ? 0 : offsetOfByte(statement.text, location);
