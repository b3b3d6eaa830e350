import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// `npm run bench` runs all of them, `npm run bench NAME …` some. Each prints its own table, and is its own process, so
// that none finds the other's memory or caches.
const benches = ['migrations', 'vector-indexes', 'recall', 'synth', 'bundles', 'rehearsal'];
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !benches.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench "${unknown}"; there is ${benches.join(', ')}.\n`);
  process.exit(1);
}
for (const name of wanted.length > 0 ? wanted : benches) {
  process.stdout.write(`\n## ${name}\n\n`);
  const { status } = spawnSync(process.execPath, ['-r', 'tsx/cjs', join(__dirname, `${name}.ts`)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
