import type { Session } from '../../shared/database';
import type { AppliedMigration, MigrationFile } from '../contract';
import type { Script } from '../script';
import { bodyOf } from './body';
import { deadlineNotes, Envelope, fresh, timeoutsOf } from './envelope';
import { lostConnection, migrationError } from './failure';
import { many } from './ledger';
import { isLockProblem, Retries } from './retry';
import { isLost, ScriptFailure, sendScript } from './script-query';
import type { RunSettings } from './settings';

/** A file with the ledger's statements around it: `before` goes first, so that a second runner fails at once. */
export interface Job {
  readonly file: MigrationFile;
  readonly script: Script;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

interface Segment {
  readonly job: Job;
  /** Counts of statements in the query: where the segment begins, where its file does, and where each ends. */
  readonly first: number;
  readonly bodyFirst: number;
  readonly bodyEnd: number;
  readonly end: number;
  readonly bodyAt: number;
  readonly bodyLength: number;
}

function addJob(
  envelope: Envelope,
  job: Job,
  baseline: readonly string[],
  settings: RunSettings,
  own: boolean,
): Segment {
  const { lock, statement } = timeoutsOf(job.script, settings);
  const { first: characteristics, body, statements } = bodyOf(job.script);
  const first = envelope.statements;
  envelope.add(...fresh(baseline, settings), ...(own ? ['BEGIN'] : []));
  envelope.add(`SET LOCAL lock_timeout = ${lock}`, `SET LOCAL statement_timeout = ${statement}`);
  envelope.add(...characteristics, ...job.before);
  const bodyFirst = envelope.statements;
  const place = envelope.addText(body, statements.length);
  const bodyEnd = envelope.statements;
  envelope.add(...job.after, ...(own ? ['COMMIT'] : []));
  return { job, first, bodyFirst, bodyEnd, end: envelope.statements, ...place };
}

// A batch grows while it is done in a quarter of a second, so that a deadline or Ctrl-C is never far behind; more than
// a megabyte gains nothing, since then the round trip is not what takes the time.
const batchMs = 250;
const batchBytes = 1_000_000;
const batchFiles = 64;

/**
 * Each file in a transaction of its own, several files in one query. Returns how many are done; the rest is left
 * because of the deadline. An error of a file is thrown after the files before it were reported.
 */
export async function runEach(
  session: Session,
  jobs: readonly Job[],
  baseline: readonly string[],
  settings: RunSettings,
  done: (job: Job, milliseconds: number) => void,
): Promise<number> {
  const { clock, until } = settings;
  let retries = new Retries(settings, session);
  let at = 0;
  for (let size = 1; at < jobs.length; ) {
    const start = clock.now();
    if (start >= until) return at;
    const envelope = new Envelope();
    const segments: Segment[] = [];
    while (segments.length < size && at + segments.length < jobs.length && envelope.length < batchBytes) {
      const job = jobs[at + segments.length];
      if (job !== undefined) segments.push(addJob(envelope, job, baseline, settings, true));
    }
    try {
      const { milliseconds } = await sendScript(session, envelope.text);
      segments.forEach(({ job }, i) => {
        done(job, milliseconds[i] ?? 0);
      });
      at += segments.length;
      size = clock.now() - start < batchMs ? Math.min(size * 2, batchFiles) : 1;
      retries = new Retries(settings, session);
    } catch (failure) {
      if (!(failure instanceof ScriptFailure)) throw failure;
      const finished = segments.filter(({ end }) => end <= failure.answer.completed);
      finished.forEach(({ job }, i) => {
        done(job, failure.answer.milliseconds[i] ?? 0);
      });
      if (finished.length > 0) retries = new Retries(settings, session);
      at += finished.length;
      await afterFailure(session, failure, segments, envelope.text, retries, settings);
      size = 1;
    }
  }
  return at;
}

/** All files in one transaction; all of them are done, or none. */
export async function runTogether(
  session: Session,
  jobs: readonly Job[],
  baseline: readonly string[],
  settings: RunSettings,
): Promise<AppliedMigration[] | 'deadline'> {
  const retries = new Retries(settings, session);
  for (;;) {
    const applied = await attemptTogether(session, jobs, baseline, settings, retries);
    if (applied !== 'again') return applied;
  }
}

async function attemptTogether(
  session: Session,
  jobs: readonly Job[],
  baseline: readonly string[],
  settings: RunSettings,
  retries: Retries,
): Promise<AppliedMigration[] | 'deadline' | 'again'> {
  const applied: AppliedMigration[] = [];
  await many(session, ['BEGIN']);
  for (const job of jobs) {
    if (settings.clock.now() >= settings.until) {
      await many(session, ['ROLLBACK']);
      return 'deadline';
    }
    const envelope = new Envelope();
    const segment = addJob(envelope, job, baseline, settings, false);
    try {
      const { milliseconds } = await sendScript(session, envelope.text);
      applied.push({ id: job.file.id, milliseconds: milliseconds[0] ?? 0 });
    } catch (failure) {
      if (!(failure instanceof ScriptFailure)) throw failure;
      await afterFailure(session, failure, [segment], envelope.text, retries, settings);
      return 'again';
    }
  }
  try {
    await sendScript(session, 'COMMIT');
  } catch (failure) {
    const last = jobs.at(-1);
    if (!(failure instanceof ScriptFailure) || last === undefined) throw failure;
    const nowhere: Segment = { job: last, first: 0, bodyFirst: 0, bodyEnd: 0, end: 1, bodyAt: 0, bodyLength: 0 };
    await afterFailure(session, failure, [nowhere], 'COMMIT', retries, settings);
    return 'again';
  }
  return applied;
}

/** Returns where another try is worth it; throws what people are to read otherwise. */
async function afterFailure(
  session: Session,
  failure: ScriptFailure,
  segments: readonly Segment[],
  text: string,
  retries: Retries,
  settings: RunSettings,
): Promise<void> {
  const { error, answer } = failure;
  const segment = segments.find(({ end }) => answer.completed < end);
  if (segment === undefined) throw error;
  const { job, bodyFirst, bodyEnd, bodyAt, bodyLength } = segment;
  if (isLost(failure)) throw lostConnection(job.script.source.path, error);
  await many(session, ['ROLLBACK']);
  const at = answer.completed;
  const statement = at < bodyEnd ? bodyOf(job.script).statements[at - bodyFirst] : undefined;
  const { code } = error;
  if (isLockProblem(code) && (await retries.again(job.script.source.path, code, statement))) return;
  throw migrationError({
    error,
    source: job.script.source,
    sent: { text, bodyAt, bodyLength, fileOffset: 0 },
    statement,
    atCommit: at >= bodyEnd,
    notes: [...retries.notes, ...deadlineNotes(code, settings), '  The file is undone as a whole.'],
  });
}
