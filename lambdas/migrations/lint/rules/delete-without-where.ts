import { tableName } from '../../sql/tree';
import { type Check, placeOf } from '../rule';

export const deleteWithoutWhere: Check<{ table: string }> = function* ({ statement, books }) {
  const { node } = statement;
  if (!('DeleteStmt' in node) || node.DeleteStmt.whereClause !== undefined) return;
  const table = tableName(node.DeleteStmt.relation);
  if (!books.isNew(table)) yield { at: placeOf(statement, node.DeleteStmt.relation?.location), facts: { table } };
};
