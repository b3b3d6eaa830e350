import type { Check } from '../rule';

export const createExtension: Check<{ name: string }> = function* ({ statement: { node } }) {
  if ('CreateExtensionStmt' in node) yield { facts: { name: node.CreateExtensionStmt.extname ?? '' } };
};
