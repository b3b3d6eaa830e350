import { tableName } from '../../sql/tree';
import { addedColumns, addedConstraints, find } from '../columns';
import type { Check } from '../rule';

/** On a column that is added empty there is nothing to look through: it is judged only if it gets a default. */
export const addForeignKey: Check<{ table: string; other: string }> = function* (context) {
  for (const { table, constraint, at } of addedConstraints(context)) {
    if (constraint.contype === 'CONSTR_FOREIGN' && constraint.skip_validation !== true) {
      yield { at, facts: { table, other: tableName(constraint.pktable) } };
    }
  }
  for (const { table, column, at } of addedColumns(context)) {
    const key = find(column, 'CONSTR_FOREIGN');
    if (key !== undefined && find(column, 'CONSTR_DEFAULT') !== undefined) {
      yield { at, facts: { table, other: tableName(key.pktable) } };
    }
  }
};
