import { tableName } from '../../sql/tree';
import { type Check, placeOf } from '../rule';

export const indexWithoutConcurrently: Check<{ command: string; table: string }> = function* ({ statement, books }) {
  const { node } = statement;
  if ('IndexStmt' in node && node.IndexStmt.concurrent !== true) {
    const table = tableName(node.IndexStmt.relation);
    if (!books.isNew(table)) {
      yield { at: placeOf(statement, node.IndexStmt.relation?.location), facts: { command: 'CREATE INDEX', table } };
    }
  }
  if ('ReindexStmt' in node && node.ReindexStmt.relation !== undefined) {
    const concurrent = (node.ReindexStmt.params ?? []).some(
      (p) => 'DefElem' in p && p.DefElem.defname === 'concurrently',
    );
    const at = placeOf(statement, node.ReindexStmt.relation.location);
    if (!concurrent) yield { at, facts: { command: 'REINDEX', table: tableName(node.ReindexStmt.relation) } };
  }
};
