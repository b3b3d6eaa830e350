import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresPlaceError } from '../place';
import { type Account, cleanEnvironment } from './account';
import { canConnect } from './admin';
import { isMissing } from './files';
import { commandOf } from './processes';
import { failureIn, openLog, readFrom, sizeOf } from './server-log';

export type StopMode = 'fast' | 'immediate';

export interface ServerProcess {
  /** Waits until the server and all that belongs to it is gone. */
  stop(mode: StopMode): Promise<void>;
}

export interface StartOptions {
  bin: string;
  data: string;
  socketFolder: string;
  port: number;
  logFile: string;
  runFolder: string;
  account: Account | undefined;
}

/** The port belongs to somebody else: another one may do. */
export class PortTaken extends PostgresPlaceError {}

// Between two looks whether the server answers, in milliseconds; a start takes about a hundred.
const interval = 10;
// How long the sessions of a dead server may take to notice that it is dead, in milliseconds.
const patience = 10_000;

/** Starts a server on a data directory and waits until it takes sessions, however long it has to recover before. */
export async function startServer(options: StartOptions): Promise<ServerProcess> {
  const deadline = Date.now() + patience;
  for (;;) {
    const other = await lockHolder(options.data);
    const logStart = await sizeOf(options.logFile);
    const server = await launch(options, other);
    if (await isReady(server)) return server;
    const failure = failureIn(await readFrom(options.logFile, logStart));
    if (failure.kind === 'portTaken')
      throw new PortTaken(`The port ${options.port} on 127.0.0.1 is taken by another program.`);
    if (failure.kind === 'inUse') throw inUse(options.data);
    if (failure.kind === 'other' || Date.now() > deadline) {
      throw new PostgresPlaceError(`The Postgres server did not start: ${failure.reason}.`);
    }
    await pause(100);
  }
}

async function isReady(server: Awaited<ReturnType<typeof launch>>): Promise<boolean> {
  try {
    return await server.ready();
  } catch (error) {
    await server.stop('immediate');
    throw error;
  }
}

async function launch(options: StartOptions, other: string) {
  const { account, runFolder, bin, data } = options;
  const log = await openLog(options.logFile);
  const words = [runFolder, join(bin, 'postgres'), data, String(account?.uid ?? ''), String(account?.gid ?? ''), other];
  const child = spawn(process.execPath, [join(__dirname, 'supervisor.mjs'), ...words], {
    cwd: '/',
    detached: true,
    env: cleanEnvironment(),
    stdio: ['pipe', log.fd, log.fd],
  });
  let running = true;
  const gone = new Promise<void>((resolve, reject) => {
    child.once('exit', () => {
      running = false;
      resolve();
    });
    child.once('error', (error) => {
      running = false;
      reject(error);
    });
  });
  // A command to a supervisor that has just ended goes nowhere, and nothing is lost by it.
  child.stdin?.on('error', () => undefined);
  await log.close();
  return {
    ready: async (): Promise<boolean> => {
      while (running) {
        if (await canConnect(options)) return true;
        await Promise.race([pause(interval), gone]);
      }
      await gone;
      return false;
    },
    stop: async (mode: StopMode): Promise<void> => {
      if (running) child.stdin?.write(`${mode}\n`);
      await gone;
    },
  };
}

/** The id in the lock file when it is alive but no server of this directory; a live server is an error. */
async function lockHolder(data: string): Promise<string> {
  let pid: string;
  try {
    pid = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]?.trim() ?? '';
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
  if (!/^\d+$/.test(pid)) return '';
  const command = await commandOf(pid);
  if (command?.includes(data)) throw inUse(data);
  return command === undefined ? '' : pid;
}

function inUse(data: string): PostgresPlaceError {
  return new PostgresPlaceError(
    `A Postgres server is already running on ${data}; stop it first, or choose another directory.`,
  );
}
