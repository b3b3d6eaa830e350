import { quote } from '../app-database/roles-plan';
import type { Session } from '../shared/database';
import { percentile } from '../vector-indexes/search';
import { readOnly } from '../vector-indexes/session';
import type { Check } from './check';
import type { DrillCheckInput, Latencies } from './contract';
import { explain, planOf } from './plans';
import { explainSearch, type Searching } from './vectors';

const runs = 20;
// Warm means warm: a first round that is still slow is followed by two more.
const rounds = 3;
const roundMs = 15_000;
const queryTimeout = '60s';

export interface ColdRun {
  readonly milliseconds: number;
  readonly plan: unknown;
}

/** The first run of everything that is searched or asked, before anything else has loaded a block. Never judged. */
export async function runCold(session: Session, input: DrillCheckInput): Promise<ReadonlyMap<string, ColdRun>> {
  const cold = new Map<string, ColdRun>();
  for (const [name, { sql }] of Object.entries(input.Checks.criticalQueries)) {
    const run = await asApplication(session, input, async () => {
      const start = performance.now();
      const { rows } = await session.query(explain(sql));
      return { milliseconds: performance.now() - start, plan: planOf(rows) };
      // What is wrong with it is told by its check.
    }).catch(() => undefined);
    if (run) cold.set(name, run);
  }
  for (const [name, index] of Object.entries(input.Expected.VectorIndexes)) {
    const run = await explainSearch(session, name, index, input.Roles.owner.name).catch(() => undefined);
    if (run) cold.set(name, run);
  }
  return cold;
}

/** One check for each critical query: its warm p95 against its limit, with both plans. */
export const latencyChecks = (
  input: DrillCheckInput,
  cold: ReadonlyMap<string, ColdRun>,
  measured: Record<string, Latencies>,
): readonly Check<Searching>[] =>
  Object.entries(input.Checks.criticalQueries).map(([name, { sql, p95Ms }]) => ({
    name: `latency:${name}`,
    title: `The query "${name}" is fast enough once it is warm`,
    expected: `95 of 100 warm runs within ${p95Ms} ms, as ${input.Roles.app.name}.`,
    run: async ({ session, until }) => {
      const first = cold.get(name);
      let times: readonly number[] = [];
      let round = 0;
      do {
        times = await timed(session, input, sql, Math.min(roundMs, until - Date.now()));
        round++;
      } while (percentile(times, 0.95) > p95Ms && round < rounds && Date.now() < until);
      const p50 = rounded(percentile(times, 0.5));
      const p95 = rounded(percentile(times, 0.95));
      const coldMs = first === undefined ? null : rounded(first.milliseconds);
      measured[name] = { ColdMs: coldMs, WarmP50Ms: p50, WarmP95Ms: p95, Runs: times.length, LimitMs: p95Ms };
      const plan = await asApplication(session, input, async () => planOf((await session.query(explain(sql))).rows));
      const rested = coldMs === null ? 'its first run failed' : `cold ${coldMs} ms`;
      return {
        passed: p95 <= p95Ms,
        found: `p95 ${p95} ms, p50 ${p50} ms over ${times.length} runs in round ${round}; ${rested}.`,
        evidence: { Sql: sql.slice(0, 2_000), ColdPlan: first?.plan, WarmPlan: plan },
      };
    },
  }));

/** So many runs as fit, at least three. */
async function timed(session: Session, input: DrillCheckInput, sql: string, forMs: number): Promise<readonly number[]> {
  return asApplication(session, input, async () => {
    const times: number[] = [];
    const until = performance.now() + forMs;
    while (times.length < runs && (times.length < 3 || performance.now() < until)) {
      const start = performance.now();
      await session.query(sql);
      times.push(performance.now() - start);
    }
    return times;
  });
}

/** In a transaction that only reads, as the role of the application, with the settings that its logins have. */
async function asApplication<T>(session: Session, { Roles, Database }: DrillCheckInput, work: () => Promise<T>) {
  return readOnly(session, async () => {
    const { rows } = await session.query<{ setting: string }>(
      `SELECT c AS setting FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
       WHERE r.rolname = $1 AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = $2))
       ORDER BY s.setdatabase`,
      [Roles.app.name, Database],
    );
    await session.query(`SET LOCAL ROLE ${quote(Roles.app.name)}`);
    for (const { setting } of rows) {
      const [name = '', ...value] = setting.split('=');
      await session.query('SELECT set_config($1, $2, true)', [name, value.join('=')]);
    }
    await session.query(`SET LOCAL statement_timeout = '${queryTimeout}'`);
    return work();
  });
}

const rounded = (ms: number) => Math.round(ms * 100) / 100;
