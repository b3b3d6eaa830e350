import type { MigrationFile, MigrationSet } from '../contract';
import { gaps } from '../files';
import { compareVersions, migrationOrder } from '../names';
import type { LedgerRow } from './ledger';
import type { RunSettings } from './settings';

export interface Pending {
  readonly file: MigrationFile;
  /** The row of a file that stopped in the middle. */
  readonly row?: LedgerRow;
}

export interface Plan {
  readonly pending: readonly Pending[];
  readonly applied: readonly { readonly file: MigrationFile; readonly row: LedgerRow }[];
  readonly edited: readonly { readonly file: MigrationFile; readonly row: LedgerRow }[];
  /** Ledger rows without a file. */
  readonly missing: readonly LedgerRow[];
  /** Every reason not to begin, in sentences. */
  readonly problems: readonly string[];
}

type Named = Pick<LedgerRow, 'version' | 'name'>;

/** In a plain folder a version is one file, however many zeros it begins with; Prisma's folders may share one. */
const keyOf = (layout: MigrationSet['layout'], { version, name }: Named) =>
  layout === 'plain' ? String(BigInt(version)) : `${BigInt(version)}_${name}`;

/** Holds the files against the ledger. Looks at checksums only: a run that has nothing to do parses nothing. */
export function plan(
  set: MigrationSet,
  rows: readonly LedgerRow[],
  settings: Pick<RunSettings, 'allowOutOfOrder' | 'forbidGaps' | 'rollback'>,
): Plan {
  const byKey = new Map(rows.map((row) => [keyOf(set.layout, row), row]));
  const pending: Pending[] = [];
  const applied: { file: MigrationFile; row: LedgerRow }[] = [];
  const edited: { file: MigrationFile; row: LedgerRow }[] = [];
  const problems: string[] = settings.forbidGaps ? gaps(set.files) : [];
  for (const file of set.files) {
    const row = byKey.get(keyOf(set.layout, file));
    byKey.delete(keyOf(set.layout, file));
    if (row === undefined) pending.push({ file });
    else if (row.state !== 'applied') pending.push({ file, row });
    else if (row.name !== file.name) problems.push(renamed(file, row));
    else if (row.checksum === file.checksum) applied.push({ file, row });
    else edited.push({ file, row });
  }
  const missing = [...byKey.values()].sort((a, b) => migrationOrder(set.layout)(a, b));
  problems.push(...edited.map(({ file, row }) => editedSentence(file, row)));
  if (!settings.rollback) problems.push(...missing.map(missingSentence));
  if (!settings.allowOutOfOrder) problems.push(...late(set, pending, [...applied, ...edited]));
  return { pending, applied, edited, missing, problems };
}

const short = (checksum: string) => checksum.slice(0, 8);

const renamed = ({ path, id }: MigrationFile, row: LedgerRow) =>
  `${path} (${id}) was applied as ${row.id}: give it its old name back.`;

const editedSentence = ({ path, checksum }: MigrationFile, row: LedgerRow) =>
  `${path} was edited after it was applied on ${row.at}: its checksum is ${short(checksum)}, the ledger has ${short(row.checksum)}. Restore the file, and put the change into a new one.`;

const missingSentence = ({ id, at }: LedgerRow) =>
  `${id} was applied on ${at} and its file is missing: bring the file back, or deploy the build that has it.`;

/** What comes before a file that has run would have met another schema on every other database. */
function late(set: MigrationSet, pending: readonly Pending[], done: readonly { file: MigrationFile }[]): string[] {
  const order = migrationOrder(set.layout);
  const newest = done
    .map(({ file }) => file)
    .sort(order)
    .at(-1);
  if (newest === undefined) return [];
  return pending
    .filter(({ file, row }) => row === undefined && order(file, newest) < 0)
    .map(
      ({ file }) =>
        `${file.path} comes before ${newest.id}, which is applied already: give it a version above ${newest.version}, or set allowOutOfOrder.`,
    );
}

/** The file with this version, as people write it: `7`, `0007` or `0007_name`. */
export const isVersion = (text: string, { version, id }: Pick<MigrationFile, 'version' | 'id'>) =>
  text === id || (/^\d{1,18}$/.test(text) && compareVersions(text, version) === 0);
