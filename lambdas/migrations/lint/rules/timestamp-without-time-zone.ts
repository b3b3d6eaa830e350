import { columnType, descend } from '../../sql/tree';
import { type Check, placeOf } from '../rule';

export const timestampWithoutTimeZone: Check<{ column: string }> = function* ({ statement }) {
  if (!('CreateStmt' in statement.node) && !('AlterTableStmt' in statement.node)) return;
  for (const node of descend(statement.node)) {
    if (!('ColumnDef' in node) || columnType(node.ColumnDef.typeName).name !== 'timestamp') continue;
    yield { at: placeOf(statement, node.ColumnDef.location), facts: { column: node.ColumnDef.colname ?? '' } };
  }
};
