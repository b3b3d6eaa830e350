import type { ObjectType } from 'libpg-query';
import { tokens } from '../sql/lexer';
import { itemOffsets, listName } from '../sql/tree';
import type { Context, Hit } from './rule';

// DROP TABLE IF EXISTS, DROP MATERIALIZED VIEW CONCURRENTLY: what may stand before the first name.
const leading = /^(drop|table|schema|foreign|materialized|view|if|exists)$/i;

/** The objects of a DROP with the place of each. */
export function* dropped({ statement: { node, text } }: Context, type: ObjectType): Generator<Hit<{ name: string }>> {
  if (!('DropStmt' in node) || node.DropStmt.removeType !== type) return;
  let first = 0;
  for (const { kind, start, end } of tokens(text)) {
    if (kind === 'space' || kind === 'comment' || leading.test(text.slice(start, end))) continue;
    first = start;
    break;
  }
  const starts = itemOffsets(text, first);
  for (const [i, object] of (node.DropStmt.objects ?? []).entries()) {
    yield { at: starts[i] ?? 0, facts: { name: listName(object) } };
  }
}
