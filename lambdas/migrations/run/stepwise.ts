import type { Session } from '../../shared/database';
import type { AppliedMigration, MigrationFile } from '../contract';
import type { Script, Statement } from '../script';
import { deadlineNotes, Envelope, fresh, timeoutsOf } from './envelope';
import { lostConnection, migrationError, type Sent } from './failure';
import { type LedgerRow, ledgerStatements, many } from './ledger';
import { dropLeftovers, isDoneAlready } from './leftovers';
import { isLockProblem, Retries } from './retry';
import { isLost, ScriptFailure, sendScript } from './script-query';
import type { RunSettings } from './settings';
import { doneChecksum, isSetting, setsLockTimeout, type Unit, unitsOf } from './units';

export interface Stepwise {
  readonly file: MigrationFile;
  readonly script: Script;
  /** The row of an earlier run that stopped in the middle. */
  readonly row: LedgerRow | undefined;
  readonly direction: 'up' | 'down';
}

/** Why an unfinished file cannot be taken up again, in a sentence; undefined where it can. */
export function resumeProblem({ script, row, direction }: Stepwise): string | undefined {
  if (row === undefined || row.state === 'applied') return undefined;
  const { path } = script.source;
  const wanted = direction === 'up' ? 'unfinished' : 'undoing';
  if (row.state !== wanted) {
    return row.state === 'undoing'
      ? `${row.id} stopped in the middle of being undone: finish that with "down", or mark it with "stamp".`
      : `${row.id} stopped in the middle: finish it with "up" before it is undone.`;
  }
  const done = row.done ?? 0;
  if (script.transaction === 'file') {
    if (done === 0) return undefined;
    return `${path} was begun without a transaction, and now has one: give its "-- plinth: no-transaction" back.`;
  }
  if (row.doneChecksum === doneChecksum(script, done)) return undefined;
  return `${path} is done up to statement ${done}, and those statements were edited since: restore them; only what follows may change.`;
}

/** Runs a file statement by statement, and notes each in the ledger, so that a crash resumes at the right one. */
export async function runStepwise(
  session: Session,
  job: Stepwise,
  baseline: readonly string[],
  settings: RunSettings,
  note: (message: string) => void,
): Promise<AppliedMigration | 'deadline'> {
  const { file, script, direction } = job;
  const ledger = ledgerStatements(settings);
  const { clock, until, report } = settings;
  const { lock, statement: statementTimeout } = timeoutsOf(script, settings);
  const total = script.statements.length;
  const done = job.row?.state === 'applied' ? 0 : (job.row?.done ?? 0);
  const started = job.row?.state === 'applied' ? null : (job.row?.started ?? null);
  const state = direction === 'up' ? "'unfinished'" : "'undoing'";
  const progress = {
    state,
    statements: String(total),
    statements_done: String(done),
    done_checksum: `'${doneChecksum(script, done)}'`,
  };
  const begin =
    job.row === undefined
      ? ledger.insert(file, 'run', progress)
      : ledger.set(
          file,
          direction === 'up' ? { ...progress, checksum: `'${file.checksum}'`, ...ledger.begunAgain } : progress,
        );
  // What waits for other transactions by design, as CONCURRENTLY does, gets no lock timeout that the file did not ask for.
  const timeouts = [`SET lock_timeout = ${script.lockTimeoutMs ?? 0}`, `SET statement_timeout = ${statementTimeout}`];
  await many(session, [...fresh(baseline, settings), ...timeouts, begin]);
  if (done > 0) note(`${script.source.path} goes on at statement ${done + 1} of ${total}.`);
  const local =
    script.lockTimeoutMs === undefined && !setsLockTimeout(script) ? [`SET LOCAL lock_timeout = ${lock}`] : [];

  for (const unit of unitsOf(script)) {
    const first = unit.statements[0];
    if (first === undefined) continue;
    if (unit.to <= done) {
      if (isSetting(unit)) await many(session, [first.text]);
      continue;
    }
    if (clock.now() >= until) return 'deadline';
    const noted = ledger.set(file, {
      statements_done: String(unit.to),
      statement_started: 'NULL',
      done_checksum: `'${doneChecksum(script, unit.to)}'`,
    });
    if (started === unit.from && (await isDoneAlready(session, first))) {
      note(
        `${place(script, first)}: an earlier run had finished this statement and was stopped before it could note it.`,
      );
      await many(session, [noted]);
      continue;
    }
    await runUnit(session, {
      script,
      unit,
      local,
      noted,
      settings,
      note,
      clear: ledger.set(file, { statement_started: 'NULL' }),
      mark: ledger.set(file, { statement_started: String(unit.from) }),
    });
    report({ event: 'statement', id: file.id, done: unit.to, of: total });
  }
  const { milliseconds } = await sendScript(session, direction === 'up' ? ledger.finish(file) : ledger.remove(file));
  return { id: file.id, milliseconds: milliseconds[0] ?? 0 };
}

