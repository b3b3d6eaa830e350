import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { defaultVerify, type IndexVerdict, type VectorIndexesInput, type VerifyOptions } from './contract';
import { declared, type Inspection, inspect } from './inspect';
import { tableText } from './names';
import { plannerUse } from './planner';
import { mean, percentile, recallOf, sampleRows, searchEach } from './search';
import { asOwner } from './session';
import { searchSetting } from './tune';
import { size } from './words';

/** Measures what an index is worth: is it there, is it used, what does it find, and how fast. Changes nothing. */
export async function verify(
  session: Session,
  input: VectorIndexesInput,
  name: string,
  given: Partial<VerifyOptions> = {},
): Promise<IndexVerdict> {
  const options = { ...defaultVerify, ...given };
  const table = tableText(declared(input, name));
  const failed = (sentence: string): IndexVerdict => ({ name, table, ok: false, sentences: [sentence] });
  try {
    const seen = await inspect(session, input, name);
    if (!seen.places.current?.vector) return failed(`There is no index "${name}" on ${table}.`);
    if (!seen.places.current.vector.valid)
      return failed(`"${name}" on ${table} is invalid: its build did not end well.`);
    return await asOwner(session, input.owner, () => measure(session, seen, options));
  } catch (error) {
    if (error instanceof OperationError) return failed(error.message);
    throw error;
  }
}

async function measure(session: Session, seen: Inspection, options: VerifyOptions): Promise<IndexVerdict> {
  const { name, index, column, places, rows, comparison } = seen;
  const current = places.current;
  if (!current?.vector) throw new Error(`"${name}" is gone.`);
  const rivals = places.onColumn.filter(({ oid }) => oid !== current.oid);
  const planner = await plannerUse(session, name, index, column, current, rivals);
  const { rows: figures } = await session.query<{ bytes: number; scans: number }>(
    `SELECT pg_relation_size($1::oid)::float8 AS bytes,
            coalesce((SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelid = $1), 0)::float8 AS scans`,
    [current.oid],
  );
  const { bytes = 0, scans = 0 } = figures[0] ?? {};
  const setting = searchSetting(index, current.vector);
  const measured = planner === 'impossible' ? undefined : await measureSearches(session, seen, options, setting);
  const sentences = [
    plannerSentence(name, planner),
    ...comparison.differences.map((difference) => `"${name}" is not as declared: ${difference}.`),
    ...comparison.notes,
    ...(measured ? [searchSentence(measured, options, setting)] : []),
    ...(rows.indexed === 0 ? ['There is no row to search for, so nothing was measured.'] : []),
    `It is ${size(bytes)} large, and was used ${scans === 1 ? 'once' : `${scans} times`} since statistics began.`,
  ];
  const found = measured === undefined || measured.recall >= options.minimumRecall;
  const ok = planner !== 'impossible' && comparison.differences.length === 0 && found;
  return { name, table: tableText(index), ok, sentences, planner, bytes, scans, ...measured };
}

async function measureSearches(
  session: Session,
  { index, column, rows }: Inspection,
  { samples, neighbours, secondsPerIndex }: VerifyOptions,
  [name, value]: ReturnType<typeof searchSetting>,
) {
  const taken = await sampleRows(session, index, column, samples, rows.indexed, 'verify');
  const searches = {
    index: { way: 'index', settings: [`${name} = ${value}`] },
    exact: { way: 'exact', settings: [] },
  } as const;
  const recalls: number[] = [];
  const times = { index: [] as number[], exact: [] as number[] };
  const until = performance.now() + secondsPerIndex * 1_000;
  // The first search of each way reads pages that no later one waits for, so it is done once more.
  for (const [i, sample] of [...taken.slice(0, 1), ...taken].entries()) {
    const { index: byIndex, exact } = await searchEach(session, index, column, sample, neighbours, searches);
    if (i === 0 || byIndex === undefined || exact === undefined) continue;
    recalls.push(recallOf(byIndex.distances, exact.distances));
    times.index.push(byIndex.milliseconds);
    times.exact.push(exact.milliseconds);
    if (performance.now() > until) break;
  }
  if (recalls.length === 0) return undefined;
  const latency = (each: readonly number[]) => ({
    p50Ms: round(percentile(each, 0.5)),
    p95Ms: round(percentile(each, 0.95)),
  });
  return {
    recall: Math.round(mean(recalls) * 10_000) / 10_000,
    samples: recalls.length,
    index: latency(times.index),
    exact: latency(times.exact),
  };
}

const round = (milliseconds: number) => Math.round(milliseconds * 100) / 100;

type Measured = NonNullable<Awaited<ReturnType<typeof measureSearches>>>;

function searchSentence(measured: Measured, options: VerifyOptions, [name, value]: readonly [string, number]): string {
  const { recall, samples, index, exact } = measured;
  const verdict = recall >= options.minimumRecall ? '' : `, less than the ${options.minimumRecall} asked for`;
  return (
    `Recall@${options.neighbours} is ${recall.toFixed(3)}${verdict}, over ${samples} searches with ${name} = ${value}; ` +
    `half of them took up to ${index.p50Ms} ms (95 %: ${index.p95Ms} ms), exact ones ${exact.p50Ms} ms (95 %: ${exact.p95Ms} ms).`
  );
}

function plannerSentence(name: string, use: NonNullable<IndexVerdict['planner']>): string {
  return {
    chosen: `The planner takes "${name}" for a nearest-neighbour query.`,
    possible: `The planner can take "${name}", and thinks that reading the whole table is cheaper now.`,
    other: `The planner takes another index like "${name}" for a nearest-neighbour query.`,
    impossible: `The planner can not use "${name}" for a nearest-neighbour query.`,
  }[use];
}
