import { merge } from '../../../lib/config/merge';

/** The least that is a project, with one environment that is production and one that is not. */
const good = {
  name: 'shop',
  region: 'ap-southeast-2',
  environments: {
    dev: {},
    prod: { production: true, instance: { multiAz: true }, drills: { schedule: 'weekly' } },
  },
};

/** The good settings with a change written over them, key by key. */
export const goodWith = (change: unknown): unknown => merge(good, change);

/** A change of the environment prod alone. */
export const inProd = (prod: unknown) => ({ environments: { prod } });

/** A change of the environment dev alone. */
export const inDev = (dev: unknown) => ({ environments: { dev } });

/** A vector index that is well, with a change. */
export const index = (change: unknown) => ({
  vectorIndexes: {
    chunks: merge({ table: 'public.chunks', column: 'embedding', dimensions: 1536, method: 'hnsw' }, change),
  },
});

/** What is wrong, the change of the good settings, and the one line that must come. */
export type Refusal = readonly [title: string, change: unknown, expected: string];
