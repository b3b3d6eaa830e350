// Small readers of the parser's tree. Its lists are of `Node`, a union with one member for each kind.
import type { A_Const, AlterTableCmd, Node, RangeVar, TypeName } from 'libpg-query';
import { tokens } from './lexer';

export const stringsOf = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));

/** How a table is called in our books: `public.t` and `t` are one, which holds for the search_path of the owner role. */
export const tableName = (range: RangeVar | undefined): string => {
  const name = range?.relname ?? '';
  return range?.schemaname === undefined || range.schemaname === 'public' ? name : `${range.schemaname}.${name}`;
};

/** The same for a name that is a list, as in DROP TABLE. */
export const listName = (node: Node): string => {
  const parts = 'List' in node ? stringsOf(node.List.items) : stringsOf([node]);
  return (parts.length > 1 && parts[0] === 'public' ? parts.slice(1) : parts).join('.');
};

export interface ColumnType {
  readonly name: string;
  /** Length, or precision and scale. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

export const constantNumber = (constant: A_Const): number | undefined =>
  constant.ival === undefined ? undefined : (constant.ival.ival ?? 0);

const serials: Readonly<Record<string, string>> = { serial: 'int4', bigserial: 'int8', smallserial: 'int2' };

export function columnType(type: TypeName | undefined): ColumnType {
  const name = stringsOf(type?.names).at(-1) ?? '';
  const modifiers = (type?.typmods ?? []).flatMap((node) => {
    const value = 'A_Const' in node ? constantNumber(node.A_Const) : undefined;
    return value === undefined ? [] : [value];
  });
  return { name: serials[name] ?? name, modifiers, array: (type?.arrayBounds ?? []).length > 0 };
}

export const isSerial = (type: TypeName | undefined) => (stringsOf(type?.names).at(-1) ?? '') in serials;

/** As people write it, not as the catalog calls it. */
const spelled: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  bpchar: 'char',
  bool: 'boolean',
  float4: 'real',
  float8: 'double precision',
};

export function showType({ name, modifiers, array }: ColumnType): string {
  return `${spelled[name] ?? name}${modifiers.length === 0 ? '' : `(${modifiers.join(',')})`}${array ? '[]' : ''}`;
}

/** Every node below, itself included, in no special order. The tree is plain JSON. */
export function* descend(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* descend(item);
  else if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    // A node is an object with one key, which begins with a capital.
    if (keys.length === 1 && /^[A-Z]/.test(keys[0] ?? '')) yield value as Node;
    for (const inner of Object.values(value)) yield* descend(inner);
  }
}

/**
 * Where the items of a list begin that stands outside all brackets: the actions of ALTER TABLE, the tables of DROP. The
 * parser gives no place for either. `from` is an offset at or before the first.
 */
export function itemOffsets(text: string, from: number): number[] {
  const starts: number[] = [];
  let depth = 0;
  let next = true;
  for (const { kind, start } of tokens(text, from)) {
    if (kind === 'space' || kind === 'comment') continue;
    if (next) starts.push(start);
    next = false;
    const symbol = kind === 'symbol' ? (text[start] ?? '') : '';
    if (symbol === '(' || symbol === '[') depth++;
    if (symbol === ')' || symbol === ']') depth--;
    if (symbol === ',' && depth === 0) next = true;
  }
  return starts;
}

/** The end of `schema.table` or `table *` that begins at `from`. */
function afterName(text: string, from: number): number {
  let dotted = true;
  for (const { kind, start, end } of tokens(text, from)) {
    if (kind === 'space' || kind === 'comment') continue;
    const symbol = kind === 'symbol' ? text[start] : undefined;
    if (symbol === '*') return end;
    if (symbol !== '.' && !dotted) return start;
    dotted = symbol === '.';
  }
  return text.length;
}

export interface Alteration {
  readonly table: string;
  readonly command: AlterTableCmd;
  /** Offset in the statement. */
  readonly at: number;
}

/** The actions of an ALTER TABLE; nothing for an index, a view, a sequence or any other statement. */
export function alterations(node: Node, text: string, relationAt: number): Alteration[] {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_TABLE') return [];
  const { relation, cmds } = node.AlterTableStmt;
  const starts = itemOffsets(text, afterName(text, relationAt));
  return (cmds ?? []).flatMap((command, i) =>
    'AlterTableCmd' in command
      ? [{ table: tableName(relation), command: command.AlterTableCmd, at: starts[i] ?? 0 }]
      : [],
  );
}
