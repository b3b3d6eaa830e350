import { OperationError } from '../../shared/errors';
import { analyse, formatFinding } from '../analyse';
import type { BundledFile, MigrationFile, MigrationSet } from '../contract';
import { policyRules } from '../lint/index';
import { readScript, type Script } from '../script';
import type { RunSettings } from './settings';

/**
 * Every reason not to run these files that can be seen without running them. The lint goes through the whole set,
 * because what a statement does depends on the tables that earlier files made; only what is pending is held against it.
 */
export async function lintPending(
  set: MigrationSet,
  pending: readonly MigrationFile[],
  settings: RunSettings,
): Promise<string[]> {
  const paths = new Set(pending.map(({ path }) => path));
  const findings = await analyse(set, settings.lint);
  return findings.filter(({ file, level }) => level === 'error' && paths.has(file)).map(formatFinding);
}

export const readForRun = (file: BundledFile, { layout }: MigrationSet): Promise<Script> =>
  readScript(file, layout, policyRules);

/** All at once, because whoever mends one wants to know the next. */
export function refuse(problems: readonly string[], what: string): void {
  if (problems.length === 0) return;
  const [only = ''] = problems;
  throw new OperationError(
    problems.length === 1
      ? only
      : `${what}, for ${problems.length} reasons:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
  );
}
