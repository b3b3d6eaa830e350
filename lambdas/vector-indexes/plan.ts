import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { listsFor } from './auto';
import { type BuildLimits, defaultInlineSeconds, type VectorIndex } from './contract';
import { estimateSeconds } from './estimate';
import { bytesNeeded, listsThatFit, megabyte } from './memory';
import { count, rowsText, size } from './words';

export interface ServerFacts {
  readonly sharedBuffers: number;
  readonly effectiveCacheSize: number;
  readonly maintenanceWorkMem: number;
  readonly maintenanceWorkers: number;
  readonly parallelWorkers: number;
  readonly workerProcesses: number;
}

export async function readServer(session: Session): Promise<ServerFacts> {
  const { rows } = await session.query<ServerFacts>(
    `SELECT pg_size_bytes(current_setting('shared_buffers'))::float8 AS "sharedBuffers",
            pg_size_bytes(current_setting('effective_cache_size'))::float8 AS "effectiveCacheSize",
            pg_size_bytes(current_setting('maintenance_work_mem'))::float8 AS "maintenanceWorkMem",
            current_setting('max_parallel_maintenance_workers')::int AS "maintenanceWorkers",
            current_setting('max_parallel_workers')::int AS "parallelWorkers",
            current_setting('max_worker_processes')::int AS "workerProcesses"`,
  );
  if (!rows[0]) throw new Error('The server told none of its settings.');
  return rows[0];
}

export interface BuildPlan {
  /** 0 for hnsw, which has none. */
  readonly lists: number;
  readonly memoryBytes: number;
  readonly workers: number;
  readonly seconds: number;
  /** Whether the caller waits for it. */
  readonly inline: boolean;
  readonly sentences: readonly string[];
}

// With less for each worker and the leader, PostgreSQL starts fewer of them.
const leastForEach = 32 * megabyte;

export function planBuild(
  name: string,
  index: VectorIndex,
  rows: number,
  server: ServerFacts,
  limits: BuildLimits = {},
  scattered = false,
): BuildPlan {
  const sentences: string[] = [];
  // How many cores there are, no server tells. Its own setting is the best word on how many it can spare.
  const wanted = limits.workers ?? server.maintenanceWorkers;
  const workers = Math.min(wanted, server.parallelWorkers, server.workerProcesses);
  const most = mostMemory(server, limits);
  let lists = listsFor(index, rows, scattered);
  if (index.method === 'ivfflat' && bytesNeeded(index, rows, lists) > most) {
    const fit = listsThatFit(lists, most, index.storage, index.dimensions);
    const needed = `${count(lists)} lists of ${count(index.dimensions)} dimensions need ${size(bytesNeeded(index, rows, lists))}`;
    const have = `a build may use ${size(most)} of memory here`;
    if (index.lists !== 'auto' || fit === 0) {
      throw new OperationError(
        `"${name}": ${needed} to be built, and ${have}; ${fit === 0 ? 'take a larger instance' : `${count(fit)} lists fit`}.`,
      );
    }
    sentences.push(`${needed} to be built, and ${have}, so it gets ${count(fit)} lists.`);
    lists = fit;
  }
  const need = bytesNeeded(index, rows, lists);
  if (need > most) {
    sentences.push(
      `The graph of ${rowsText(rows)} takes ${size(need)}, and a build may use ${size(most)} here, so it will be several times slower; a larger instance or storage: 'halfvec' avoids that.`,
    );
  }
  // Not more than is needed: a parallel build of a graph takes all of maintenance_work_mem from the start.
  const memoryBytes = Math.min(Math.max(need, leastForEach * (workers + 1)), most);
  const seconds = estimateSeconds(index, rows, lists, memoryBytes);
  const inline =
    index.buildInlineBelow === 'auto'
      ? seconds <= (limits.inlineSeconds ?? defaultInlineSeconds)
      : rows < index.buildInlineBelow;
  return { lists, memoryBytes, workers, seconds, inline, sentences };
}

/**
 * A quarter of the machine's memory, as far as its settings tell: RDS gives a quarter to shared_buffers and states half
 * as effective_cache_size. What the administrator has set for maintenance is allowed in any case.
 */
export function mostMemory(server: ServerFacts, limits: BuildLimits): number {
  if (limits.memoryMb !== undefined) return limits.memoryMb * megabyte;
  return Math.max(server.sharedBuffers, server.effectiveCacheSize / 2, server.maintenanceWorkMem);
}

/** What the session that builds is set to. */
export function buildSettings(plan: BuildPlan): Readonly<Record<string, string>> {
  return {
    maintenance_work_mem: `${Math.floor(plan.memoryBytes / 1024)}kB`,
    max_parallel_maintenance_workers: String(plan.workers),
    // Vectors of 1,536 dimensions lie in the TOAST table and leave a table so small (20,000 rows: 128 pages) that
    // PostgreSQL starts no workers for it, and the build takes four times as long. ALTER TABLE … SET (parallel_workers)
    // helps too, but it stays when a build dies, and slows every query on the table that then reads it in parallel.
    min_parallel_table_scan_size: '0',
  };
}
