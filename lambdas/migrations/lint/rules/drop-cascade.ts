import type { Check } from '../rule';

/** CASCADE takes along what the file does not name: views, foreign keys, whatever came to depend on the object. */
export const dropCascade: Check<Record<never, never>> = function* ({ statement: { node, text }, alterations }) {
  const at = Math.max(0, text.toLowerCase().lastIndexOf('cascade'));
  if ('DropStmt' in node && node.DropStmt.behavior === 'DROP_CASCADE') yield { at, facts: {} };
  if ('DropOwnedStmt' in node && node.DropOwnedStmt.behavior === 'DROP_CASCADE') yield { at, facts: {} };
  for (const { command, at: place } of alterations) {
    if (command.behavior === 'DROP_CASCADE') yield { at: place, facts: {} };
  }
};
