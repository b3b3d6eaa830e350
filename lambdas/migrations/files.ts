import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { OperationError } from '../shared/errors';
import type { BundledFile, MigrationSet } from './contract';
import { type Draft, detectLayout, readPlain, readPrisma } from './layout';
import { isTimestamp, migrationOrder } from './names';

/**
 * The one place that reads a disk. All that follows takes what it returns, so that a bundle can hold the same files.
 * Text that is no UTF-8 is refused here, because a JavaScript string can no longer show it.
 */
export async function readMigrationFolder(folder: string): Promise<BundledFile[]> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const invalid: string[] = [];
  // At once: for a thousand small files, asking for each in turn of the thread pool takes five times as long.
  const read = files.sort().map((file) => {
    const path = file
      .slice(folder.length)
      .replace(/^[/\\]+/, '')
      .replaceAll('\\', posix.sep);
    const bytes = readFileSync(file);
    try {
      return { path, text: isSql(path) ? decoder.decode(bytes) : bytes.toString('utf8') };
    } catch {
      invalid.push(`${path} is not valid UTF-8, the only encoding that is read.`);
      return { path, text: '' };
    }
  });
  refuse(invalid);
  return read;
}

const isSql = (path: string) => path.endsWith('.sql');

/** What is in nobody's way: hidden files, readmes, and what editors leave behind. */
const isLeftover = (path: string) =>
  /(^|\/)\.|(^|\/)README(\.[^/]*)?$|~$|\.(swp|swo|bak|orig|rej|tmp)$|(^|\/)#[^/]*#$/i.test(path);

/** The files in the order in which they run; every reason to refuse them comes at once. */
export function loadMigrations(bundle: readonly BundledFile[], options: { forbidGaps?: boolean } = {}): MigrationSet {
  const ignored = bundle.filter(({ path }) => isLeftover(path));
  const files = bundle.filter(({ path }) => !isLeftover(path));
  const layout = detectLayout(files);
  const draft: Draft = { files: [], ignored: ignored.map(({ path }) => path), problems: [] };
  if (layout === 'mixed') {
    draft.problems.push(
      'Both layouts are in one folder: <version>_<name>.sql files, and folders with a migration.sql. Keep one.',
    );
  }
  if (layout !== 'prisma') readPlain(files, draft);
  if (layout === 'prisma') readPrisma(files, draft);
  const order = layout === 'prisma' ? 'prisma' : 'plain';
  draft.files.sort(migrationOrder(order));
  if (options.forbidGaps === true) draft.problems.push(...gaps(draft.files));
  refuse(draft.problems);
  return { layout: order, files: draft.files, ignored: draft.ignored.sort() };
}

/** The same files under the name of the folder that people know, so that every message leads to them. */
export function inFolder(set: MigrationSet, folder: string): MigrationSet {
  const path = (below: string) => posix.join(folder, below);
  const files = set.files.map((file) => ({
    ...file,
    path: path(file.path),
    ...(file.down === undefined ? {} : { down: { ...file.down, path: path(file.down.path) } }),
  }));
  return { ...set, files };
}

/** A sentence for each number that is missing. */
export function gaps(files: MigrationSet['files']): string[] {
  return files.flatMap(({ version, path }, i) => {
    const before = files[i - 1];
    if (isTimestamp(version))
      return [`${path} has a timestamp for its version; gaps can only be refused where versions count up by one.`];
    if (before === undefined || BigInt(version) - BigInt(before.version) <= 1n) return [];
    return [`${path} follows ${before.path}: version ${BigInt(before.version) + 1n} is missing, and gaps are refused.`];
  });
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const sorted = [...problems].sort();
  throw new OperationError(
    sorted.length === 1
      ? sorted.join('')
      : `The migrations have ${sorted.length} problems:\n${sorted.map((p) => `- ${p}`).join('\n')}`,
  );
}
