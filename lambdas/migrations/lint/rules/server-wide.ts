import type { Check } from '../rule';

/** What belongs to the server and not to the database, and what RDS gives to nobody. */
export const serverWide: Check<{ command: string }> = function* ({ statement: { node } }) {
  if ('AlterSystemStmt' in node) yield { facts: { command: 'ALTER SYSTEM' } };
  if ('CreateTableSpaceStmt' in node) yield { facts: { command: 'CREATE TABLESPACE' } };
  if ('CopyStmt' in node && (node.CopyStmt.filename !== undefined || node.CopyStmt.is_program === true)) {
    yield {
      facts: { command: node.CopyStmt.is_program === true ? 'COPY … PROGRAM' : 'COPY with a file of the server' },
    };
  }
};
