import { builtTooEarly, idealLists, listsOutgrown, tooManyProbes, worthTuning } from './auto';
import type { Canonical } from './canonical';
import type { VectorFacts } from './catalog';
import type { VectorIndex } from './contract';
import { parameters } from './desired';
import { listsThatFit } from './memory';
import { count, rowsText } from './words';

export interface Comparison {
  /** Each a reason to build the index again: `lists is 100, declared 200`. */
  readonly differences: readonly string[];
  /** What is not as it would be built today, and not worth a build. */
  readonly notes: readonly string[];
}

/** What `lists: 'auto'` and the need of a rebuild depend on. */
export interface Now {
  readonly rows: number;
  readonly scattered: boolean;
  /** The most that a build may use. */
  readonly memoryBytes: number;
}

/**
 * Whether the lists of an index are to follow the square root of the rows: so it was built, or so its measured probes
 * say. What was found of another declaration says nothing of this one.
 */
export function isScattered(
  found: VectorFacts | undefined,
  index: VectorIndex,
  wanted: Canonical,
  rows: number,
): boolean {
  if (index.method !== 'ivfflat' || index.lists !== 'auto' || found?.method !== 'ivfflat') return false;
  const same = (['operatorClass', 'key', 'predicate'] as const).every((each) => found[each] === wanted[each]);
  if (!same || found.record === undefined) return false;
  const { scattered = false, probes } = found.record;
  return scattered || (rows >= worthTuning && probes !== undefined && tooManyProbes(probes, listsOf(found)));
}

const listsOf = (found: VectorFacts): number => found.options['lists'] ?? 0;

/** Holds an index of the catalog against its declaration. */
export function compare(found: VectorFacts, index: VectorIndex, wanted: Canonical, now: Now): Comparison {
  const differences: string[] = [];
  const differ = (what: string, is: string | number, declared: string | number) =>
    differences.push(`${what} is ${is}, declared ${declared}`);
  if (found.method !== index.method) differ('method', found.method, index.method);
  if (found.operatorClass !== wanted.operatorClass) {
    differ('operator class', found.operatorClassName, wanted.operatorClassName);
  }
  if (found.key !== wanted.key) differ('indexed value', found.key, wanted.key);
  if (found.predicate !== wanted.predicate) {
    differ('condition', found.predicate ?? 'none', wanted.predicate ?? 'none');
  }
  if (found.method !== index.method) return { differences, notes: [] };
  const lists = listsOf(found);
  for (const [name, declared] of Object.entries(parameters(index, lists))) {
    if (found.options[name] !== declared) differ(name, found.options[name] ?? 'unknown', declared);
  }
  if (index.method !== 'ivfflat') return { differences, notes: [] };
  if (index.lists !== 'auto' && lists !== index.lists) differ('lists', lists, index.lists);
  const notes: string[] = [];
  if (index.lists === 'auto') {
    const byLists = compareLists(found, index, now);
    differences.push(...byLists.differences);
    notes.push(...byLists.notes);
  }
  // A valid index without a record of ours: what its build saw is not known, and `verify` measures what it is worth.
  const { rows } = now;
  const before = found.record?.rows;
  if (before !== undefined && builtTooEarly(lists, before, rows)) {
    differences.push(
      `it was built on ${rowsText(before)}, too few for ${count(lists)} lists, and now there are ${count(rows)}`,
    );
  } else if (before !== undefined && before < lists) {
    notes.push(
      `It was built on ${rowsText(before)} for ${count(lists)} lists, so it finds little; it is built again by the first run after the rows are there.`,
    );
  }
  return { differences, notes };
}

function compareLists(found: VectorFacts, index: VectorIndex, { rows, scattered, memoryBytes }: Now): Comparison {
  const lists = listsOf(found);
  const ideal = idealLists(rows, scattered);
  // What there is no memory for would not come of a build either, however often it is repeated.
  const within = lists < ideal ? listsThatFit(ideal, memoryBytes, index.storage, index.dimensions) : ideal;
  const asked = `${rowsText(rows)} ask for ${count(ideal)}`;
  const { record } = found;
  // Once only: the one that is built for this reason has it in its record.
  if (scattered && record?.probes !== undefined && record.scattered !== true && lists < within) {
    const searched = `${count(record.probes)} of its ${count(lists)} lists have to be searched`;
    return { differences: [`${searched}, so the data are scattered, and ${asked}`], notes: [] };
  }
  if (lists < within ? listsOutgrown(lists, within) : lists > ideal && listsOutgrown(lists, ideal)) {
    return { differences: [`lists is ${count(lists)}, and ${asked}`], notes: [] };
  }
  const notes: string[] = [];
  if (record?.scattered) notes.push('Its data are scattered, so its lists follow the square root of the rows.');
  if (listsOutgrown(lists, ideal)) {
    notes.push(`It has ${count(lists)} lists, and ${asked}, for which a build may not use enough memory here.`);
  } else if (lists !== ideal) {
    notes.push(`It has ${count(lists)} lists; today it would get ${count(ideal)}, too little a change to build again.`);
  }
  return { differences: [], notes };
}
