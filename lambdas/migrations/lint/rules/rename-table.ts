import { tableName } from '../../sql/tree';
import { type Check, placeOf } from '../rule';

export const renameTable: Check<{ table: string; name: string }> = function* ({ statement, books }) {
  const { node } = statement;
  if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_TABLE') return;
  const { relation, newname = '' } = node.RenameStmt;
  const table = tableName(relation);
  if (!books.isNew(table)) yield { at: placeOf(statement, relation?.location), facts: { table, name: newname } };
};
