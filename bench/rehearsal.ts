import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../rehearsal/report';

// A whole rehearsal of the default project's dev, embedded, as a user starts it: from the command to its end. The share
// of the local cloud is the time of the rehearsal in which no function was at work, no database instance was being made
// and nothing looked into a database; it holds the deploy engine, the services, IAM, routes and the waits between calls.
const root = join(__dirname, '..');
const goals = { first: 60, second: 30, share: 10, memory: 2048 };

interface Run {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly report: Report;
}

const everyMs = 100;

async function run(): Promise<Run> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin', 'plinth.js'), 'rehearse', '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMiB = 0;
  const sampling = setInterval(() => {
    peakMiB = Math.max(peakMiB, treeMiB(String(child.pid)));
  }, everyMs);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(sampling);
  const report = JSON.parse(Buffer.concat(chunks).toString()) as Report;
  if (code !== 0) throw new Error(`The rehearsal did not pass: ${report.failures.join(' ')}`);
  return { seconds: (performance.now() - begun) / 1000, peakMiB, report };
}

/** What a process and all below it hold in memory of their own; shared pages count for each a part. */
function treeMiB(pid: string): number {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return 0;
  const own = Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
  const children = list(tasks).flatMap((task) => read(`${tasks}/${task}/children`).split(' '));
  return children.filter((id) => id.trim() !== '').reduce((sum, id) => sum + treeMiB(id.trim()), own);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It may end between being listed and being read.
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Milliseconds in which nothing of what the cloud waits for was at work. */
function ownMs({ invocations, asides, events, totalMs }: Report): number {
  const making = events.flatMap((event) => {
    if (event.kind !== 'resource' || event.type !== 'AWS::RDS::DBInstance' || !/_IN_PROGRESS$/.test(event.status))
      return [];
    const end = events.find(
      (later) =>
        later.kind === 'resource' && later.at >= event.at && later.logicalId === event.logicalId && later !== event,
    );
    return [[event.at, end?.at ?? event.at] as const];
  });
  const busy = [
    ...invocations.map(({ at, milliseconds }) => [at, at + milliseconds] as const),
    ...asides.map(({ beginMs, endMs }) => [beginMs, endMs] as const),
    ...making,
  ].sort(([a], [b]) => a - b);
  let covered = 0;
  let until = 0;
  for (const [begin, end] of busy) {
    covered += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return totalMs - covered;
}

async function main(): Promise<void> {
  const first = await run();
  const second = await run();
  const share = (ownMs(second.report) / 1000 / second.seconds) * 100;
  const peak = Math.max(first.peakMiB, second.peakMiB);
  const rows: readonly (readonly [what: string, value: string, goal: string])[] = [
    ['a whole run, with its synths', `${first.seconds.toFixed(1)} s`, `under ${goals.first} s`],
    ['a second one', `${second.seconds.toFixed(1)} s`, `under ${goals.second} s`],
    ['share of the local cloud itself', `${share.toFixed(1)} %`, `under ${goals.share} %`],
    ['most memory of all its processes', `${Math.round(peak)} MiB`, `under ${goals.memory} MiB`],
  ];
  for (const [what, value, goal] of rows)
    process.stdout.write(`| ${what.padEnd(34)} | ${value.padStart(10)} | ${goal} |\n`);
  const missed =
    first.seconds >= goals.first || second.seconds >= goals.second || share >= goals.share || peak >= goals.memory;
  if (missed) process.exitCode = 1;
}

void main();
