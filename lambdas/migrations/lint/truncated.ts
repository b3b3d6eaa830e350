import { tableName } from '../sql/tree';
import { type Context, type Hit, placeOf } from './rule';

/** The tables that a TRUNCATE empties and that this file has not made. */
export function* truncated({ statement, books }: Context, cascade: boolean): Generator<Hit<{ table: string }>> {
  const { node } = statement;
  if (!('TruncateStmt' in node) || (node.TruncateStmt.behavior === 'DROP_CASCADE') !== cascade) return;
  for (const relation of node.TruncateStmt.relations ?? []) {
    if (!('RangeVar' in relation)) continue;
    const table = tableName(relation.RangeVar);
    if (!books.isNew(table)) yield { at: placeOf(statement, relation.RangeVar.location), facts: { table } };
  }
}
