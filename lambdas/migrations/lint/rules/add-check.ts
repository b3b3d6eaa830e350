import { addedColumns, addedConstraints, find } from '../columns';
import type { Check } from '../rule';

export const addCheck: Check<{ table: string }> = function* (context) {
  for (const { table, constraint, at } of addedConstraints(context)) {
    if (constraint.contype === 'CONSTR_CHECK' && constraint.skip_validation !== true) yield { at, facts: { table } };
  }
  for (const { table, column, at } of addedColumns(context)) {
    if (find(column, 'CONSTR_CHECK') !== undefined) yield { at, facts: { table } };
  }
};
