import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNativePlace } from '../../../postgres/native';
import { isAlive, processes, query, remove, root, temporaryFolder, until } from './helpers';

// Each test starts several servers, on a machine that may be busy with others.
jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => remove(folder));

interface Program {
  readonly child: ChildProcess;
  /** Its supervisors' and servers' process ids. */
  readonly others: number[];
  /** Its run folder. */
  readonly runFolder: string;
}

/** A program that opens two instances, one of them with data of its own, says so, and waits. */
async function startProgram(ending: string): Promise<Program> {
  const script = join(folder, 'program.ts');
  writeFileSync(
    script,
    `import { openNativePlace } from ${JSON.stringify(join(root, 'postgres/native'))};
     (async () => {
       const place = await openNativePlace();
       await place.create({ archive: true });
       const kept = await place.create({ directory: ${JSON.stringify(join(folder, 'kept'))} });
       console.log(kept.caFile);
       ${ending}
     })();`,
  );
  const child = spawn(process.execPath, ['--require', join(root, 'node_modules/tsx/dist/cjs/index.cjs'), script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const caFile = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}`)));
  });
  return { child, others: descendants(child.pid ?? 0), runFolder: join(caFile, '..') };
}

function descendants(pid: number): number[] {
  const all = processes().filter(({ command }) => /supervisor\.mjs|postgres/.test(command));
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

async function expectNothingLeft({ others, runFolder }: Program): Promise<void> {
  await until('every process is gone', () => !others.some(isAlive), 20_000);
  await until('the folder is gone', () => !existsSync(runFolder), 20_000);
}

test('a program that is killed leaves no process and no folder, and its kept data can be opened', async () => {
  const program = await startProgram('setInterval(() => undefined, 1000);');
  // Two supervisors, two servers, and the servers' own processes.
  expect(program.others.length).toBeGreaterThan(4);
  program.child.kill('SIGKILL');
  await expectNothingLeft(program);
  const place = await openNativePlace();
  try {
    const instance = await place.create({ directory: join(folder, 'kept') });
    expect(await query(instance, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  } finally {
    await place.close();
  }
});

test('a program that just ends leaves nothing either', async () => {
  const program = await startProgram('process.stdin.resume(); setTimeout(() => process.exit(3), 500);');
  await new Promise((resolve) => program.child.once('exit', resolve));
  await expectNothingLeft(program);
});

test('a closed place leaves nothing, whatever happened to its instances', async () => {
  const place = await openNativePlace();
  const instance = await place.create();
  const copy = await instance.snapshot();
  await place.restore(copy);
  await instance.destroy();
  await instance.destroy();
  const runFolder = join(instance.caFile, '..');
  const running = descendants(process.pid);
  expect(running.length).toBeGreaterThan(1);
  expect(readdirSync(runFolder)).toContain('ca.pem');
  await place.close();
  await place.close();
  expect(running.filter(isAlive)).toEqual([]);
  expect(existsSync(runFolder)).toBe(false);
});

test('what is under way when a place closes is gone with it, and a closed place makes nothing', async () => {
  const place = await openNativePlace();
  const late = place.create();
  await place.close();
  await late;
  expect(descendants(process.pid)).toEqual([]);
  await expect(place.create()).rejects.toThrow('The place is closed');
});
