import type { Storage, VectorIndex } from './contract';

export const megabyte = 1024 * 1024;

/** Of one stored value, with its header, rounded up to 8 as PostgreSQL allocates. */
export function valueBytes(storage: Storage, dimensions: number): number {
  const body = { vector: 4 * dimensions, halfvec: 2 * dimensions, bit: Math.ceil(dimensions / 8) }[storage];
  return Math.ceil((8 + body) / 8) * 8;
}

/**
 * The graph of an HNSW build, all of it in memory: for each row the value, 2m neighbours of 16 bytes on the ground
 * level, and 224 bytes for the element and its share of the upper levels. At m = 16 that is 744 + 4 x dimensions;
 * pgvector 0.8.0 reports 1,740 bytes a row at 256 dimensions and 6,880 at 1,536. A tenth is added for rows that arrive
 * meanwhile, and 8 MB that a parallel build sets aside.
 */
export function hnswBytes(rows: number, storage: Storage, dimensions: number, m: number): number {
  const perRow = 224 + 32 * m + valueBytes(storage, dimensions);
  return Math.ceil(rows * perRow * 1.1) + 8 * megabyte;
}

/**
 * What k-means of an IVFFlat build allocates before it starts, or refuses to start: 50 rows for each list as samples
 * (10,000 at least), two sets of centres and their sums, for each sample a lower bound for each list, and the distances
 * between all centres. At 1,000 lists of 256 dimensions: 50,000 samples of 1,032 bytes are 49 MB, the bounds 191 MB,
 * the centres and the rest 8 MB; pgvector asks for 248 MB there.
 */
export function ivfflatBytes(lists: number, storage: Storage, dimensions: number): number {
  const samples = Math.max(50 * lists, 10_000);
  const value = valueBytes(storage, dimensions);
  const vectors = (samples + 2 * lists) * value + 4 * lists * dimensions;
  const bounds = 4 * samples * lists + 4 * lists * lists;
  const single = 8 * samples + 12 * lists;
  return vectors + bounds + single + megabyte;
}

export function bytesNeeded(index: VectorIndex, rows: number, lists: number): number {
  return index.method === 'ivfflat'
    ? ivfflatBytes(lists, index.storage, index.dimensions)
    : hnswBytes(rows, index.storage, index.dimensions, index.m);
}

/** The most lists whose k-means fits: the need grows with the lists, so halving finds it. */
export function listsThatFit(wanted: number, bytes: number, storage: Storage, dimensions: number): number {
  let [fits, tooMany] = [0, wanted + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (ivfflatBytes(middle, storage, dimensions) <= bytes) fits = middle;
    else tooMany = middle;
  }
  return fits;
}
