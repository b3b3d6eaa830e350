import { execFile } from 'node:child_process';
import { PostgresPlaceError } from '../place';

/** Who a server runs as when we may not run it ourselves. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: then it gets another account. For an ordinary user there is none: it runs as us. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    if (uid.code === 0 && gid.code === 0) return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new PostgresPlaceError(
    'Postgres does not run as root, and this machine has neither a user named postgres nor one named nobody to run it as.',
  );
}

export interface Outcome {
  /** What the program exited with; -1 when it could not be started or was killed, and then `failure` says why. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly failure: string;
}

export interface RunOptions {
  account?: Account | undefined;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. Its exit code is for the caller to judge. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { account } = options;
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        // The root folder is the one that every account can enter.
        cwd: options.cwd ?? '/',
        env: options.env ?? cleanEnvironment(),
        maxBuffer: 64 * 1024 * 1024,
        ...(account ? { uid: account.uid, gid: account.gid } : {}),
      },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ code, stdout, stderr, failure: error?.message ?? '' });
      },
    );
  });
}

/** Without PGHOST, PGDATA, NODE_OPTIONS and the like of whoever started us: a server must not depend on them. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
