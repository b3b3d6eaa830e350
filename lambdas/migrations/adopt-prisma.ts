import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { qualified } from '../shared/identifiers';
import { prismaChecksums } from './checksum';
import type { MigrationFile, MigrationSet } from './contract';
import { inRole, ledgerStatements, many, readLedger, upgradeLedger } from './run/ledger';
import { plan } from './run/plan';
import { refuse } from './run/prepare';
import { type RunOptions, resolveSettings } from './run/settings';
import { underLock } from './run/under-lock';

interface PrismaRow {
  readonly name: string;
  readonly checksum: string;
  readonly at: Date | null;
  readonly rolledBack: boolean;
}

export interface AdoptOptions extends RunOptions {
  /** The schema of `_prisma_migrations`. */
  readonly prismaSchema?: string | undefined;
}

/** Takes what Prisma has applied for applied. Prisma's own table stays as it is, so one can still go back. */
export async function adoptPrisma(
  session: Session,
  set: MigrationSet,
  options: AdoptOptions = {},
): Promise<{ adopted: string[] }> {
  const settings = resolveSettings(options);
  if (set.layout !== 'prisma') {
    throw new OperationError('The folder is not one of Prisma: its migrations are <timestamp>_<name>/migration.sql.');
  }
  return underLock(session, settings, async () => {
    const { format, rows } = await readLedger(session, settings);
    const { pending, problems } = plan(set, rows, { ...settings, allowOutOfOrder: true });
    const history = await readHistory(session, options.prismaSchema ?? 'public');
    return inRole(session, settings, async () => {
      const standing = history.filter(({ rolledBack }) => !rolledBack);
      const files = new Map(set.files.map((file) => [file.id, file]));
      refuse([...problems, ...standing.flatMap((row) => problem(row, files.get(row.name)))], 'Nothing was adopted');
      await upgradeLedger(session, settings, format);
      const times = new Map(standing.map(({ name, at }) => [name, at]));
      const ledger = ledgerStatements(settings);
      const adopted = pending.filter(({ file, row }) => row === undefined && times.has(file.id));
      const statements = adopted.map(({ file }) => {
        const at = times.get(file.id);
        return ledger.insert(file, 'prisma', at ? { applied_at: `'${at.toISOString()}'` } : {});
      });
      // Several statements in one query are one transaction.
      if (statements.length > 0) await many(session, statements);
      return { adopted: adopted.map(({ file }) => file.id) };
    });
  });
}

async function readHistory(session: Session, schema: string): Promise<PrismaRow[]> {
  const table = qualified(schema, '_prisma_migrations');
  try {
    const { rows } = await session.query<PrismaRow>(
      `SELECT migration_name AS name, checksum, finished_at AS at, rolled_back_at IS NOT NULL AS "rolledBack"
       FROM ${table} ORDER BY started_at`,
    );
    return rows;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42P01' || code === '3F000') {
      throw new OperationError(`There is no table ${table}; name the schema that Prisma keeps its history in.`);
    }
    if (code === '42501') {
      throw new OperationError(`The table ${table} cannot be read by whoever is logged in: grant SELECT.`);
    }
    throw error;
  }
}

function problem({ name, at, checksum }: PrismaRow, file: MigrationFile | undefined): string[] {
  if (at === null) {
    return [`${name} failed or never finished under Prisma: finish it there, or mark it by "prisma migrate resolve".`];
  }
  if (file === undefined) return [`${name} was applied by Prisma and its folder is missing: bring it back.`];
  if (prismaChecksums(file.text).includes(checksum)) return [];
  return [
    `${file.path} was edited after Prisma applied it: its checksum is ${prismaChecksums(file.text)[0]?.slice(0, 8)}, Prisma has ${checksum.slice(0, 8)}. Restore it, or take the folder as it is with "stamp".`,
  ];
}
