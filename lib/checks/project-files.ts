import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledProject } from '../../lambdas/drill-check/contract';
import type { CheckedMigrations } from './migrations';
import { checkSqlChecks } from './sql-checks';

/** What a restored copy is held against: the project's own files, as they are at this synth. */
export async function projectFiles(sqlFolder: string, { checksums }: CheckedMigrations): Promise<BundledProject> {
  const folder = join(sqlFolder, 'checks');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const schema = join(sqlFolder, 'schema.sql');
  const checks = names.sort().map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
  await checkSqlChecks(folder, checks);
  return {
    migrations: Object.entries(checksums).map(([id, checksum]) => `${id}: ${checksum}`),
    checks,
    schema: existsSync(schema) ? readFileSync(schema, 'utf8') : null,
  };
}
