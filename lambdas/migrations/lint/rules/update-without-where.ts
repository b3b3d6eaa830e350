import { tableName } from '../../sql/tree';
import { type Check, placeOf } from '../rule';

/** FROM with a condition in a join does not narrow the table either, so only WHERE counts. */
export const updateWithoutWhere: Check<{ table: string }> = function* ({ statement, books }) {
  const { node } = statement;
  if (!('UpdateStmt' in node) || node.UpdateStmt.whereClause !== undefined) return;
  const table = tableName(node.UpdateStmt.relation);
  if (!books.isNew(table)) yield { at: placeOf(statement, node.UpdateStmt.relation?.location), facts: { table } };
};
