import { OperationError } from '../../shared/errors';
import { analyse, formatFinding } from '../analyse';
import type { BundledFile, MigrationSet } from '../contract';
import type { Script } from '../script';
import type { RunSettings } from './settings';

/**
 * Reads what is to run, and refuses it for every reason that can be seen without running it. The lint goes through the
 * whole set, because what a statement does depends on the tables that earlier files made; only what is to run is held
 * against it.
 */
export async function prepare(
  set: Pick<MigrationSet, 'layout' | 'files'>,
  wanted: readonly BundledFile[],
  settings: RunSettings,
  what: string,
): Promise<(path: string) => Script> {
  const paths = new Set(wanted.map(({ path }) => path));
  const scripts = new Map<string, Script>();
  const keep = (script: Script) => {
    if (paths.has(script.source.path)) scripts.set(script.source.path, script);
  };
  const findings = await analyse(set, settings.lint, keep);
  refuse(findings.filter(({ file, level }) => level === 'error' && paths.has(file)).map(formatFinding), what);
  return (path) => {
    const script = scripts.get(path);
    if (script === undefined) throw new Error(`${path} is to run and was not read.`);
    return script;
  };
}

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
