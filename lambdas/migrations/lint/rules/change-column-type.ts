import type { Node } from 'libpg-query';
import { columnType, showType } from '../../sql/tree';
import { type Check, onExisting } from '../rule';
import { keepsRows } from '../type-change';

/** USING column, or USING column::type, says what would happen anyway. */
function isPlain(using: Node | undefined, column: string, type: string): boolean {
  if (using === undefined) return true;
  if ('TypeCast' in using) {
    return showType(columnType(using.TypeCast.typeName)) === type && isPlain(using.TypeCast.arg, column, type);
  }
  const [field, ...more] = 'ColumnRef' in using ? (using.ColumnRef.fields ?? []) : [];
  return more.length === 0 && field !== undefined && 'String' in field && field.String.sval === column;
}

export const changeColumnType: Check<{ table: string; column: string; change: string }> = function* (context) {
  for (const { table, command, at } of onExisting(context)) {
    const { subtype, name = '', def } = command;
    if (subtype !== 'AT_AlterColumnType' || def === undefined || !('ColumnDef' in def)) continue;
    const from = context.books.typeOf(table, name);
    const to = columnType(def.ColumnDef.typeName);
    const plain = isPlain(def.ColumnDef.raw_default, name, showType(to)) && def.ColumnDef.collClause === undefined;
    if (from !== undefined && plain && keepsRows(from, to)) continue;
    const change = `${from === undefined ? 'a type that these files do not show' : showType(from)} to ${showType(to)}`;
    yield { at, facts: { table, column: name, change } };
  }
};
