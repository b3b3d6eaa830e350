import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import type { PostgresInstance } from '../../../postgres/place';

export const root = join(__dirname, '../../..');

export async function query<Row extends QueryResultRow = QueryResultRow>(
  { host, port, master, database, ca }: PostgresInstance,
  sql: string,
  overrides: ClientConfig = {},
): Promise<Row[]> {
  const client = new Client({ host, port, ...master, database, ssl: { ca }, ...overrides });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Open to other accounts: for root, the server runs as one. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Waits until something is true, and fails when it is not so in time. */
export async function until(what: string, test: () => boolean | Promise<boolean>, milliseconds = 5000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  readonly command: string;
}

/** What runs now. What has ended and only waits for its parent to take notice of it does not. */
export function processes(): Process[] {
  // A small Linux has no ps, and macOS has no /proc.
  return existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

export function isAlive(pid: number): boolean {
  return processes().some((one) => one.pid === pid);
}

function fromProc(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), parent: Number(parent), uid: statSync(`/proc/${name}`).uid, command }];
    } catch (error) {
      // It ended while we read.
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
}

function fromPs(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,uid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [pid = '', parent = '', uid = '', state = '', ...command] = line.trim().split(/\s+/);
    if (pid === '' || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), uid: Number(uid), command: command.join(' ') }];
  });
}
