import type { ColumnDef, Node } from 'libpg-query';
import { type Alteration, type ColumnType, columnType, listName, tableName } from '../sql/tree';

interface NotNullCheck {
  readonly column: string;
  validated: boolean;
}

/**
 * What the files have made so far, as their text shows it. Types and checks are kept over the whole set, because the
 * safe ways take more than one file; what is *new* is kept for one file, since before it the table may hold rows.
 */
export class SchemaBooks {
  private readonly types = new Map<string, Map<string, ColumnType>>();
  private readonly checks = new Map<string, Map<string, NotNullCheck>>();
  private fresh = new Set<string>();
  private pendingChecks = new Set<string>();

  startFile(): void {
    this.fresh = new Set();
    this.pendingChecks = new Set();
  }

  /** Made by this file, so nobody uses it and it holds what this file put there. */
  isNew(table: string): boolean {
    return this.fresh.has(table);
  }

  typeOf(table: string, column: string): ColumnType | undefined {
    return this.types.get(table)?.get(column);
  }

  /** A validated CHECK (column IS NOT NULL) lets SET NOT NULL skip its scan. */
  provesNotNull(table: string, column: string): boolean {
    return [...(this.checks.get(table)?.values() ?? [])].some((check) => check.column === column && check.validated);
  }

  /** Added as NOT VALID by this very file, so the transaction still holds the lock of the ADD. */
  addedNotValidHere(table: string, constraint: string): boolean {
    return this.pendingChecks.has(`${table} ${constraint}`);
  }

  enter(node: Node, altered: readonly Alteration[]): void {
    if ('CreateStmt' in node) {
      const table = tableName(node.CreateStmt.relation);
      this.fresh.add(table);
      for (const element of node.CreateStmt.tableElts ?? []) {
        if ('ColumnDef' in element) this.enterColumn(table, element.ColumnDef);
      }
    } else if ('CreateTableAsStmt' in node) this.fresh.add(tableName(node.CreateTableAsStmt.into?.rel));
    else if ('SelectStmt' in node && node.SelectStmt.intoClause !== undefined) {
      this.fresh.add(tableName(node.SelectStmt.intoClause.rel));
    } else if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE') {
      for (const object of node.DropStmt.objects ?? []) this.forget(listName(object));
    } else if ('RenameStmt' in node) {
      const { renameType, relation, subname = '', newname = '' } = node.RenameStmt;
      const table = tableName(relation);
      if (renameType === 'OBJECT_TABLE') this.renameTable(table, tableName({ ...relation, relname: newname }));
      if (renameType === 'OBJECT_COLUMN') this.renameColumn(table, subname, newname);
    }
    for (const alteration of altered) this.enterAlteration(alteration);
  }

  private enterColumn(table: string, { colname = '', typeName }: ColumnDef): void {
    const columns = this.types.get(table) ?? new Map<string, ColumnType>();
    this.types.set(table, columns.set(colname, columnType(typeName)));
  }

  private enterAlteration({ table, command: { subtype, name = '', def } }: Alteration): void {
    if (subtype === 'AT_DropColumn') this.types.get(table)?.delete(name);
    if (subtype === 'AT_DropConstraint') this.checks.get(table)?.delete(name);
    if (subtype === 'AT_ValidateConstraint') {
      const check = this.checks.get(table)?.get(name);
      if (check !== undefined) check.validated = true;
    }
    if (def === undefined) return;
    if (subtype === 'AT_AddColumn' && 'ColumnDef' in def) this.enterColumn(table, def.ColumnDef);
    if (subtype === 'AT_AlterColumnType' && 'ColumnDef' in def) {
      this.enterColumn(table, { ...def.ColumnDef, colname: name });
    }
    if (subtype !== 'AT_AddConstraint' || !('Constraint' in def)) return;
    const { conname = '', skip_validation, raw_expr } = def.Constraint;
    if (skip_validation === true) this.pendingChecks.add(`${table} ${conname}`);
    const column = raw_expr === undefined ? undefined : notNullColumn(raw_expr);
    if (column === undefined) return;
    const checks = this.checks.get(table) ?? new Map<string, NotNullCheck>();
    this.checks.set(table, checks.set(conname, { column, validated: skip_validation !== true }));
  }

  private forget(table: string): void {
    this.types.delete(table);
    this.checks.delete(table);
    this.fresh.delete(table);
  }

  private renameTable(from: string, to: string): void {
    const types = this.types.get(from);
    const checks = this.checks.get(from);
    const fresh = this.fresh.has(from);
    this.forget(from);
    if (types !== undefined) this.types.set(to, types);
    if (checks !== undefined) this.checks.set(to, checks);
    if (fresh) this.fresh.add(to);
  }

  private renameColumn(table: string, from: string, to: string): void {
    const columns = this.types.get(table);
    const type = columns?.get(from);
    if (columns === undefined || type === undefined) return;
    columns.delete(from);
    columns.set(to, type);
  }
}

/** The column of `column IS NOT NULL`. */
function notNullColumn(expression: Node): string | undefined {
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return undefined;
  const { arg } = expression.NullTest;
  const last = arg !== undefined && 'ColumnRef' in arg ? arg.ColumnRef.fields?.at(-1) : undefined;
  return last !== undefined && 'String' in last ? last.String.sval : undefined;
}
