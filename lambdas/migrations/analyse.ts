import type { BundledFile, Finding, LintSettings, MigrationFile, MigrationLayout, MigrationSet } from './contract';
import { SchemaBooks } from './lint/books';
import { policyRules } from './lint/index';
import { always, type Found, judge } from './lint/judge';
import { resolvePolicy } from './lint/policy';
import { compareVersions } from './names';
import { readScript, type Script } from './script';

/**
 * Judges the files in the order in which they run; what comes first in a file comes first in the answer. Used at synth,
 * and again before anything connects. An undo is judged by the rules that always hold: to drop is what it is for.
 * `keep` gets each file as it was read, for whoever runs it next.
 */
export async function analyse(
  set: Pick<MigrationSet, 'layout' | 'files'>,
  settings: LintSettings = {},
  keep: (script: Script) => void = () => undefined,
): Promise<Finding[]> {
  const levels = resolvePolicy(settings, set.layout);
  const books = new SchemaBooks();
  const findings: Finding[] = [];
  for (const file of set.files) {
    const level = isBefore(file, settings.from) ? always : (name: string) => levels.get(name) ?? 'error';
    findings.push(...(await analyseFile(file, set.layout, books, level, keep)));
    if (file.down !== undefined)
      findings.push(...(await analyseFile(file.down, set.layout, new SchemaBooks(), always, keep)));
  }
  return findings;
}

async function analyseFile(
  file: BundledFile,
  layout: MigrationLayout,
  books: SchemaBooks,
  level: typeof always,
  keep: (script: Script) => void,
): Promise<Finding[]> {
  const script = await readScript(file, layout, policyRules);
  keep(script);
  const found: Found[] = judge(script, books, level);
  return found
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, ...rest }) => ({
      ...rest,
      file: file.path,
      ...script.source.place(offset),
      excerpt: script.source.excerpt(offset),
    }));
}

const isBefore = ({ version }: MigrationFile, from: string | undefined) =>
  from !== undefined && compareVersions(version, from) <= 0;

/** One finding as a terminal shows it. */
export function formatFinding({ file, line, column, level, rule, message, help, lock, excerpt }: Finding): string {
  const held = lock === undefined ? '' : `\n  lock: ${lock}`;
  return `${file}:${line}:${column}: ${level} ${rule}: ${message}\n${excerpt}${held}\n  help: ${help}`;
}
