import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'plinth-';
const ownerFile = 'owner.pid';

export interface RunFolder {
  readonly path: string;
  remove(): void;
}

/** Names a folder to use instead of the system's temporary one: a test run keeps all of its folders in one. */
export const parentVariable = 'PLINTH_RUN_FOLDER';

/** A folder of this process under the system's temporary one. What killed processes left there goes first. */
export function createRunFolder(parent = process.env[parentVariable] ?? tmpdir()): RunFolder {
  sweepRunFolders(parent);
  const path = join(parent, `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`);
  // 0711: a server that runs as another user must reach its own folder below, and may not list its neighbours.
  mkdirSync(path, { mode: 0o711 });
  writeFileSync(join(path, ownerFile), `${process.pid} ${startOf(process.pid)}\n`);
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.once('exit', remove);
  return {
    path,
    remove: () => {
      process.removeListener('exit', remove);
      remove();
    },
  };
}

/** Removes the folders whose owner is gone. A process id that was given to somebody else shows by its start time. */
export function sweepRunFolders(parent = tmpdir()): void {
  for (const name of readdirSync(parent)) {
    if (!/^plinth-\d+-[0-9a-f]{8}$/.test(name)) continue;
    const folder = join(parent, name);
    try {
      if (!ownerIsAlive(folder)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's folder, or one that another sweep is removing: theirs to clean.
    }
  }
}

function ownerIsAlive(folder: string): boolean {
  const [, pid, start] = /^(\d+) (\S+)\n$/.exec(readIfThere(join(folder, ownerFile))) ?? [];
  // Made a moment ago and not yet marked, or half removed: a minute tells which.
  if (pid === undefined) return Date.now() - statSync(folder).mtimeMs < 60_000;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(Number(pid)) === start;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The kernel's start time of a process in ticks, where there is a /proc; elsewhere the process id must do. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
