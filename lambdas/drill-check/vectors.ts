import { quote } from '../app-database/roles-plan';
import type { Session } from '../shared/database';
import { readPlaces } from '../vector-indexes/catalog';
import { readColumn } from '../vector-indexes/column';
import type { IndexVerdict, VectorIndex } from '../vector-indexes/contract';
import { distance, indexedExpression, searchType, whereSql } from '../vector-indexes/desired';
import { tableSql } from '../vector-indexes/names';
import { asOwner, readOnly } from '../vector-indexes/session';
import { searchSetting } from '../vector-indexes/tune';
import { verify } from '../vector-indexes/verify';
import type { Check } from './check';
import type { DrillCheckInput, Latencies } from './contract';
import { explain, planOf } from './plans';

export interface Searching {
  readonly session: Session;
  readonly until: number;
}

// Some fifty searches for each index; of a large table an exact one takes seconds.
const searches = { samples: 50, neighbours: 10, secondsPerIndex: 60 } as const;

/**
 * Each declared vector index: there, taken by the planner, and finding what an exact scan finds. In transactions of their
 * own, since a declaration is tried on an empty copy of the table, which is undone; nobody else writes to the copy.
 */
export const vectorChecks = (
  { Expected, Checks, Roles }: DrillCheckInput,
  cold: ReadonlyMap<string, number>,
  measured: Record<string, Latencies>,
): readonly Check<Searching>[] => {
  const minimumRecall = Checks.minimumRecallPercent / 100;
  return Object.entries(Expected.VectorIndexes).map(([name, index]) => ({
    name: `vector-index:${name}`,
    title: `Searches by ${name} find the nearest neighbours`,
    expected: `The planner can take it, it is as declared, and recall@10 is ${minimumRecall} or more.`,
    run: async ({ session, until }) => {
      const input = { indexes: Expected.VectorIndexes, owner: Roles.owner.name, searchRoles: [] };
      const secondsPerIndex = Math.max(1, Math.min(searches.secondsPerIndex, (until - Date.now()) / 2_000));
      const options = { ...searches, secondsPerIndex, minimumRecall };
      const verdict = await verify(session, input, name, options);
      measured[name] = latenciesOf(verdict, cold.get(name));
      const { planner, recall, samples, exact, index: byIndex, bytes } = verdict;
      const { problems, advice } = judged(verdict, minimumRecall);
      const plan = planner === undefined ? undefined : await explainSearch(session, name, index, Roles.owner.name);
      return {
        passed: problems.length === 0,
        found:
          problems.length === 0
            ? verdict.sentences.filter((each) => !advice.includes(each)).join(' ')
            : problems.join(' '),
        ...(advice.length > 0 && { warning: advice.join(' ') }),
        evidence: {
          ...{ Planner: planner, Recall: recall, Samples: samples, Bytes: bytes, Index: byIndex, Exact: exact },
          ...{ Sentences: verdict.sentences, Plan: plan?.plan },
        },
      };
    },
  }));
};

/**
 * What a search depends on fails. That another number of lists would suit today's rows, or that it was built when there
 * were few, is advice: recall tells what that costs.
 */
function judged(
  { planner, recall, samples, sentences }: IndexVerdict,
  minimum: number,
): { readonly problems: readonly string[]; readonly advice: readonly string[] } {
  if (planner === undefined) return { problems: sentences, advice: [] };
  const differs = sentences.filter((each) => / is not as declared: /.test(each));
  const declared = differs.filter((each) => /, declared /.test(each));
  const problems = [
    ...(planner === 'impossible' ? sentences.slice(0, 1) : []),
    ...declared,
    ...(recall !== undefined && recall < minimum ? sentences.filter((each) => each.startsWith('Recall@')) : []),
    ...(planner !== 'impossible' && recall === undefined && !sentences.some((each) => /no row to search/.test(each))
      ? [`Nothing was measured (${samples ?? 0} searches).`]
      : []),
  ];
  return { problems, advice: differs.filter((each) => !declared.includes(each)) };
}

const latenciesOf = ({ index, samples }: IndexVerdict, cold: number | undefined): Latencies => ({
  ColdMs: cold ?? null,
  WarmP50Ms: index?.p50Ms ?? null,
  WarmP95Ms: index?.p95Ms ?? null,
  Runs: samples ?? 0,
  LimitMs: null,
});

/** One search by the index with its plan. The vector comes from a row by a subquery, so none stands in the plan. */
export async function explainSearch(session: Session, name: string, index: VectorIndex, owner: string) {
  const column = await readColumn(session, name, index);
  const { current } = await readPlaces(session, name, index, column.tableOid);
  const setting = current?.vector && searchSetting(index, current.vector);
  return asOwner(session, owner, () =>
    readOnly(session, async () => {
      const type = searchType(index, column);
      const where = index.where === undefined ? '' : ` AND (${index.where})`;
      const searched = `(SELECT (${indexedExpression(index, column)})::${type} FROM ${tableSql(index)}
        WHERE ${quote(index.column)} IS NOT NULL${where} LIMIT 1)`;
      // The table's size does not decide: of a small one the index is asked all the same.
      await session.query('SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off');
      if (setting) await session.query(`SET LOCAL ${setting[0]} = ${setting[1]}`);
      const start = performance.now();
      const { rows } = await session.query(
        explain(
          `SELECT 1 FROM ${tableSql(index)}${whereSql(index)} ORDER BY ${distance(index, column, searched)} LIMIT 10`,
        ),
      );
      return { milliseconds: performance.now() - start, plan: planOf(rows) };
    }),
  );
}
