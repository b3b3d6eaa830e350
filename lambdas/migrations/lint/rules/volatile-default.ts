import type { Node } from 'libpg-query';
import { descend, isSerial, stringsOf } from '../../sql/tree';
import { addedColumns, find } from '../columns';
import type { Check } from '../rule';

// These give one value for the whole statement; PostgreSQL stores it once and rewrites nothing. A function that is not
// here may be volatile, and then every row is written anew.
const oneValue = [
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'current_database',
  'to_timestamp',
  'make_date',
  'make_interval',
  'lower',
  'upper',
  'json_build_object',
  'jsonb_build_object',
  'json_build_array',
  'jsonb_build_array',
  'to_json',
  'to_jsonb',
  'date_trunc',
  'timezone',
  'concat',
  'md5',
  'array_fill',
  'date_part',
];

function volatileCall(expression: Node | undefined): string | undefined {
  for (const node of descend(expression)) {
    const name = 'FuncCall' in node ? (stringsOf(node.FuncCall.funcname).at(-1) ?? '') : undefined;
    if (name !== undefined && !oneValue.includes(name)) return `${name}()`;
  }
  return undefined;
}

export const volatileDefault: Check<{ table: string; column: string; why: string }> = function* (context) {
  for (const { table, column, at } of addedColumns(context)) {
    const call = volatileCall(find(column, 'CONSTR_DEFAULT')?.raw_expr);
    const why = isSerial(column.typeName)
      ? 'a serial type'
      : find(column, 'CONSTR_IDENTITY') !== undefined
        ? 'an identity'
        : find(column, 'CONSTR_GENERATED') !== undefined
          ? 'a stored generated value'
          : call === undefined
            ? undefined
            : `the default ${call}`;
    if (why !== undefined) yield { at, facts: { table, column: column.colname ?? '', why } };
  }
};
