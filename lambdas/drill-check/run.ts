import type { Manifest } from '../heartbeat/contract';
import { collectManifest } from '../heartbeat/manifest/collect';
import type { Deadline } from '../shared/clock';
import type { Session } from '../shared/database';
import { amcheck } from './amcheck';
import { type Check, failed, type Reading, type ReadingCheck, result, runCheck } from './check';
import { heartbeat, ledger, manifest } from './checks/books';
import { dimensions, noNulls } from './checks/columns';
import { indexes } from './checks/indexes';
import { foreignKeys, orphans } from './checks/keys';
import { privileges } from './checks/privileges';
import { newestRows, rowCounts, rowFloors } from './checks/rows';
import { extensions, schema } from './checks/schema';
import { sqlChecks } from './checks/sql';
import type { BundledProject, CheckResult, DrillCheckInput, DrillCheckResult } from './contract';
import { withinLimit } from './fit';
import { latencyChecks, runCold } from './latency';
import { type LoggingIn, login } from './login';
import { type Facts, measuredOf } from './measured';
import { objectiveChecks } from './objectives';
import { keepingSession } from './session';
import { onOneSnapshot } from './snapshot';
import { newestHeartbeat, readManifests } from './times';
import { vectorChecks } from './vectors';

export interface Seams extends Pick<LoggingIn, 'readParameter' | 'loginAs' | 'asAdmin'> {
  readonly now: () => number;
  /** Sessions that read at once; without it, by the size of the database. */
  readonly sessions?: number;
}

// Below it, one session is done before a second one has logged in.
const worthSharing = 256 * 1024 * 1024;
const mostSessions = 3;

/** All checks of a restored database. Never throws for what is wrong with it: that is in the answer. */
export async function checkRestored(
  seams: Seams,
  input: DrillCheckInput,
  project: BundledProject,
  until: Deadline,
): Promise<DrillCheckResult> {
  const run: Run = { seams, input, project, until, facts: { input, latencies: {} }, checks: [] };
  const queryable = () => {
    run.facts.queryableAt ??= iso(seams);
  };
  const loginAs: Seams['loginAs'] = (who, work) =>
    seams.loginAs(who, (session) => {
      queryable();
      return work(session);
    });
  // Alone, before the admin's session: where there is room for one only, neither has to make room.
  const loggedIn = await runCheck(login(input), { ...seams, loginAs });
  let opened = false;
  try {
    await keepingSession(seams.asAdmin, async (asAdmin) => {
      opened = true;
      queryable();
      run.checks.push(result(queryableCheck, { passed: true, found: 'It answers.' }), loggedIn);
      await judge({ ...run, seams: { ...seams, asAdmin } });
    });
  } catch (error) {
    if (opened) run.checks.push(result(brokenCheck, failed(error)));
    else run.checks.push(result(queryableCheck, failed(error)), loggedIn);
  }
  const measured = measuredOf(run.facts);
  const checks = [...run.checks, ...objectiveChecks(input, measured)];
  const Passed = checks.every((each) => each.Passed);
  return withinLimit({ Passed, Checks: checks, NotShown: 0, Measured: measured });
}

interface Run {
  readonly seams: Seams;
  readonly input: DrillCheckInput;
  readonly project: BundledProject;
  readonly until: Deadline;
  readonly facts: Facts;
  readonly checks: CheckResult[];
}

async function judge({ seams, input, project, until, facts, checks }: Run): Promise<void> {
  const { latencies } = facts;
  const cold = await seams.asAdmin(async (session) => {
    const { rows } = await session.query<{ bytes: number }>(
      'SELECT pg_database_size(current_database())::float8 AS bytes',
    );
    facts.databaseBytes = rows[0]?.bytes ?? 0;
    return runCold(session, input);
  });
  checks.push(...(await readAll(seams, input, project, facts, until)));
  const coldMs = new Map([...cold].map(([name, { milliseconds }]) => [name, Math.round(milliseconds * 100) / 100]));
  checks.push(...(await inSession(seams, vectorChecks(input, coldMs, latencies), until)));
  facts.verifiedAt = iso(seams);
  const warm = await inSession(seams, latencyChecks(input, cold, latencies), until);
  if (warm.every(({ Passed }) => Passed)) facts.warmAt = iso(seams);
  checks.push(...warm);
  // Last: it reads all indexes, and would push out of memory what the queries need.
  checks.push(...(await inSession(seams, [amcheck], until)));
}

