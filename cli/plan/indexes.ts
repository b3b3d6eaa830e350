import { idealLists, listsFor } from '../../lambdas/vector-indexes/auto';
import type { VectorIndex } from '../../lambdas/vector-indexes/contract';
import { estimateSeconds } from '../../lambdas/vector-indexes/estimate';
import { bytesNeeded, megabyte } from '../../lambdas/vector-indexes/memory';
import { resourcesOf, type Templates } from '../../lib/checks/templates';
import { customResource } from '../../lib/plan/custom-resources';
import { type Leaf, leaves } from '../../lib/plan/values';

export interface Estimate {
  readonly rows: number;
  readonly seconds: number;
  /** For ivfflat. */
  readonly lists?: number;
  /** Whether the build fits into the memory that the server sets aside for it. */
  readonly fits: boolean;
  readonly bytesNeeded: number;
}

export interface PlannedIndex {
  readonly name: string;
  /** `settings` change what a search does and build nothing. */
  readonly work: 'build' | 'rebuild' | 'settings' | 'none';
  readonly state: 'new' | 'changed' | 'removed';
  readonly table: string;
  readonly changes: readonly Leaf[];
  readonly estimates: readonly Estimate[];
}

/** How many rows there are cannot be known without the database. */
export const usualRows = [10_000, 100_000, 1_000_000] as const;

// What PostgreSQL sets aside for a build unless the parameter group says otherwise.
const defaultMemory = 64 * megabyte;

export function planIndexes(
  before: Templates,
  after: Templates,
  rows: readonly number[] = usualRows,
): readonly PlannedIndex[] {
  const [from, to] = [indexesIn(before), indexesIn(after)];
  const memory = buildMemory(after);
  const removed = Object.entries(from)
    .filter(([name]) => !(name in to))
    .map(
      ([name, index]): PlannedIndex => ({
        name,
        work: 'none',
        state: 'removed',
        table: tableOf(index),
        changes: [],
        estimates: [],
      }),
    );
  const planned = Object.entries(to).flatMap(([name, index]): readonly PlannedIndex[] => {
    const old = from[name];
    const changes = keys(old, index).flatMap((key) => leaves(key, settingOf(old, key), settingOf(index, key)));
    if (changes.length === 0) return [];
    const work = old === undefined ? 'build' : workFor(changes);
    const estimates = ['build', 'rebuild'].includes(work) ? rows.map((count) => estimate(index, count, memory)) : [];
    return [{ name, work, state: old === undefined ? 'new' : 'changed', table: tableOf(index), changes, estimates }];
  });
  return [...removed, ...planned];
}

type Indexes = Readonly<Record<string, VectorIndex>>;

/** As the app that is synthesized here, or was at another time, wrote them. */
const indexesIn = (templates: Templates): Indexes =>
  (customResource(templates, 'PlinthVectorIndexes')?.['Indexes'] ?? {}) as Indexes;

const tableOf = ({ table }: VectorIndex) => `${table.schema}.${table.name}`;
const settingOf = (index: VectorIndex | undefined, key: string) =>
  (index as Readonly<Record<string, unknown>> | undefined)?.[key];
const keys = (...indexes: readonly (VectorIndex | undefined)[]) => [
  ...new Set(indexes.flatMap((index) => Object.keys(index ?? {}))),
];

const searching = new Set(['probes', 'efSearch']);
const deciding = new Set(['buildInlineBelow']);

function workFor(changes: readonly Leaf[]): PlannedIndex['work'] {
  const names = changes.map(({ path }) => path.split('.')[0] ?? path);
  if (names.some((name) => !searching.has(name) && !deciding.has(name))) return 'rebuild';
  return names.some((name) => searching.has(name)) ? 'settings' : 'none';
}

/** In bytes. RDS takes maintenance_work_mem in kB. */
function buildMemory(templates: Templates): number {
  const group = Object.values(templates)
    .flatMap(resourcesOf)
    .find(([, { Type }]) => Type === 'AWS::RDS::DBParameterGroup');
  const parameters = group?.[1].Properties?.['Parameters'] as Readonly<Record<string, unknown>> | undefined;
  const kb = Number(parameters?.['maintenance_work_mem']);
  return Number.isFinite(kb) && kb > 0 ? kb * 1024 : defaultMemory;
}

function estimate(index: VectorIndex, rows: number, memory: number): Estimate {
  const lists = index.method === 'ivfflat' ? listsFor(index, rows, false) : 0;
  const bytes = bytesNeeded(index, rows, lists);
  return {
    rows,
    seconds: estimateSeconds(index, rows, lists || idealLists(rows), memory),
    ...(index.method === 'ivfflat' ? { lists } : {}),
    fits: bytes <= memory,
    bytesNeeded: bytes,
  };
}
