import type { Finding, Level } from '../contract';
import { locksOf, strongest } from '../lock';
import type { Script } from '../script';
import type { SchemaBooks } from './books';
import { directive, psqlCommand, rules, syntaxError } from './index';
import { contextOf } from './rule';

export interface Found extends Pick<Finding, 'rule' | 'level' | 'message' | 'help' | 'lock'> {
  /** In the file. */
  readonly offset: number;
}

const fixed = new Set(rules.filter(({ level }) => level === 'always').map(({ name }) => name));

/** The levels where no policy is to apply. */
export const always = (name: string): Level => (fixed.has(name) ? 'error' : 'off');

export function judge(script: Script, books: SchemaBooks, levelOf: (rule: string) => Level): Found[] {
  books.startFile();
  const found = unreadable(script);
  for (const statement of script.statements) {
    const context = contextOf(statement, script, books);
    const lock = strongest(locksOf(statement.node));
    for (const rule of rules) {
      const level = levelOf(rule.name);
      if (level === 'off' || statement.allows.has(rule.name)) continue;
      for (const { at, message } of rule.run(context)) {
        const offset = statement.offset + at;
        found.push({
          rule: rule.name,
          level,
          offset,
          message,
          help: rule.help,
          ...(lock === undefined ? {} : { lock }),
        });
      }
    }
    books.enter(statement.node, context.alterations);
  }
  return found;
}

function unreadable({ source, syntaxErrors, psqlLines, directiveProblems }: Script): Found[] {
  const error = (rule: string, offset: number, message: string, help: string): Found => ({
    rule,
    level: 'error',
    offset,
    message,
    help,
  });
  return [
    ...syntaxErrors.map((problem) => error(syntaxError, problem.offset, `${problem.error}.`, problem.help)),
    ...psqlLines.map(({ start, end }) => {
      const [command = ''] = source.text.slice(start, end).split(/\s/);
      return error(psqlCommand, start, `"${command}" is a command of psql, which does not run here.`, instead(command));
    }),
    ...directiveProblems.map(({ offset, message, help }) => error(directive, offset, `${message}.`, help)),
  ];
}

function instead(command: string): string {
  if (/^\\ir?$|^\\include/.test(command)) return 'Paste the other file here, or make it a migration of its own.';
  if (/^\\c$|^\\connect/.test(command)) return 'Remove it: a migration runs in the one database that the config names.';
  if (/^\\copy/.test(command)) return 'Write INSERT statements, or load large data by a job after the deploy.';
  if (/^\\set$/.test(command)) return 'Remove it, and write the value where the variable stands.';
  if (/^\\(un)?restrict/.test(command)) return 'Remove it: pg_dump writes it for psql.';
  return 'Remove it, or write SQL that does the same.';
}
