import type { Session } from '../shared/database';
import type { MigrationSet, MigrationState, MigrationStatus } from './contract';
import { compareVersions } from './names';
import { type LedgerRow, readLedger } from './run/ledger';
import { plan } from './run/plan';
import { type RunOptions, resolveSettings } from './run/settings';

/** Every file and every entry of the ledger, in the order of versions. Writes nothing, and needs no lock. */
export async function status(
  session: Session,
  set: MigrationSet,
  options: RunOptions = {},
): Promise<MigrationStatus[]> {
  const settings = resolveSettings(options);
  const { rows } = await readLedger(session, settings);
  const { applied, edited, pending, missing } = plan(set, rows, settings);
  const entries: (MigrationStatus & { version: string })[] = [
    ...applied.map(({ file, row }) => describe(file.id, file.version, 'applied', row)),
    ...edited.map(({ file, row }) => describe(file.id, file.version, 'edited', row)),
    ...pending.map(({ file, row }) =>
      describe(file.id, file.version, row === undefined ? 'pending' : 'unfinished', row),
    ),
    ...missing.map((row) => describe(row.id, row.version, 'missing', row)),
  ];
  const byId = (a: MigrationStatus, b: MigrationStatus) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);
  return entries
    .sort((a, b) => compareVersions(a.version, b.version) || byId(a, b))
    .map(({ version: _, ...entry }) => entry);
}

function describe(id: string, version: string, state: MigrationState, row: LedgerRow | undefined) {
  if (row === undefined) return { id, version, state };
  return {
    ...{ id, version, state, how: row.how, appliedAt: row.at, appliedBy: row.by },
    ...(row.ms === null ? {} : { milliseconds: Number(row.ms) }),
    ...(row.build === null ? {} : { build: row.build }),
    ...(row.snapshot === null ? {} : { snapshot: row.snapshot }),
    ...(state !== 'unfinished' ? {} : { statementsDone: row.done ?? 0, statements: row.statements ?? 0 }),
  };
}
