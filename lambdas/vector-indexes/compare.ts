import { builtTooEarly, idealLists, listsOutgrown } from './auto';
import type { Canonical } from './canonical';
import type { VectorFacts } from './catalog';
import type { VectorIndex } from './contract';
import { parameters } from './desired';
import { count, rowsText } from './words';

export interface Comparison {
  /** Each a reason to build the index again: `lists is 100, declared 200`. */
  readonly differences: readonly string[];
  /** What is not as it would be built today, and not worth a build. */
  readonly notes: readonly string[];
}

/** Holds an index of the catalog against its declaration. */
export function compare(found: VectorFacts, index: VectorIndex, wanted: Canonical, rows: number): Comparison {
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
  const lists = found.options['lists'] ?? 0;
  for (const [name, declared] of Object.entries(parameters(index, lists))) {
    if (found.options[name] !== declared) differ(name, found.options[name] ?? 'unknown', declared);
  }
  if (index.method !== 'ivfflat') return { differences, notes: [] };
  if (index.lists !== 'auto' && lists !== index.lists) differ('lists', lists, index.lists);
  const notes: string[] = [];
  const ideal = idealLists(rows);
  if (index.lists === 'auto' && listsOutgrown(lists, rows)) {
    differences.push(`lists is ${count(lists)}, and ${rowsText(rows)} ask for ${count(ideal)}`);
  } else if (index.lists === 'auto' && lists !== ideal) {
    notes.push(`It has ${count(lists)} lists; today it would get ${count(ideal)}, too little a change to build again.`);
  }
  // A valid index without a record of ours: what its build saw is not known, and `verify` measures what it is worth.
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
