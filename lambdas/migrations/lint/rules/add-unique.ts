import type { Constraint } from 'libpg-query';
import { addedColumns, addedConstraints, constraintsOf } from '../columns';
import type { Check } from '../rule';

const kinds: Readonly<Record<string, string>> = {
  CONSTR_UNIQUE: 'UNIQUE',
  CONSTR_PRIMARY: 'PRIMARY KEY',
  CONSTR_EXCLUSION: 'EXCLUDE',
};

/** The kind of a constraint that builds an index there and then, under its lock. */
const builds = ({ contype, indexname }: Constraint) => (indexname === undefined ? kinds[contype ?? ''] : undefined);

export const addUnique: Check<{ table: string; kind: string }> = function* (context) {
  for (const { table, constraint, at } of addedConstraints(context)) {
    const kind = builds(constraint);
    if (kind !== undefined) yield { at, facts: { table, kind } };
  }
  for (const { table, column, at } of addedColumns(context)) {
    const [kind] = constraintsOf(column.constraints).flatMap((constraint) => builds(constraint) ?? []);
    if (kind !== undefined) yield { at, facts: { table, kind } };
  }
};
