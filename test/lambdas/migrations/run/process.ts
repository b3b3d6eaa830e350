import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MigrationResult } from '../../../../lambdas/migrations/contract';
import type { TestPostgres } from '../../../support/postgres';

export interface Line {
  readonly event: string;
  readonly message?: string;
  readonly done?: number;
  readonly migration?: { readonly id: string };
  readonly result?: MigrationResult;
}

export interface Runner {
  /** Waits for a line that fits. */
  line(fits: (line: Line) => boolean): Promise<Line>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** The last line, when the process has ended by itself. */
  end(): Promise<Line>;
}

/** Starts `up` in a process of its own. */
export function startRunner({ instance }: TestPostgres, files: Readonly<Record<string, string>>): Runner {
  const { host, port, master, database, ca } = instance;
  const orders = { target: { host, port, ...master, database, ca }, files };
  const child: ChildProcess = spawn(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'runner.ts')], {
    env: { ...process.env, PLINTH_ORDERS: JSON.stringify(orders) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const seen: Line[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout === null) throw new Error('The runner has no output.');
  createInterface(child.stdout).on('line', (text) => {
    seen.push(JSON.parse(text) as Line);
    for (const wake of waiting) wake();
  });
  return {
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = seen.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void ended.then(() => reject(new Error(`The runner ended: ${JSON.stringify(seen.at(-1))}`)));
        look();
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    end: async () => {
      await ended;
      const last = seen.at(-1);
      if (last === undefined) throw new Error('The runner said nothing.');
      return last;
    },
  };
}
