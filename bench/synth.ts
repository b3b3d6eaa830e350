import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '../lib/bundling/kept';

// Ours does what a user's synth does: it loads the config, judges the migrations with PostgreSQL's parser, bundles the
// functions or takes those that it has kept, and makes the stacks. The other is a bare app that makes the same resources.
// Both check them by the same rules, and both are TypeScript that is read as it runs.
const runs = Number(process.env['PLINTH_BENCH_RUNS'] ?? 7);
const root = join(__dirname, '..');
const cdk = join(root, 'node_modules', '.bin', 'cdk');
const work = mkdtempSync(join(tmpdir(), 'plinth-bench-'));
const templates = join(work, 'templates');
// Network, database, schema and protection.
const stacks = 4;
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

interface App {
  readonly name: string;
  readonly args: readonly string[];
}
const apps: readonly App[] = [
  { name: 'Plinth', args: ['bin/plinth-app.js'] },
  { name: 'bare CDK app', args: ['-r', 'tsx/cjs', 'bench/synth-bare.ts'] },
];

function timed(program: string, args: readonly string[], env: Readonly<Record<string, string>>): number {
  const start = performance.now();
  const { stderr, error } = spawnSync(program, [...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1', ...env },
  });
  const ms = performance.now() - start;
  if (error) throw error;
  // The bare app explains none of its exceptions, so its check ends with findings; what counts is that it made all.
  const made = readdirSync(env['CDK_OUTDIR'] ?? '').filter((name) => name.endsWith('.template.json'));
  if (made.length !== stacks) throw new Error(stderr.slice(-2_000));
  return ms;
}

let counter = 0;
const ways: Readonly<Record<string, (app: App) => number>> = {
  '`cdk synth`, rules checked': ({ args }) => {
    const out = join(work, `out-${counter++}`);
    const command = ['synth', '-q', '--no-lookups', '-c', 'env=prod', '-o', out, '-a', `node ${args.join(' ')}`];
    return timed(cdk, command, { CDK_OUTDIR: out, PLINTH_BENCH_TEMPLATES: templates });
  },
  'the app alone, rules checked': (app) => alone(app, {}),
  'the same after a change of a function': (app) => {
    forget();
    return alone(app, {});
  },
  'the app alone, no rules': (app) => alone(app, { CDK_VALIDATION: 'false' }),
};

function alone({ args }: App, more: Readonly<Record<string, string>>): number {
  const out = join(work, `out-${counter++}`);
  const given = JSON.stringify({ ...context, env: 'prod' });
  return timed(process.execPath, args, {
    ...{ CDK_OUTDIR: out, CDK_CONTEXT_JSON: given, PLINTH_BENCH_TEMPLATES: templates },
    ...more,
  });
}

/** As if the sources of the functions were other ones: nothing that was kept is of them. */
function forget(): void {
  for (const name of existsSync(ownFolder) ? readdirSync(ownFolder) : []) {
    if (name.startsWith('handlers-')) rmSync(join(ownFolder, name));
  }
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

function countResources(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  return files
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Resources: object })
    .reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0);
}

try {
  const given = JSON.stringify({ ...context, env: 'prod' });
  timed(process.execPath, apps[0]?.args ?? [], { CDK_OUTDIR: templates, CDK_CONTEXT_JSON: given });
  process.stdout.write(
    `${countResources(templates)} resources in ${stacks} stacks each; medians of ${runs}, taken in turn.\n\n`,
  );
  process.stdout.write('| | Plinth | bare CDK app | ratio |\n|---|---|---|---|\n');
  for (const [name, way] of Object.entries(ways)) {
    const times = new Map(apps.map((app) => [app, [] as number[]]));
    // The first round fills the caches of both, and is not counted.
    for (let i = -1; i < runs; i++) {
      for (const [app, list] of times) {
        const ms = way(app);
        if (i >= 0) list.push(ms);
      }
    }
    const [ours = Number.NaN, bare = Number.NaN] = [...times.values()].map(median);
    const cells = [ours, bare].map((ms) => `${(ms / 1000).toFixed(2)} s`);
    process.stdout.write(`| ${name} | ${cells.join(' | ')} | ${(ours / bare).toFixed(2)} |\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
