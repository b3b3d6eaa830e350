import { relative } from 'node:path';
import { analyse } from '../../lambdas/migrations/analyse';
import type { Finding } from '../../lambdas/migrations/contract';
import { inFolder, loadMigrations, readMigrationFolder } from '../../lambdas/migrations/files';
import { blocks, type Lock, type LockMode, lockModes, locksOf } from '../../lambdas/migrations/lock';
import type { Script } from '../../lambdas/migrations/script';
import { tableName } from '../../lambdas/migrations/sql/tree';
import type { Templates } from '../../lib/checks/templates';
import type { Migrations } from '../../lib/config';
import { type MigrationState, migrationChanges } from '../../lib/plan/custom-resources';

export interface TableLock {
  readonly table: string;
  readonly mode: LockMode;
  readonly blocks: ReturnType<typeof blocks>;
}

export interface PlannedMigration {
  readonly id: string;
  readonly state: MigrationState;
  /** Not there where the migration is no longer. */
  readonly file?: string;
  /** The strongest on each table that is there before it. */
  readonly locks: readonly TableLock[];
  readonly findings: readonly Pick<Finding, 'rule' | 'level' | 'line' | 'message' | 'help'>[];
}

/** The migrations that the templates tell apart, as the lint and the locks judge the files of the project. */
export async function planMigrations(
  before: Templates,
  after: Templates,
  folder: string,
  { forbidGaps, lint }: Migrations,
): Promise<readonly PlannedMigration[]> {
  const changes = migrationChanges(before, after);
  if (changes.every(({ state }) => state === 'removed')) {
    return changes.map((change) => ({ ...change, locks: [], findings: [] }));
  }
  const set = inFolder(loadMigrations(await readMigrationFolder(folder), { forbidGaps }), relative('', folder));
  const scripts = new Map<string, Script>();
  const findings = await analyse(set, { policy: lint }, (script) => scripts.set(script.source.path, script));
  return changes.map((change) => {
    const file = set.files.find(({ id }) => id === change.id);
    if (file === undefined) return { ...change, locks: [], findings: [] };
    const script = scripts.get(file.path);
    return {
      ...change,
      file: file.path,
      locks: script === undefined ? [] : locksIn(script),
      findings: findings
        .filter((finding) => finding.file === file.path)
        .map(({ rule, level, line, message, help }) => ({ rule, level, line, message, help })),
    };
  });
}

/** A table that the file itself makes is nobody else's yet. */
function locksIn({ statements }: Script): readonly TableLock[] {
  const made = new Set<string>();
  const strongest = new Map<string, LockMode>();
  for (const { node } of statements) {
    for (const { table, mode } of locksOf(node).filter((lock: Lock) => !made.has(lock.table))) {
      const known = strongest.get(table);
      if (known === undefined || lockModes.indexOf(mode) > lockModes.indexOf(known)) strongest.set(table, mode);
    }
    if ('CreateStmt' in node) made.add(tableName(node.CreateStmt.relation));
  }
  return [...strongest].map(([table, mode]) => ({ table, mode, blocks: blocks(mode) }));
}
