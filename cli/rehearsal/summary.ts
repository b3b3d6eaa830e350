import type { Report } from '../../rehearsal/report';
import { print } from '../terminal';

export function summary(report: Report, file: string): void {
  for (const note of report.notes) print(`  note: ${note}`);
  for (const failure of report.failures) print(`  FAILED: ${failure}`);
  for (const database of report.databases) {
    print(
      `  ${database.database} after ${database.after}: ${database.tables.map(({ name, rows }) => `${name} ${rows}`).join(', ')}`,
    );
    for (const { name, search } of database.indexes) {
      if (search)
        print(
          `    ${name}: recall ${search.recall.toFixed(3)}, ${search.indexMs.toFixed(1)} ms (exact ${search.exactMs.toFixed(1)} ms)`,
        );
    }
  }
  const grants = report.permissions.flatMap(({ holder, kind, acted, grants: all }) =>
    (kind === 'role' && acted ? all : []).map((grant) => ({ role: holder, ...grant })),
  );
  for (const { role, action, used, effect } of grants)
    if (!used && effect === 'Allow') print(`  granted, never used: ${role} ${action}`);
  for (const route of report.unusedRoutes) print(`  opened, never used: ${route}`);
  print(`${report.passed ? 'Passed' : 'Failed'} in ${report.seconds.toFixed(1)} s. ${file}`);
}