/** The error of the statement is the one to tell, and this beside it. */
const couldNotDrop = (error: Error) => [`What it left behind could not be removed: ${error.message}.`];

const place = (script: Script, { line, column }: Statement) => `${script.source.path}:${line}:${column}`;

interface UnitRun {
  readonly script: Script;
  readonly unit: Unit;
  readonly local: readonly string[];
  /** Statements for the ledger: that the unit is done, that it is about to run, and that it is not running. */
  readonly noted: string;
  readonly mark: string;
  readonly clear: string;
  readonly settings: RunSettings;
  readonly note: (message: string) => void;
}

/** The text of the unit with what surrounds it; `first` counts the statements of ours before it. */
function compose({ script, unit, local, noted }: UnitRun): { text: string; sent: Omit<Sent, 'text'>; first: number } {
  const [statement, ...more] = unit.statements;
  if (statement === undefined) throw new Error('A unit holds at least one statement.');
  const envelope = new Envelope();
  const last = more.at(-1);
  if (unit.kind === 'alone') {
    const body = envelope.addText(statement.text, 1);
    return { text: statement.text, sent: { ...body, fileOffset: statement.offset }, first: 0 };
  }
  envelope.add(unit.kind === 'block' ? statement.text : 'BEGIN', ...local, noted);
  const first = envelope.statements - (unit.kind === 'block' ? 1 : 0);
  const start = unit.kind === 'block' ? statement.offset + statement.text.length : statement.offset;
  const end = last === undefined ? statement.offset + statement.text.length : last.offset;
  // Behind a block's BEGIN stands its semicolon.
  const skipped = script.source.text.slice(start, end).replace(/^\s*;/, (found) => ' '.repeat(found.length));
  const body = envelope.addText(skipped, unit.kind === 'block' ? more.length - 1 : 1);
  envelope.add('COMMIT');
  return { text: envelope.text, sent: { ...body, fileOffset: start }, first };
}

async function runUnit(session: Session, run: UnitRun): Promise<void> {
  const { unit, settings, note } = run;
  const [first] = unit.statements;
  if (first === undefined) return;
  const retries = new Retries(settings, session);
  for (;;) {
    try {
      if (unit.kind === 'alone') {
        for (const message of await dropLeftovers(session, first)) note(message);
        await many(session, [run.mark]);
      }
      const { text } = compose(run);
      await sendScript(session, text);
      if (unit.kind === 'alone') await many(session, [run.noted]);
      return;
    } catch (failure) {
      if (!(failure instanceof ScriptFailure)) throw failure;
      await afterFailure(session, run, failure, retries);
    }
  }
}

async function afterFailure(session: Session, run: UnitRun, failure: ScriptFailure, retries: Retries): Promise<void> {
  const { script, unit } = run;
  const { error, answer } = failure;
  const { path } = script.source;
  if (isLost(failure)) throw lostConnection(path, error);
  const [first] = unit.statements;
  const notes: string[] = [];
  if (unit.kind === 'alone') {
    // What was refused did not run to its end; what it left is removed at once, since an invalid index slows every write.
    if (first !== undefined) notes.push(...(await dropLeftovers(session, first).catch(couldNotDrop)));
    await many(session, [run.clear]);
  } else await many(session, ['ROLLBACK']);
  const { text, sent, first: before } = compose(run);
  const statement = unit.statements[unit.kind === 'alone' ? 0 : answer.completed - before];
  if (isLockProblem(error.code) && (await retries.again(path, error.code, statement ?? first))) {
    for (const message of notes) run.note(message);
    return;
  }
  const total = script.statements.length;
  const standing =
    unit.from === 0
      ? `None of its ${total} statements is done.`
      : `Its first ${unit.from} of ${total} statements are done and stay; the next run goes on at statement ${unit.from + 1}.`;
  throw migrationError({
    error,
    source: script.source,
    sent: { text, ...sent },
    statement,
    atCommit: statement === undefined,
    notes: [
      ...retries.notes,
      ...deadlineNotes(error.code, run.settings),
      ...notes.map((message) => `  ${message}`),
      `  ${standing}`,
    ],
  });
}
