import type { Node } from 'libpg-query';
import { stringsOf } from '../sql/tree';

export interface Setting {
  readonly name: string;
  readonly value?: string;
  /** True where it ends with the transaction. */
  readonly local: boolean;
}

function textOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) return textOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return undefined;
  const { sval, ival, boolval } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? '';
  if (ival !== undefined) return String(ival.ival ?? 0);
  return boolval === undefined ? undefined : String(boolval.boolval ?? false);
}

/** SET, RESET, or SELECT set_config(…), which pg_dump writes. */
export function settingOf(node: Node): Setting | undefined {
  if ('VariableSetStmt' in node) {
    const { name = '', args, is_local } = node.VariableSetStmt;
    const value = textOf(args?.[0]);
    return { name: name.toLowerCase(), local: is_local === true, ...(value === undefined ? {} : { value }) };
  }
  if (!('SelectStmt' in node)) return undefined;
  const [target] = node.SelectStmt.targetList ?? [];
  const call = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (call === undefined || !('FuncCall' in call) || stringsOf(call.FuncCall.funcname).at(-1) !== 'set_config')
    return undefined;
  const [name, value, local] = (call.FuncCall.args ?? []).map(textOf);
  return name === undefined
    ? undefined
    : { name: name.toLowerCase(), local: local === 'true' || local === 't', ...(value === undefined ? {} : { value }) };
}
