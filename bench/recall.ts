import type { IndexVerdict, IvfflatIndex } from '../lambdas/vector-indexes/contract';
import { reconcile } from '../lambdas/vector-indexes/reconcile';
import { verify } from '../lambdas/vector-indexes/verify';
import { documents, makeVectors, scattered } from './vector-data';
import { printTable, withNativeServer } from './vector-place';

// `auto` against what everybody copies, lists = 100 and probes = 1, and against the square root of the rows, on the same
// rows in one run. The samples are 100 rows, each searched for exactly too; the latencies are those of the client.
const [rows, dimensions] = [100_000, 256];
const root = Math.round(Math.sqrt(rows));
const index = (lists: number | 'auto', probes: number | 'auto'): IvfflatIndex => ({
  table: { schema: 'public', name: 'passages' },
  column: 'embedding',
  dimensions,
  metric: 'cosine',
  storage: 'vector',
  buildInlineBelow: 'auto',
  method: 'ivfflat',
  lists,
  probes,
});

async function main(): Promise<void> {
  await withNativeServer(async ({ client, description }) => {
    process.stdout.write(`${description}; ${rows.toLocaleString('en-US')} x ${dimensions}\n\n`);
    const table: (readonly string[])[] = [];
    for (const spread of [documents, scattered]) {
      await client.query('DROP TABLE IF EXISTS passages');
      await makeVectors(client, 'passages', rows, dimensions, spread);
      for (const [what, declared] of [
        [`${spread.what}, lists = 100, probes = 1`, index(100, 1)],
        [`${spread.what}, auto`, index('auto', 'auto')],
        [`${spread.what}, lists = ${root}, probes auto`, index(root, 'auto')],
      ] as const) {
        const input = { indexes: { passages_index: declared }, searchRoles: [] };
        // Each from nothing, as it is declared in a new project.
        await client.query('DROP INDEX IF EXISTS passages_index');
        const { ok, indexes } = await reconcile(client, input);
        const told = indexes.flatMap(({ sentences }) => sentences).join(' ');
        if (!ok) throw new Error(told);
        const verdict = await verify(client, input, 'passages_index', { samples: 100, minimumRecall: 0 });
        table.push([`${what} (${chosen(told)})`, ...figures(verdict)]);
      }
    }
    printTable(['ivfflat', 'recall@10', 'p50', 'p95', 'exact p50', 'exact / index'], table);
  });
}

/** What the last build came to, in the words of its report. */
function chosen(told: string): string {
  const [lists] = /lists \d+/.exec(told) ?? [];
  const probes = [...told.matchAll(/\d+ probes (?=find)/g)].at(-1)?.[0].trim();
  return [lists, probes].filter((each) => each !== undefined).join(', ');
}

function figures({ recall, index: byIndex, exact, sentences }: IndexVerdict): string[] {
  if (recall === undefined || !byIndex || !exact) throw new Error(sentences.join(' '));
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const ratio = (exact.p50Ms / byIndex.p50Ms).toFixed(1);
  return [recall.toFixed(3), ms(byIndex.p50Ms), ms(byIndex.p95Ms), ms(exact.p50Ms), `${ratio} x`];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