const iso = ({ now }: Pick<Seams, 'now'>) => new Date(now()).toISOString();

const queryableCheck = {
  name: 'queryable',
  title: 'The admin can log in and query the database',
  expected: 'A session over TLS that is verified.',
};

const brokenCheck = {
  name: 'checked',
  title: 'All checks could be run',
  expected: 'A session that lasts, or one that takes its place.',
};

async function readAll(
  seams: Seams,
  input: DrillCheckInput,
  project: BundledProject,
  facts: Facts,
  until: Deadline,
): Promise<readonly CheckResult[]> {
  const sessions = seams.sessions ?? ((facts.databaseBytes ?? 0) > worthSharing ? mostSessions : 1);
  const prepare = async (session: Session): Promise<Omit<Reading, 'session'>> => {
    // Half of the time for counting; the rest belongs to the checks.
    const countUntil = Date.now() + (until - Date.now()) / 2;
    const now = await collectManifest(session, settingsOf(input), countUntil);
    const manifests = await readManifests(session, input.Restored);
    facts.newestHeartbeat = await newestHeartbeat(session);
    facts.newestManifest = manifests.at(-1)?.at;
    facts.rows = rowsOf(now);
    return { input, project, until, now, manifests };
  };
  try {
    return await onOneSnapshot<Reading>(seams.asAdmin, prepare, readingChecks, { sessions, until });
  } catch (error) {
    return [
      result(
        { name: 'snapshot', title: 'The database can be read', expected: 'One snapshot of all of it.' },
        failed(error),
      ),
    ];
  }
}

const readingChecks = (context: Omit<Reading, 'session'>): readonly ReadingCheck[] => [
  ...[heartbeat(context), manifest(context), ledger, schema, extensions(context)],
  ...[rowCounts(context), newestRows(context), ...rowFloors(context), indexes(context), foreignKeys, orphans],
  ...[...dimensions(context), ...noNulls(context), privileges, ...sqlChecks(context)],
];

const settingsOf = ({ Roles, Expected, Checks }: DrillCheckInput) => ({
  Owner: Roles.owner.name,
  Migrator: Roles.migrator.name,
  VectorIndexes: Object.keys(Expected.VectorIndexes),
  NewestRow: Expected.NewestRow,
  ExactRowsUpToMiB: Checks.exactRowsUpToMiB,
});

const rowsOf = ({ tables }: Manifest) => tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0);

/** One after the other on one session, each in transactions of its own. */
async function inSession<C extends { readonly session: Session; readonly until: Deadline }>(
  { asAdmin }: Seams,
  checks: readonly Check<C>[],
  until: Deadline,
): Promise<readonly CheckResult[]> {
  if (checks.length === 0) return [];
  const results: CheckResult[] = [];
  const rest = () => checks.slice(results.length);
  let problem: unknown = new Error('no session was left to run it');
  // A session that broke in the middle of a check is replaced for those that follow.
  for (let tries = 0; rest().length > 0 && tries < 3; tries++) {
    await asAdmin(async (session) => {
      for (const check of rest()) {
        const late = Date.now() > until;
        results.push(
          late
            ? result(check, failed(new Error('no time was left for it')))
            : await runCheck(check, { session, until } as C),
        );
        await session.query('ROLLBACK; RESET ROLE');
      }
    }).catch((error: unknown) => {
      problem = error;
    });
  }
  return [...results, ...rest().map((check) => result(check, failed(problem)))];
}
