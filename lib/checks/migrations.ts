import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { analyse, formatFinding } from '../../lambdas/migrations/analyse';
import type { BundledFile } from '../../lambdas/migrations/contract';
import { inFolder, loadMigrations, readMigrationFolder } from '../../lambdas/migrations/files';
import type { Migrations } from '../config';
import { Refusal } from './refusal';

export interface CheckedMigrations {
  /** What runs: neither the undo files, nor what lies beside the migrations. */
  readonly files: readonly BundledFile[];
  /** `<version>_<name>` to `sha256:<checksum>`, in the order in which they run. */
  readonly checksums: Readonly<Record<string, string>>;
  /** The newest; `none` where there is none. */
  readonly head: string;
  /** What the lint has to say and does not refuse. */
  readonly warnings: readonly string[];
}

/** Reads and judges the migrations of the project. What the lint refuses ends the synth, before anything is deployed. */
export async function checkMigrations(sqlFolder: string, settings: Migrations): Promise<CheckedMigrations> {
  const folder = join(sqlFolder, 'migrations');
  if (!existsSync(folder)) {
    throw new Refusal(`There is no folder ${folder}; make it, and leave it empty while there is nothing to migrate.`);
  }
  const loaded = loadMigrations(await readMigrationFolder(folder), { forbidGaps: settings.forbidGaps });
  const findings = await analyse(inFolder(loaded, relative('', folder)), { policy: settings.lint });
  const texts = (level: 'warn' | 'error') => findings.filter((each) => each.level === level).map(formatFinding);
  const errors = texts('error');
  if (errors.length > 0) {
    const count = errors.length === 1 ? 'a finding' : `${errors.length} findings`;
    throw new Refusal(`The lint refuses the migrations for ${count}:\n\n${errors.join('\n\n')}`);
  }
  return {
    files: loaded.files.map(({ path, text }) => ({ path, text })),
    checksums: Object.fromEntries(loaded.files.map(({ id, checksum }) => [id, `sha256:${checksum}`])),
    head: loaded.files.at(-1)?.id ?? 'none',
    warnings: texts('warn'),
  };
}
