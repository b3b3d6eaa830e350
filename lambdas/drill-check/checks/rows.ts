import type { Manifest, TableState } from '../../heartbeat/contract';
import { count, duration } from '../../vector-indexes/words';
import { type Reading, type ReadingCheck, sameLedger, sentences } from '../check';

// Of a table with a few rows, one more or less is a large share.
const leastFall = 10;

interface Point {
  readonly at: string;
  readonly rows: number;
}

interface Fall {
  readonly from: Point;
  readonly to: Point;
}

/** The deepest fall between any two of these, if it is more than is allowed. All rows gone is always too much. */
export function deepestFall(points: readonly Point[], maximumPercent: number): Fall | undefined {
  let deepest: Fall | undefined;
  let highest: Point | undefined;
  for (const to of points) {
    if (highest !== undefined && highest.rows > to.rows) {
      const lost = highest.rows - to.rows;
      const tooMuch = lost * 100 > maximumPercent * highest.rows && (lost >= leastFall || to.rows === 0);
      const deeper =
        deepest === undefined || lost / highest.rows > (deepest.from.rows - deepest.to.rows) / deepest.from.rows;
      if (tooMuch && deeper) deepest = { from: highest, to };
    }
    if (highest === undefined || to.rows > highest.rows) highest = to;
  }
  return deepest;
}

/** No table is emptier than it was: a TRUNCATE before the snapshot is in the snapshot, and in no manifest before it. */
export const rowCounts = ({ input }: Pick<Reading, 'input'>): ReadingCheck => {
  const { maximumFallPercent, mayShrink } = input.Checks;
  return {
    name: 'row-counts',
    title: 'No table has lost rows',
    expected: `No table falls by more than ${maximumFallPercent} % between any two of the last manifests and the copy.`,
    run: async ({ now, manifests }) => {
      const last = manifests.at(-1);
      if (last === undefined) return { passed: false, found: 'There is no manifest to compare with.' };
      const problems: string[] = [];
      const notes: string[] = [];
      for (const name of namesOf([last, now])) {
        const state = tableOf(now, name);
        if (mayShrink.includes(name)) continue;
        if (state === undefined) {
          // A migration in between may have dropped it.
          (sameLedger(now, last) ? problems : notes).push(`${name} was there at ${last.at}, and is missing.`);
        } else if (state.unlogged || tableOf(last, name)?.unlogged) {
          notes.push(`${name} is unlogged, and no copy has its rows.`);
        } else if (state.rows === null) problems.push(`${name} could not be counted, nor estimated.`);
        else {
          const fall = deepestFall(pointsOf([...manifests, now], name), maximumFallPercent);
          if (fall)
            problems.push(
              `${name} fell from ${count(fall.from.rows)} rows at ${fall.from.at} to ${count(fall.to.rows)} ${fall.to.at === now.at ? 'in the copy' : `at ${fall.to.at}`}.`,
            );
        }
      }
      const shrunk = mayShrink.filter((name) => tableOf(now, name) !== undefined);
      if (shrunk.length > 0) notes.push(`May shrink, by the config: ${shrunk.join(', ')}.`);
      const rows = now.tables.reduce((sum, each) => sum + (each.rows ?? 0), 0);
      const all = `${count(rows)} rows in ${now.tables.length} tables, held against ${manifests.length === 1 ? 'the manifest of' : `${manifests.length} manifests up to`} ${last.at}.`;
      return {
        passed: problems.length === 0,
        found: [problems.length === 0 ? all : sentences(problems), ...notes].join(' '),
        evidence: { Manifest: last.at, Tables: now.tables.map((state) => compared(state, tableOf(last, state.name))) },
      };
    },
  };
};

const tableOf = ({ tables }: Manifest, name: string) => tables.find((each) => each.name === name);

const namesOf = (manifests: readonly Manifest[]) =>
  [...new Set(manifests.flatMap(({ tables }) => tables.map(({ name }) => name)))].sort();

const pointsOf = (manifests: readonly Manifest[], name: string): readonly Point[] =>
  manifests.flatMap((manifest) => {
    const { rows = null, unlogged = false } = tableOf(manifest, name) ?? {};
    return rows === null || unlogged ? [] : [{ at: manifest.at, rows }];
  });

const compared = (now: TableState, then: TableState | undefined) => ({
  Table: now.name,
  Before: then?.rows ?? null,
  Rows: now.rows,
  Counted: now.counted,
  Newest: now.newest?.at ?? null,
  NewestBefore: then?.newest?.at ?? null,
  NewestBy: now.newest === null ? null : `${now.newest.column} (${now.newest.by})`,
});

/** A table may lose just its newest rows, and hardly shrink by it. */
export const newestRows = ({ input }: Pick<Reading, 'input'>): ReadingCheck => {
  const minutes = input.Objectives?.rpoMinutes ?? input.Expected.ManifestMinutes;
  return {
    name: 'newest-rows',
    title: 'No table has lost its newest rows',
    expected: `The newest row of a table is at most ${minutes} minutes older than that of the last manifest.`,
    run: async ({ now, manifests }) => {
      const last = manifests.at(-1);
      if (last === undefined) return { passed: false, found: 'There is no manifest to compare with.' };
      const dated = now.tables.flatMap((state) => {
        const { newest = null, unlogged = false } = tableOf(last, state.name) ?? {};
        const same = newest !== null && newest.column === state.newest?.column;
        const skipped = !same || unlogged || state.unlogged || input.Checks.mayShrink.includes(state.name);
        // A table without rows is what row-counts is for.
        if (skipped || newest.at === null || state.newest.at === null) return [];
        return [{ name: state.name, before: newest.at, at: state.newest.at, column: newest.column }];
      });
      const problems = dated
        .map((each) => ({ ...each, lostMs: Date.parse(each.before) - Date.parse(each.at) }))
        .filter(({ lostMs }) => lostMs > minutes * 60_000)
        .map(
          ({ name, before, at, column, lostMs }) =>
            `${name}: the newest by ${column} is of ${at}, and was of ${before} at ${last.at}, ${duration(lostMs / 1000)} newer.`,
        );
      return {
        passed: problems.length === 0,
        found:
          problems.length === 0 ? `${count(dated.length)} tables with dated rows have theirs.` : sentences(problems),
      };
    },
  };
};

/** What the config says that there must be at least. */
export const rowFloors = ({ input }: Pick<Reading, 'input'>): readonly ReadingCheck[] => {
  const floors = Object.entries(input.Checks.rowFloors);
  if (floors.length === 0) return [];
  return [
    {
      name: 'row-floors',
      title: 'The tables that must hold rows do',
      expected: floors.map(([name, least]) => `${name}: ${count(least)} or more`).join('; '),
      run: async ({ now }) => {
        const found = floors.map(([name, least]) => ({ name, least, rows: tableOf(now, name)?.rows }));
        return {
          passed: found.every(({ rows, least }) => typeof rows === 'number' && rows >= least),
          found: found
            .map(
              ({ name, rows }) =>
                `${name}: ${rows === undefined ? 'missing' : rows === null ? 'not counted' : count(rows)}`,
            )
            .join('; '),
        };
      },
    },
  ];
};
