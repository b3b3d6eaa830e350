import type { ColumnDef, Constraint, ConstrType, Node } from 'libpg-query';
import { type Context, onExisting } from './rule';

export const constraintsOf = (nodes: readonly Node[] | undefined): Constraint[] =>
  (nodes ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));

export const find = ({ constraints }: ColumnDef, type: ConstrType) =>
  constraintsOf(constraints).find(({ contype }) => contype === type);

/** Columns that are added to tables which were there before this file. */
export const addedColumns = (context: Context) =>
  onExisting(context).flatMap(({ table, command: { subtype, def }, at }) =>
    subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def ? [{ table, column: def.ColumnDef, at }] : [],
  );

/** Constraints that are added, as such, to tables which were there before this file. */
export const addedConstraints = (context: Context) =>
  onExisting(context).flatMap(({ table, command: { subtype, def }, at }) =>
    subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def
      ? [{ table, constraint: def.Constraint, at }]
      : [],
  );
