import { isSerial } from '../../sql/tree';
import { addedColumns, find } from '../columns';
import type { Check } from '../rule';

/** A key is NOT NULL too. What fills itself (serial, identity, generated) is no concern here. */
export const addRequiredColumn: Check<{ table: string; column: string }> = function* (context) {
  for (const { table, column, at } of addedColumns(context)) {
    const required = find(column, 'CONSTR_NOTNULL') ?? find(column, 'CONSTR_PRIMARY');
    const filled =
      find(column, 'CONSTR_DEFAULT') ?? find(column, 'CONSTR_IDENTITY') ?? find(column, 'CONSTR_GENERATED');
    if (required !== undefined && filled === undefined && !isSerial(column.typeName)) {
      yield { at, facts: { table, column: column.colname ?? '' } };
    }
  }
};
