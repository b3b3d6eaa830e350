import type { Session } from '../shared/database';
import type { AppliedMigration, MigrationResult, MigrationSet } from './contract';
import { keepingSettings } from './run/envelope';
import { inRole, ledgerStatements, readLedger, upgradeLedger } from './run/ledger';
import { formats } from './run/ledger-format';
import { type Pending, type Plan, plan } from './run/plan';
import { prepare, refuse } from './run/prepare';
import { type RunOptions, type RunSettings, resolveSettings } from './run/settings';
import { resumeProblem, runStepwise, type Stepwise } from './run/stepwise';
import { type Job, runEach, runTogether } from './run/transactional';
import { underLock } from './run/under-lock';

const refusal = 'Nothing was run';

/** Brings the database to the newest version that the files know. */
export async function up(session: Session, set: MigrationSet, options: RunOptions = {}): Promise<MigrationResult> {
  const settings = resolveSettings(options);
  const state = await readLedger(session, settings);
  const first = plan(set, state.rows, settings);
  refuse(first.problems, refusal);
  // Nothing to do needs no lock, and must not wait for a colleague who has something to do.
  if (first.pending.length === 0 && state.format >= formats.length) return resultOf(first, [], [], []);
  return underLock(session, settings, async () => {
    // Somebody else may have done it all while we waited.
    const { format, rows } = await readLedger(session, settings);
    const now = plan(set, rows, settings);
    refuse(now.problems, refusal);
    return inRole(session, settings, async () => {
      await upgradeLedger(session, settings, format);
      return runPending(session, set, now, settings);
    });
  });
}

async function runPending(
  session: Session,
  set: MigrationSet,
  { pending, ...rest }: Plan,
  settings: RunSettings,
): Promise<MigrationResult> {
  const read = await prepare(
    set,
    pending.map(({ file }) => file),
    settings,
    refusal,
  );
  const work = pending.map(({ file, row }): Stepwise => ({ file, row, script: read(file.path), direction: 'up' }));
  refuse(
    work.flatMap((job) =>
      [resumeProblem(job), settings.oneTransaction ? noTransactionProblem(job) : undefined].filter(
        (p) => p !== undefined,
      ),
    ),
    refusal,
  );
  const applied: AppliedMigration[] = [];
  const notes: string[] = [];
  const note = (message: string) => {
    notes.push(message);
    settings.report({ event: 'note', message });
  };
  const done = (migration: AppliedMigration) => {
    applied.push(migration);
    settings.report({ event: 'applied', migration });
  };
  await keepingSettings(session, async (baseline) => {
    if (!settings.oneTransaction) return runInOrder(session, work, baseline, settings, done, note);
    const jobs = work.map((job) => jobOf(job, settings));
    const together = jobs.length === 0 ? [] : await runTogether(session, jobs, baseline, settings);
    if (together !== 'deadline') together.forEach(done);
  });
  return resultOf({ pending, ...rest }, applied, pending.slice(applied.length), notes);
}

const noTransactionProblem = ({ script }: Stepwise) =>
  script.transaction === 'none'
    ? `${script.source.path} runs without a transaction, and the project asks for all pending files in one: run it by itself first.`
    : undefined;

function jobOf({ file, script, row }: Stepwise, settings: RunSettings): Job {
  const ledger = ledgerStatements(settings);
  // An unfinished file that has a transaction now: nothing of it was done, and its row is there.
  const before = row === undefined ? ledger.insert(file, 'run') : ledger.set(file, ledger.begunAgain);
  return { file, script, before: [before], after: [row === undefined ? ledger.measure(file) : ledger.finish(file)] };
}

/** Neighbours that have a transaction go together; the others go one by one. */
async function runInOrder(
  session: Session,
  work: readonly Stepwise[],
  baseline: readonly string[],
  settings: RunSettings,
  done: (migration: AppliedMigration) => void,
  note: (message: string) => void,
): Promise<void> {
  for (let at = 0; at < work.length; ) {
    const job = work[at];
    if (job === undefined || settings.clock.now() >= settings.until) return;
    if (job.script.transaction === 'none') {
      const migration = await runStepwise(session, job, baseline, settings, note);
      if (migration === 'deadline') return;
      done(migration);
      at++;
      continue;
    }
    const next = work.findIndex(({ script }, i) => i > at && script.transaction === 'none');
    const jobs = work.slice(at, next === -1 ? work.length : next).map((each) => jobOf(each, settings));
    const finished = await runEach(session, jobs, baseline, settings, ({ file }, milliseconds) =>
      done({ id: file.id, milliseconds }),
    );
    if (finished < jobs.length) return;
    at += jobs.length;
  }
}

function resultOf(
  { applied: before, missing }: Plan,
  applied: readonly AppliedMigration[],
  left: readonly Pending[],
  notes: readonly string[],
): MigrationResult {
  return {
    applied,
    before: before.length,
    left: left.map(({ file }) => file.id),
    unknown: missing.map(({ id }) => id),
    notes,
  };
}
