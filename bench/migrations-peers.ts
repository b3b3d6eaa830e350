import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

/** One way to migrate: the files as it wants them, and the program that applies them. */
export interface Peer {
  readonly name: string;
  /** Whether it says how long the work took, without the start of its process. */
  readonly inProcess: boolean;
  write(folder: string, files: readonly string[]): void;
  command(folder: string): { readonly program: string; readonly args: readonly string[] };
}

// Exact, so that a figure can be repeated. They live in a folder of the bench, and no user installs them.
const packages = [
  'node-pg-migrate@9.0.0',
  'graphile-migrate@1.4.1',
  'postgres-migrations@5.3.0',
  'dbmate@2.36.0',
  'pg@8.23.1',
];

const numbered = (i: number, width = 4) => String(i + 1).padStart(width, '0');
const writer =
  (name: (i: number) => string, before = (_: number) => '', after = '') =>
  (folder: string, files: readonly string[]) => {
    for (const [i, text] of files.entries()) {
      const path = join(folder, name(i));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, before(i) + text + after);
    }
  };
/** graphile-migrate wants each file to name the one before it. */
const hash = (i: number) => `sha1:${numbered(i, 40)}`;
const chained = (i: number) =>
  `--! Previous: ${i === 0 ? '-' : hash(i - 1)}\n--! Hash: ${hash(i)}\n--! AllowInvalidHash\n\n`;
const plain = writer((i) => `${numbered(i)}_step${i}.sql`);

/** What a Node library needs to be a program that tells its time; the connection is in PG* and PLINTH_BENCH. */
const scripts: Readonly<Record<string, string>> = {
  'node-pg-migrate': `const { runner } = await import('node-pg-migrate');
    await measured(async () => { const client = await connected(); await runner({ dbClient: client, dir: folder,
      direction: 'up', migrationsTable: 'pgmigrations', log: () => {}, count: Infinity }); await client.end(); });`,
  'postgres-migrations': `const { migrate } = require('postgres-migrations');
    await measured(async () => { const client = await connected(); await migrate({ client }, folder); await client.end(); });`,
  'graphile-migrate': `const { migrate } = require('graphile-migrate');
    await measured(() => migrate({ connectionString: url, migrationsFolder: folder, logger: quiet() }));`,
};
const prologue = `const { Client } = require('pg');
const { target, folder, url } = JSON.parse(process.env.PLINTH_BENCH);
const connected = async () => { const { ca, ...rest } = target; const client = new Client({ ...rest, ssl: { ca } });
  await client.connect(); return client; };
const quiet = () => { const { Logger } = require('@graphile/logger'); return new Logger(() => () => {}); };
const measured = async (work) => { const start = performance.now(); await work(); process.stdout.write(String(performance.now() - start)); };
`;

/** Makes everything ready in a folder: the peers from the registry, ours as a bundle. */
export function preparePeers(root: string): Peer[] {
  execFileSync('npm', ['install', '--prefix', root, '--no-audit', '--no-fund', '--silent', ...packages], {
    stdio: 'inherit',
  });
  const bundled = join(root, 'ours.cjs');
  buildSync({
    entryPoints: [join(__dirname, 'migrations-ours.ts')],
    ...{ outfile: bundled, bundle: true, platform: 'node', target: 'node20', minify: true, external: ['pg-native'] },
    mainFields: ['module', 'main'],
  });
  cpSync(join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm'), join(root, 'libpg-query.wasm'));
  const node = (name: string, write: Peer['write']): Peer => {
    const script = join(root, `${name}.cjs`);
    writeFileSync(script, `${prologue}(async () => { ${scripts[name]} })();`);
    return { name, inProcess: true, write, command: () => ({ program: process.execPath, args: [script] }) };
  };
  const psql: Peer = {
    name: 'psql, one process',
    inProcess: false,
    write: (folder, files) => {
      plain(folder, files);
      const list = files.map((_, i) => `BEGIN;\n\\ir ${numbered(i)}_step${i}.sql\nCOMMIT;\n`);
      writeFileSync(join(folder, 'all.psql'), list.join(''));
    },
    command: (folder) => ({
      program: 'psql',
      args: ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(folder, 'all.psql')],
    }),
  };
  const bare: Peer = {
    ...psql,
    name: 'psql, one process, no transactions',
    command: (folder) => ({
      program: 'sh',
      args: ['-c', 'psql -X -q -v ON_ERROR_STOP=1 $(printf " -f %s" "$0"/*.sql)', folder],
    }),
  };
  return [
    { name: 'Plinth', inProcess: true, write: plain, command: () => ({ program: process.execPath, args: [bundled] }) },
    ...(spawnSync('psql', ['--version']).status === 0 ? [psql, bare] : []),
    {
      name: 'dbmate',
      inProcess: false,
      write: writer(
        (i) => `${numbered(i)}_step${i}.sql`,
        () => '-- migrate:up\n',
        '\n-- migrate:down\n',
      ),
      command: (folder) => ({
        program: join(root, 'node_modules/.bin/dbmate'),
        args: ['--no-dump-schema', '--migrations-dir', folder, 'migrate'],
      }),
    },
    node('node-pg-migrate', plain),
    node('postgres-migrations', plain),
    node(
      'graphile-migrate',
      writer((i) => `committed/${numbered(i, 6)}.sql`, chained),
    ),
  ];
}
