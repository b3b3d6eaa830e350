import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 20_000;

// ECS stops a container when the one that the task lives by has ended, and that one may be the faster of the two.

const root = join(__dirname, '..', '..');
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Script {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

function run(name: string, environment: Readonly<Record<string, string>>): Script {
  const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'ending-'));
  const child = spawn('bash', [join(root, 'tasks', name)], {
    env: { PATH: process.env['PATH'], PLINTH_WORK: folder, ...environment },
    stdio: 'ignore',
  });
  children.push(child);
  return { folder, child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

async function there(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(20);
}

/** Into a pipe. Whoever opens one waits until somebody is at its other end, which must not be for ever. */
function put(path: string, text: string): void {
  const { status } = spawnSync('bash', ['-c', 'printf %s "$1" > "$0"', path, text], { timeout: patienceMs });
  expect(status).toBe(0);
}

test('a restore that is stopped once it has said why it ends still ends with that', async () => {
  const { folder, child, ended } = run('restore.postgres.sh', { PLINTH_BYTES: '9', PLINTH_SHA256: 'none' });
  await there(join(folder, 'ready'));
  writeFileSync(join(folder, 'fetched'), 'short');
  await there(join(folder, 'exit.code'));
  child.kill('SIGTERM');
  // It takes the login that nobody will use, so that the other container is not left waiting at the pipe.
  put(join(folder, 'login'), '{}');
  expect([await ended, readFileSync(join(folder, 'exit.code'), 'utf8')]).toEqual([15, '15']);
});

test('a dump that is stopped once it has said why it ends still ends with that', async () => {
  const { folder, child, ended } = run('dump.postgres.sh', {});
  await there(join(folder, 'ready'));
  put(join(folder, 'login'), '{"password": "x"}');
  await there(join(folder, 'exit.code'));
  child.kill('SIGTERM');
  // The other container waits for a stream, and gets the end of an empty one.
  const { status, stdout } = spawnSync('cat', [join(folder, 'stream')], { timeout: patienceMs, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
  expect([await ended, readFileSync(join(folder, 'exit.code'), 'utf8')]).toEqual([10, '10']);
});
