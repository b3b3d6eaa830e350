import type { Session } from '../shared/database';
import { literal, qualified } from '../shared/identifiers';
import { idealProbes, worthTuning } from './auto';
import type { VectorFacts } from './catalog';
import type { VectorIndex, VectorIndexesInput } from './contract';
import type { Inspection } from './inspect';
import { recordText } from './record';
import { type Answer, mean, recallOf, sampleRows, searchEach } from './search';
import { asOwner } from './session';

// 0.98 is promised; the samples may flatter by some thousandths.
const enough = 0.99;
// One row in twenty may need ten times the probes of the others: a few dozen samples miss it or make too much of it.
const samples = 200;
// With fewer, one odd row says too much.
const leastSamples = 15;
const tuningSeconds = 20;

/** What searches of an index are to be set to. */
export function searchSetting(index: VectorIndex, found: VectorFacts): readonly [name: string, value: number] {
  if (index.method === 'hnsw') return ['hnsw.ef_search', index.efSearch];
  if (index.probes !== 'auto') return ['ivfflat.probes', index.probes];
  return ['ivfflat.probes', found.record?.probes ?? idealProbes(found.options['lists'] ?? 1)];
}

/**
 * The square root of the lists finds nearly everything and is often several times more than is needed. So the least
 * number of probes is measured with which enough is found, or else the most that makes sense, and kept with the index. Where there is no time to measure,
 * because exact searches of a huge table take too long, the square root stays.
 */
export async function tuneProbes(session: Session, input: VectorIndexesInput, seen: Inspection): Promise<boolean> {
  const { index, column, rows, places, name } = seen;
  const found = places.current?.vector;
  if (index.method !== 'ivfflat' || index.probes !== 'auto' || found?.record === undefined) return false;
  if (found.record.probes !== undefined || rows.indexed < worthTuning) return false;
  const lists = found.options['lists'] ?? 1;
  const candidates = candidatesFor(lists);
  const measured = await asOwner(session, input.owner, async () => {
    const recalls = new Map(candidates.map((probes) => [probes, [] as number[]]));
    const probed = candidates.map((probes) => [key(probes), { way: 'index', settings: [setting(probes)] }] as const);
    const searches = { exact: { way: 'exact', settings: [] } as const, ...Object.fromEntries(probed) };
    const until = performance.now() + tuningSeconds * 1_000;
    for (const sample of await sampleRows(session, index, column, samples, rows.indexed, 'tune')) {
      // More probes look into the same lists and further ones, so once all is found, all is found from there on.
      let last = 0;
      const answers: Readonly<Record<string, Answer | undefined>> = await searchEach(
        ...([session, index, column, sample, 10, searches] as const),
        (so: Readonly<Record<string, Answer | undefined>>) => {
          const found = candidates.findLast((probes) => so[key(probes)] !== undefined);
          if (found === undefined) return false;
          last = recallOf(so[key(found)]?.distances ?? [], so['exact']?.distances ?? []);
          return last === 1;
        },
      );
      const exact = answers['exact']?.distances ?? [];
      for (const [probes, list] of recalls) {
        const answer = answers[key(probes)];
        list.push(answer === undefined ? last : recallOf(answer.distances, exact));
      }
      if (performance.now() > until) break;
    }
    return recalls;
  });
  const sound = [...measured].filter(([, recalls]) => recalls.length >= leastSamples);
  const best = sound.find(([, recalls]) => mean(recalls) >= enough) ?? sound.at(-1);
  if (!best) return false;
  const record = { ...found.record, probes: best[0], recall: Math.round(mean(best[1]) * 1_000) / 1_000 };
  const sql = `COMMENT ON INDEX ${qualified(index.table.schema, name, 'index')} IS ${literal(recordText(record))}`;
  await asOwner(session, input.owner, () => session.query(sql));
  return true;
}

const key = (probes: number) => `with ${probes}`;
const setting = (probes: number) => `ivfflat.probes = ${probes}`;

/** 1, 2, 3, 4, 5, 7, 9 … up to half of the lists, beyond which an index is hardly faster than none. */
export function candidatesFor(lists: number): readonly number[] {
  const candidates = [1];
  for (let probes = 2; probes <= lists / 2; probes = Math.max(probes + 1, Math.round(probes * 1.35))) {
    candidates.push(probes);
  }
  return candidates;
}
