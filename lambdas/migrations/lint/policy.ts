import { OperationError } from '../../shared/errors';
import type { Level, LintPolicy, LintSettings, MigrationLayout } from '../contract';
import { nearest } from '../nearest';
import { builtIn, policyRules, rules } from './index';

const levels: readonly Level[] = ['off', 'warn', 'error'];

/**
 * The level of each rule. In a Prisma folder the defaults only warn: its files were written by a tool and may not be
 * edited, so an error could not be put right. What the project's policy names, holds as it says.
 */
export function resolvePolicy(
  { policy = {}, from }: LintSettings,
  layout: MigrationLayout,
): ReadonlyMap<string, Level> {
  refuseUnknown(policy, from);
  return new Map(
    rules.map(({ name, level }): [string, Level] => {
      if (level === 'always') return [name, 'error'];
      return [name, policy[name] ?? (layout === 'prisma' && level === 'error' ? 'warn' : level)];
    }),
  );
}

function refuseUnknown(policy: LintPolicy, from: string | undefined): void {
  const fixed = [...builtIn, ...rules.filter(({ level }) => level === 'always').map(({ name }) => name)];
  const problems = Object.entries(policy).flatMap(([name, level]) => {
    if (fixed.includes(name)) return [`The lint rule "${name}" always holds and takes no level.`];
    if (!policyRules.includes(name)) {
      return [`There is no lint rule "${name}"; did you mean "${nearest(name, policyRules)}"?`];
    }
    return levels.includes(level)
      ? []
      : [`The lint rule "${name}" is set to "${level}"; allowed are ${levels.join(', ')}.`];
  });
  if (from !== undefined && !/^\d{1,18}$/.test(from)) {
    problems.push(`The lint holds from version "${from}"; a version is 1 to 18 digits.`);
  }
  if (problems.length > 0) throw new OperationError(problems.join('\n'));
}
