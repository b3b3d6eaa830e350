import { tableName } from '../../sql/tree';
import { type Check, placeOf } from '../rule';

export const renameColumn: Check<{ table: string; column: string; name: string }> = function* ({ statement, books }) {
  const { node } = statement;
  if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_COLUMN') return;
  const { relation, relationType, subname = '', newname = '' } = node.RenameStmt;
  const table = tableName(relation);
  if (relationType !== 'OBJECT_TABLE' || books.isNew(table)) return;
  yield { at: placeOf(statement, relation?.location), facts: { table, column: subname, name: newname } };
};
