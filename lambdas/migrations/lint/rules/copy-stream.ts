import type { Check } from '../rule';

/** COPY that wants the client to send or take the rows. */
export const copyStream: Check<{ direction: string }> = function* ({ statement: { node } }) {
  if (!('CopyStmt' in node) || node.CopyStmt.filename !== undefined || node.CopyStmt.is_program === true) return;
  yield { facts: { direction: node.CopyStmt.is_from === true ? 'FROM STDIN' : 'TO STDOUT' } };
};
