import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunFolder, parentVariable, sweepRunFolders } from '../../postgres/run-folder';

const newParent = () => mkdtempSync(join(process.env[parentVariable] ?? '', 'parent-'));

test('a folder is there until it is removed, and removing twice does no harm', () => {
  const folder = createRunFolder(newParent());
  expect(existsSync(folder.path)).toBe(true);
  folder.remove();
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

test('the folder of a process that was killed goes with the next start, the folder of one that lives stays', async () => {
  const parent = newParent();
  const script = `require('tsx/cjs'); require('./postgres/run-folder.ts').createRunFolder(${JSON.stringify(parent)});
    console.log('made'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  sweepRunFolders(parent);
  expect(readdirSync(parent)).toHaveLength(1);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(readdirSync(parent)).toHaveLength(1);
  sweepRunFolders(parent);
  expect(readdirSync(parent)).toEqual([]);
});

test('a process id that was given to somebody else does not protect a folder', () => {
  const parent = newParent();
  const stale = join(parent, `plinth-${process.pid}-0123abcd`);
  mkdirSync(stale);
  writeFileSync(join(stale, 'owner.pid'), `${process.pid} 1\n`);
  sweepRunFolders(parent);
  expect(existsSync(stale)).toBe(!existsSync('/proc'));
});

test.each(['', '12'])('a folder whose mark is only half written, as "%s", is somebody who has just begun', (mark) => {
  const parent = newParent();
  const begun = join(parent, 'plinth-1234567-0123abcd');
  mkdirSync(begun);
  writeFileSync(join(begun, 'owner.pid'), mark);
  sweepRunFolders(parent);
  expect(existsSync(begun)).toBe(true);
});

test('what merely looks alike is left alone', () => {
  const parent = newParent();
  for (const name of ['plinth-notes', 'plinth-1-xyz', 'other-1-0123abcd']) mkdirSync(join(parent, name));
  sweepRunFolders(parent);
  expect(readdirSync(parent)).toHaveLength(3);
});
