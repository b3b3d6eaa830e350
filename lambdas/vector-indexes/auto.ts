import type { VectorIndex } from './contract';

// pgvector takes no more lists than this.
const mostLists = 32_768;

/**
 * pgvector's own advice: a list for each thousand rows up to a million, beyond that the square root of the rows. Where
 * the data are scattered, the square root from the first row on: with 100,000 rows of 256 dimensions, 100 lists need
 * 30 probes there, and 316 lists need 2.
 */
export function idealLists(rows: number, scattered = false): number {
  const lists = rows <= 1_000_000 && !scattered ? Math.round(rows / 1_000) : Math.round(Math.sqrt(rows));
  return Math.min(Math.max(lists, 1), mostLists);
}

/** Where nothing has been measured: the square root of the lists. */
export const idealProbes = (lists: number): number => Math.max(1, Math.round(Math.sqrt(lists)));

export function listsFor(index: VectorIndex, rows: number, scattered: boolean): number {
  if (index.method !== 'ivfflat') return 0;
  return index.lists === 'auto' ? idealLists(rows, scattered) : index.lists;
}

// Below this a search reads so little that a better number of probes costs nothing to miss, and none is measured.
export const worthTuning = 10_000;

/** Whether so many probes were needed that the lists must cut through neighbourhoods, and more of them pay. */
export const tooManyProbes = (probes: number, lists: number): boolean => probes > idealProbes(lists);

// A build of a large table takes minutes, and recall changes little until the lists are off by about this factor.
const worthARebuild = 2;
// Below ten lists (ten thousand rows) a search reads a few megabytes at most, whatever the lists.
const worthCaring = 10;

/** Whether `auto` would choose so different a number today that a rebuild pays. */
export function listsOutgrown(lists: number, ideal: number): boolean {
  const [less, more] = lists < ideal ? [lists, ideal] : [ideal, lists];
  return more >= worthCaring && more > less * worthARebuild;
}

/**
 * Whether k-means had too little to go by: with fewer rows than lists, most centres are random, and all later rows
 * crowd around a few. It is worth building again once there are rows for every list, or ten times as many as then.
 */
export function builtTooEarly(lists: number, rowsAtBuild: number, rows: number): boolean {
  return rowsAtBuild < lists && (rows >= lists || rows >= 10 * Math.max(rowsAtBuild, 1));
}
