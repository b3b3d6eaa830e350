import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import type { MigrationSet } from './contract';
import { migrationOrder } from './names';
import { inRole, ledgerStatements, many, readLedger, upgradeLedger } from './run/ledger';
import { isVersion, plan } from './run/plan';
import { refuse } from './run/prepare';
import { type RunOptions, resolveSettings } from './run/settings';
import { underLock } from './run/under-lock';

/**
 * Marks every file up to and including version `to` as applied, and runs none: for a database that predates the ledger,
 * and for a file that somebody finished by hand. Files that are marked already stay as they are.
 */
export async function stamp(
  session: Session,
  set: MigrationSet,
  to: string,
  options: RunOptions = {},
): Promise<{ stamped: string[] }> {
  const settings = resolveSettings(options);
  const last = set.files.find((file) => isVersion(to, file));
  if (last === undefined) {
    throw new OperationError(`There is no migration "${to}"; stamp takes the version of the last file to mark.`);
  }
  return underLock(session, settings, async () => {
    const { format, rows } = await readLedger(session, settings);
    const { pending, problems } = plan(set, rows, { ...settings, allowOutOfOrder: true });
    refuse(problems, 'Nothing was marked');
    const order = migrationOrder(set.layout);
    const chosen = pending.filter(({ file }) => order(file, last) <= 0);
    const ledger = ledgerStatements(settings);
    const statements = chosen.map(({ file, row }) =>
      row === undefined
        ? ledger.insert(file, 'stamp')
        : `${ledger.set(file, { how: "'stamp'" })}; ${ledger.finish(file)}`,
    );
    await inRole(session, settings, async () => {
      await upgradeLedger(session, settings, format);
      // Several statements in one query are one transaction.
      if (statements.length > 0) await many(session, statements);
    });
    return { stamped: chosen.map(({ file }) => file.id) };
  });
}
