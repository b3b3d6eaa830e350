import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import type { AppliedMigration, DownResult, MigrationFile, MigrationSet } from './contract';
import { migrationOrder } from './names';
import { keepingSettings } from './run/envelope';
import { inRole, type LedgerRow, ledgerStatements, readLedger, upgradeLedger } from './run/ledger';
import { isVersion, plan } from './run/plan';
import { prepare, refuse } from './run/prepare';
import { type RunOptions, type RunSettings, resolveSettings } from './run/settings';
import { resumeProblem, runStepwise, type Stepwise } from './run/stepwise';
import { runEach } from './run/transactional';
import { underLock } from './run/under-lock';

const refusal = 'Nothing was undone';

/**
 * Undoes every file above version `to`, the newest first; without `to`, the newest alone. `to` is `0` for everything.
 */
export async function down(
  session: Session,
  set: MigrationSet,
  to: string | undefined,
  options: RunOptions = {},
): Promise<DownResult> {
  const settings = resolveSettings(options);
  return underLock(session, settings, async () => {
    const { format, rows } = await readLedger(session, settings);
    const work = await jobsFor(set, rows, to, settings);
    if (work.length === 0) return { undone: [], left: [], notes: [] };
    return inRole(session, settings, async () => {
      await upgradeLedger(session, settings, format);
      return undo(session, work, settings);
    });
  });
}

async function jobsFor(
  set: MigrationSet,
  rows: readonly LedgerRow[],
  to: string | undefined,
  settings: RunSettings,
): Promise<Stepwise[]> {
  const { applied, edited, missing, pending } = plan(set, rows, { ...settings, allowOutOfOrder: true });
  const begun = pending.flatMap(({ file, row }) => (row === undefined ? [] : [{ file, row }]));
  const known = [...applied, ...edited, ...begun].sort((a, b) => -migrationOrder(set.layout)(a.file, b.file));
  const last = to === undefined ? 1 : to === '0' ? known.length : known.findIndex(({ file }) => isVersion(to, file));
  if (last === -1) {
    throw new OperationError(`"${to}" is not an applied version; down takes one of them, or 0 to undo everything.`);
  }
  const chosen = known.slice(0, last);
  const problems = missing
    .filter((row) => chosen.length === 0 || chosen.some(({ file }) => migrationOrder(set.layout)(row, file) > 0))
    .map(({ id }) => `${id} is in the ledger and its file is missing, so it cannot be undone, nor what is below it.`);
  for (const { file, row } of chosen) {
    if (file.down === undefined) problems.push(`${file.path} has no undo: there is no ${undoName(set, file)}.`);
    if (row.state === 'applied' && row.checksum !== file.checksum) {
      problems.push(`${file.path} was edited after it was applied, so its undo may not fit: restore the file.`);
    }
  }
  refuse(problems, refusal);
  // An undo is judged by the rules that always hold: to drop is what it is for.
  const undos = chosen.flatMap(({ file: { down } }) => (down === undefined ? [] : [down]));
  const read = await prepare({ ...set, files: chosen.map(({ file }) => file) }, undos, settings, refusal);
  const work = chosen.map(
    ({ file, row }): Stepwise => ({ file, row, script: read(file.down?.path ?? ''), direction: 'down' }),
  );
  refuse(
    work.flatMap((job) => resumeProblem(job) ?? []),
    refusal,
  );
  return work;
}

const undoName = ({ layout }: MigrationSet, { path, id }: MigrationFile) =>
  layout === 'prisma' ? `${id}/down.sql` : path.replace(/\.sql$/, '.down.sql');

async function undo(session: Session, work: readonly Stepwise[], settings: RunSettings): Promise<DownResult> {
  const undone: AppliedMigration[] = [];
  const notes: string[] = [];
  const done = (migration: AppliedMigration) => {
    undone.push(migration);
    settings.report({ event: 'undone', migration });
  };
  const note = (message: string) => {
    notes.push(message);
    settings.report({ event: 'note', message });
  };
  await keepingSettings(session, async (baseline) => {
    for (const job of work) {
      if (settings.clock.now() >= settings.until) return;
      const { file, script } = job;
      if (script.transaction === 'none') {
        const migration = await runStepwise(session, job, baseline, settings, note);
        if (migration === 'deadline') return;
        done(migration);
        continue;
      }
      const after = [ledgerStatements(settings).remove(file)];
      await runEach(session, [{ file, script, before: [], after }], baseline, settings, (_, milliseconds) =>
        done({ id: file.id, milliseconds }),
      );
    }
  });
  return { undone, left: work.slice(undone.length).map(({ file }) => file.id), notes };
}
