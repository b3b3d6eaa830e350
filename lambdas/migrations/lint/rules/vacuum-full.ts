import type { Check } from '../rule';

export const vacuumFull: Check<{ command: string }> = function* ({ statement: { node } }) {
  if ('ClusterStmt' in node) yield { facts: { command: 'CLUSTER' } };
  if ('VacuumStmt' in node) {
    const full = (node.VacuumStmt.options ?? []).some((o) => 'DefElem' in o && o.DefElem.defname === 'full');
    if (full) yield { facts: { command: 'VACUUM FULL' } };
  }
};
