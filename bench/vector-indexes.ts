import type { Client } from 'pg';
import type { HnswIndex, IvfflatIndex, VectorIndex } from '../lambdas/vector-indexes/contract';
import { createIndexSql } from '../lambdas/vector-indexes/desired';
import { reconcile } from '../lambdas/vector-indexes/reconcile';
import { clouds, makeVectors } from './vector-data';
import { printTable, seconds, withNativeServer } from './vector-place';

// Index builds with our settings against those of the server as it comes, on the same rows in one run. A build at the
// defaults takes long, and each is far longer than what another load on the machine does to it, so each is run once.
const common = { metric: 'cosine', storage: 'vector', where: undefined, buildInlineBelow: 'auto' } as const;
const column = (dimensions: number) => ({ type: 'vector', dimensions, extensionSchema: 'public' }) as const;

const hnsw = (name: string, dimensions: number): HnswIndex => ({
  ...{ ...common, table: { schema: 'public', name }, column: 'embedding', dimensions },
  ...{ method: 'hnsw', m: 16, efConstruction: 64, efSearch: 40 },
});

const ivfflat = (name: string, dimensions: number, lists: number): IvfflatIndex => ({
  ...{ ...common, table: { schema: 'public', name }, column: 'embedding', dimensions },
  ...{ method: 'ivfflat', lists, probes: 1 },
});

/** Seconds, or why there are none. */
async function atDefaults(client: Client, index: VectorIndex, lists: number): Promise<number | string> {
  const sql = createIndexSql(index, column(index.dimensions), { name: 'by_default', concurrently: true, lists });
  try {
    return await seconds(() => client.query(sql));
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  } finally {
    await client.query('DROP INDEX IF EXISTS by_default');
  }
}

async function ours(client: Client, index: VectorIndex): Promise<number> {
  const taken = await seconds(async () => {
    // No connection to detach to, so it waits for the build; checks, verification and ANALYZE are included.
    const { ok, indexes } = await reconcile(client, { indexes: { ours: index }, searchRoles: [] });
    if (!ok) throw new Error(indexes.flatMap(({ sentences }) => sentences).join(' '));
  });
  await client.query('DROP INDEX ours');
  return taken;
}

async function main(): Promise<void> {
  await withNativeServer(async ({ client, description }) => {
    process.stdout.write(`${description}\n\n`);
    const rows: (readonly (string | number)[])[] = [];
    for (const [table, count, dimensions, lists] of [
      ['large_table', 100_000, 256, [1_000]],
      ['long_vectors', 20_000, 1_536, [200]],
    ] as const) {
      await makeVectors(client, table, count, dimensions, clouds);
      const builds = [hnsw(table, dimensions), ...lists.map((each) => ivfflat(table, dimensions, each))];
      for (const index of builds) {
        const mine = await ours(client, index);
        const lists = index.method === 'ivfflat' ? Number(index.lists) : 0;
        const theirs = await atDefaults(client, index, lists);
        const what = index.method === 'hnsw' ? 'hnsw' : `ivfflat, ${lists} lists`;
        const ratio = typeof theirs === 'number' ? `${(theirs / mine).toFixed(1)} x` : '-';
        const shown = typeof theirs === 'number' ? `${theirs.toFixed(1)} s` : theirs;
        rows.push([`${count.toLocaleString('en-US')} x ${dimensions}, ${what}`, `${mine.toFixed(1)} s`, shown, ratio]);
      }
    }
    printTable(['index', 'ours', "the server's defaults", 'faster by'], rows);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
