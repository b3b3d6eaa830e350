import type { Check } from '../rule';

export const dropDatabase: Check<{ name: string }> = function* ({ statement: { node } }) {
  if ('DropdbStmt' in node) yield { facts: { name: node.DropdbStmt.dbname ?? '' } };
};
