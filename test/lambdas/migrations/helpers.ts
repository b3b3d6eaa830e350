import { analyse, formatFinding } from '../../../lambdas/migrations/analyse';
import type { BundledFile, LintSettings } from '../../../lambdas/migrations/contract';
import { loadMigrations } from '../../../lambdas/migrations/files';

/** A bundle from `{ path: text }`. */
export const bundle = (files: Readonly<Record<string, string>>): BundledFile[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }));

/** The first line of each finding: place, level, rule, sentence. */
export async function lint(files: Readonly<Record<string, string>>, settings: LintSettings = {}): Promise<string[]> {
  const findings = await analyse(loadMigrations(bundle(files)), settings);
  return findings.map((finding) => formatFinding(finding).split('\n')[0] ?? '');
}

/** The findings for one file, which begins on its line 1, after another that makes the tables `t` and `u`. */
export const before =
  'CREATE TABLE t (id int PRIMARY KEY, a int, s varchar(10), n numeric(6,2), ts timestamptz(3)); CREATE TABLE u (id int);';
export const lintFile = (sql: string, settings?: LintSettings) =>
  lint({ '1_before.sql': before, '2_x.sql': sql }, settings);
