import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../../lib/config';

/**
 * The same project after a change of the kind that is deployed most: one more migration, which a later one could build
 * on, and a role that may have one connection more. Written into a folder of its own; the user's files stay as they are.
 */
export function writeChangedProject(project: Project, folder: string): void {
  const config = readdirSync(project.folder).find((name) => /^plinth[.]config[.](ts|js|cjs|mjs|json)$/.test(name));
  if (config === undefined) throw new Error(`There is no plinth.config in ${project.folder}.`);
  const sql = join(folder, 'sql');
  mkdirSync(sql, { recursive: true });
  if (existsSync(project.sqlFolder)) cpSync(project.sqlFolder, sql, { recursive: true });
  // It tells of the schema without the change; a person would write it anew.
  rmSync(join(sql, 'schema.sql'), { force: true });
  const migrations = join(sql, 'migrations');
  mkdirSync(migrations, { recursive: true });
  const name = nextMigration(readdirSync(migrations));
  writeFileSync(join(migrations, name), 'CREATE TABLE public.plinth_rehearsal (id bigint PRIMARY KEY);\n');
  writeFileSync(join(folder, 'plinth.config.ts'), configOver(join(project.folder, config)));
}

/** Begins as the files that are there do, and sorts behind them. */
function nextMigration(names: readonly string[]): string {
  const folders = names.filter((name) => /^\d+_[^.]+$/.test(name));
  const versions = names.flatMap((name) => /^(\d+)/.exec(name)?.[1] ?? []);
  const last = versions.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).at(-1) ?? '000';
  const next = String(BigInt(last) + 1n).padStart(last.length, '0');
  return folders.length > 0 ? join(`${next}_plinth_rehearsal`, 'migration.sql') : `${next}_plinth_rehearsal.sql`;
}

const configOver = (file: string) => `import settings from ${JSON.stringify(file)};

const limit = settings.roles?.app?.connectionLimit ?? 80;
export default {
  ...settings,
  sql: 'sql',
  roles: {
    ...settings.roles,
    app: { ...settings.roles?.app, connectionLimit: limit === 'unlimited' ? 80 : limit + 1 },
  },
};
`;
