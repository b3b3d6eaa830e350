import { estimateSeconds } from '../../../lambdas/vector-indexes/estimate';
import { hnswBytes, ivfflatBytes, listsThatFit, megabyte } from '../../../lambdas/vector-indexes/memory';
import { buildSettings, mostMemory, planBuild, type ServerFacts } from '../../../lambdas/vector-indexes/plan';
import { hnsw, ivfflat } from './helpers';

// A server as it comes, and one of 16 GB as RDS sets it.
const stock: ServerFacts = {
  sharedBuffers: 128 * megabyte,
  effectiveCacheSize: 4_096 * megabyte,
  maintenanceWorkMem: 64 * megabyte,
  maintenanceWorkers: 2,
  parallelWorkers: 8,
  workerProcesses: 8,
};
const rds: ServerFacts = { ...stock, sharedBuffers: 4_096 * megabyte, effectiveCacheSize: 8_192 * megabyte };

test('the memory of k-means is what pgvector asks for', () => {
  // "memory required is 248 MB" at 1,000 lists of 256 dimensions.
  const megabytes = ivfflatBytes(1_000, 'vector', 256) / megabyte;
  expect(megabytes).toBeGreaterThan(247);
  expect(megabytes).toBeLessThan(252);
});

test('the memory of a graph is a little more than pgvector uses', () => {
  // 64 MB were full after so many rows.
  for (const [rows, dimensions] of [
    [9_754, 1_536],
    [38_579, 256],
  ] as const) {
    const megabytes = hnswBytes(rows, 'vector', dimensions, 16) / megabyte;
    expect(megabytes).toBeGreaterThan(64 + 8);
    expect(megabytes).toBeLessThan(64 * 1.15 + 8);
  }
});

test('the most lists that fit, fit, and one more does not', () => {
  const lists = listsThatFit(5_000, 300 * megabyte, 'vector', 256);
  expect(ivfflatBytes(lists, 'vector', 256)).toBeLessThanOrEqual(300 * megabyte);
  expect(ivfflatBytes(lists + 1, 'vector', 256)).toBeGreaterThan(300 * megabyte);
});

test('a build may use a quarter of the memory of an RDS instance, what the administrator set, or what is asked for', () => {
  expect(mostMemory(rds, {})).toBe(4_096 * megabyte);
  expect(mostMemory({ ...stock, maintenanceWorkMem: 3_000 * megabyte }, {})).toBe(3_000 * megabyte);
  expect(mostMemory(rds, { memoryMb: 500 })).toBe(500 * megabyte);
});

test('a build gets the memory that it needs and no more, and enough for its workers to start', () => {
  const large = planBuild('x', hnsw({ dimensions: 1_536 }), 20_000, stock);
  expect(large.memoryBytes).toBe(hnswBytes(20_000, 'vector', 1_536, 16));
  const small = planBuild('x', hnsw(), 100, stock);
  expect(buildSettings(small)).toEqual({
    maintenance_work_mem: `${3 * 32 * 1024}kB`,
    max_parallel_maintenance_workers: '2',
    min_parallel_table_scan_size: '0',
  });
});

test('lists whose k-means does not fit are refused when declared, and reduced when automatic', () => {
  const limits = { memoryMb: 100 };
  const declared = ivfflat({ dimensions: 256, lists: 1_000 });
  expect(() => planBuild('x', declared, 1_000_000, stock, limits)).toThrow(
    /^"x": 1,000 lists of 256 dimensions need 249 MB to be built, and a build may use 100 MB of memory here; \d+ lists fit\.$/,
  );
  const plan = planBuild('x', { ...declared, lists: 'auto' }, 1_000_000, stock, limits);
  expect(plan.lists).toBeLessThan(1_000);
  expect(ivfflatBytes(plan.lists, 'vector', 256)).toBeLessThanOrEqual(100 * megabyte);
  expect(plan.sentences).toEqual([expect.stringMatching(/so it gets \d+ lists\.$/)]);
});

test('a graph that does not fit is built all the same, with a warning and a longer estimate', () => {
  const index = hnsw({ dimensions: 1_536 });
  const [fits, tight] = [stock, { ...stock, effectiveCacheSize: 0 }].map((server) =>
    planBuild('x', index, 100_000, server),
  );
  expect(fits?.sentences).toEqual([]);
  expect(tight?.sentences).toEqual([expect.stringMatching(/takes \d+ MB, and a build may use 128 MB here/)]);
  expect((tight?.seconds ?? 0) / (fits?.seconds ?? 1)).toBeCloseTo(4.5);
});

test('the estimates are near what was measured', () => {
  const measured: readonly [ReturnType<typeof hnsw> | ReturnType<typeof ivfflat>, number, number, number][] = [
    [hnsw({ dimensions: 256 }), 100_000, 0, 27],
    [hnsw({ dimensions: 1_536 }), 20_000, 0, 11.8],
    [ivfflat({ dimensions: 256 }), 100_000, 100, 1.5],
    [ivfflat({ dimensions: 256 }), 100_000, 316, 2.6],
  ];
  for (const [index, rows, lists, seconds] of measured) {
    const ratio = estimateSeconds(index, rows, lists, 1_000 * megabyte) / seconds;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  }
});

test('by rows or by time, a build is waited for or detached', () => {
  const plan = (changes: object, rows: number, inlineSeconds?: number) =>
    planBuild('x', hnsw({ dimensions: 1_536, ...changes }), rows, rds, inlineSeconds ? { inlineSeconds } : {}).inline;
  expect(plan({}, 20_000)).toBe(true);
  expect(plan({}, 1_000_000)).toBe(false);
  expect(plan({}, 1_000_000, 100_000)).toBe(true);
  expect(plan({ buildInlineBelow: 500 }, 499)).toBe(true);
  expect(plan({ buildInlineBelow: 500 }, 500)).toBe(false);
});
