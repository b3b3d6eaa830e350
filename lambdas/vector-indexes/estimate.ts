import type { VectorIndex } from './contract';
import { hnswBytes } from './memory';

/**
 * How long a build will take, in seconds, on two cores. It decides only whether the caller waits for it, so a factor of
 * two does no harm. From measured builds:
 *
 * HNSW looks for the neighbours of each row in a graph that grows, so a row costs log2(rows) steps, each with a part
 * for the step and a part for the dimensions. 100,000 x 256 in 27 s is 16.3 us a step, 20,000 x 1,536 in 11.8 s is
 * 41.3 us; the line through both is 11.3 us + 0.0195 us for each dimension. It grows with ef_construction (64 then),
 * and by 4.5 when the graph does not fit into memory (128 s against 27 s).
 *
 * IVFFlat reads and sorts each row (10 us), and compares it with each list, as k-means does about three times with its
 * samples: 0.2 ns for each dimension. 100,000 x 256 took 1.5 s with 100 lists and 2.6 s with 316.
 */
export function estimateSeconds(index: VectorIndex, rows: number, lists: number, memoryBytes: number): number {
  const { dimensions, storage } = index;
  if (index.method === 'ivfflat') {
    const compared = rows + 3 * Math.max(50 * lists, 10_000);
    return rows * 10e-6 + compared * lists * dimensions * 0.2e-9;
  }
  const step = (11.3 + 0.0195 * dimensions) * 1e-6 * (index.efConstruction / 64);
  const fits = hnswBytes(rows, storage, dimensions, index.m) <= memoryBytes;
  return rows * Math.log2(rows + 1) * step * (fits ? 1 : 4.5);
}
