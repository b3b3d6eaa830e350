import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandlers } from '../lib/bundling/bundle';

// The peer leaves the SDK to the Lambda runtime, so here it finds, in its folder, the clients that it asks for as it
// loads, at the versions that are bundled in ours. A bundle of ours brings its clients along.
const runs = Number(process.env['PLINTH_BENCH_RUNS'] ?? 15);
const peerPackage = 'cdk-rds-sql@8.1.4';
const clients = [
  '@aws-sdk/client-secrets-manager@3.1162.0',
  '@aws-sdk/client-ssm@3.1169.0',
  '@aws-sdk/dsql-signer@3.1142.0',
];

interface Subject {
  readonly name: string;
  readonly file: string;
}

/** In a process of its own, as a cold start is; how many bytes of script it read besides. */
function load({ file }: Subject): { readonly ms: number; readonly kb: number } {
  const script = `const start = performance.now();
    const loaded = require(${JSON.stringify(file)});
    const ms = performance.now() - start;
    if (typeof loaded.handler !== 'function') throw new Error('There is no handler.');
    const { statSync } = require('node:fs');
    const kb = Object.keys(require.cache).reduce((sum, path) => sum + statSync(path).size, 0) / 1024;
    process.stdout.write(JSON.stringify({ ms, kb }));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', AWS_REGION: 'ap-southeast-2' },
  });
  if (status !== 0) throw new Error(stderr.slice(-2_000));
  return JSON.parse(stdout) as { ms: number; kb: number };
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'plinth-bench-'));
  try {
    const npm = (...args: string[]) =>
      execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const archive = npm('pack', peerPackage, '--silent').trim();
    execFileSync('tar', ['xzf', archive], { cwd: root });
    npm('install', '--no-audit', '--no-fund', '--no-save', '--silent', ...clients);
    const bundles = await bundleHandlers();
    const peer: Subject = { name: peerPackage, file: join(root, 'package', 'lib', 'handler', 'index.js') };
    const ours = Object.entries(bundles).map(([name, folder]): Subject => ({ name, file: join(folder, 'index.js') }));
    const times = new Map([peer, ...ours].map((subject) => [subject, [] as ReturnType<typeof load>[]]));
    // In turn, so that whatever else the machine does meets all of them; the first round fills the caches of files.
    for (let i = -1; i < runs; i++) {
      for (const [subject, list] of times) {
        const found = load(subject);
        if (i >= 0) list.push(found);
      }
    }
    const base = { size: statSync(peer.file).size, ms: median((times.get(peer) ?? []).map(({ ms }) => ms)) };
    process.stdout.write(`Node ${process.versions.node}; medians of ${runs} processes each.\n\n`);
    process.stdout.write(
      '| handler | size | of the peer | read as it loads | load | of the peer |\n|---|---|---|---|---|---|\n',
    );
    for (const [{ name, file }, list] of times) {
      const { size } = statSync(file);
      const [ms, kb] = [median(list.map((each) => each.ms)), median(list.map((each) => each.kb))];
      const sizes = [`${Math.round(size / 1024)} KB`, (size / base.size).toFixed(2), `${Math.round(kb)} KB`];
      process.stdout.write(
        `| ${name} | ${[...sizes, `${ms.toFixed(0)} ms`, (ms / base.ms).toFixed(2)].join(' | ')} |\n`,
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
