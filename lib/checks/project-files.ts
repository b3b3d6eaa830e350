import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledProject } from '../../lambdas/drill-check/contract';
import type { CheckedMigrations } from './migrations';

/** What a restored copy is held against: the project's own files, as they are at this synth. */
export function projectFiles(sqlFolder: string, { checksums }: CheckedMigrations): BundledProject {
  const folder = join(sqlFolder, 'checks');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const schema = join(sqlFolder, 'schema.sql');
  return {
    migrations: Object.entries(checksums).map(([id, checksum]) => `${id}: ${checksum}`),
    checks: names.sort().map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') })),
    schema: existsSync(schema) ? readFileSync(schema, 'utf8') : null,
  };
}
