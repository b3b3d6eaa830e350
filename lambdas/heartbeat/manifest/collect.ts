import { renderSchema } from '../../migrations/schema/render';
import type { Deadline } from '../../shared/clock';
import type { Session } from '../../shared/database';
import { attempt, isoText, limits } from '../attempt';
import type { HeartbeatSettings, Manifest } from '../contract';
import { digestOf, grantLines, ledgerLines, sha256 } from './digests';
import { readExtensions, readForeignKeys, readIndexes } from './structure';
import { readTables } from './tables';

export const ledgerSchema = 'plinth';

// Twenty seconds read some gigabytes; what takes longer is estimated.
const tableMs = 20_000;
// The catalogs of a database with thousands of tables take a few seconds.
const catalogMs = 60_000;

export type ManifestSettings = Pick<
  HeartbeatSettings,
  'Owner' | 'Migrator' | 'VectorIndexes' | 'NewestRow' | 'ExactRowsUpToMiB'
>;

/** What the database is, as the snapshot of the transaction that is open shows it. Reads only. */
export async function collectManifest(
  session: Session,
  settings: ManifestSettings,
  until: Deadline,
): Promise<Manifest> {
  const { Owner, Migrator, VectorIndexes } = settings;
  const catalog = <T>(work: () => Promise<T>) =>
    attempt(session, async () => {
      await session.query(limits(catalogMs, 5_000));
      return work();
    });
  const facts = await catalog(() => readFacts(session));
  const indexes = await catalog(() => readIndexes(session, ledgerSchema));
  const foreignKeys = await catalog(() => readForeignKeys(session, ledgerSchema));
  const extensions = await catalog(() => readExtensions(session));
  const ledger = digestOf(await catalog(() => ledgerLines(session)));
  const schema = await catalog(() => renderSchema(session, { ignoreIndexes: VectorIndexes, inTransaction: true }));
  const grants = await catalog(() => grantLines(session, Owner, Migrator, ledgerSchema));
  // Last, since it is what may take long.
  const { tables, incomplete } = await readTables(session, {
    ...{ newestRow: settings.NewestRow, exactUpToBytes: settings.ExactRowsUpToMiB * 1024 * 1024 },
    ...{ tableMs, until, ledgerSchema },
  });
  return {
    ...{ format: 1, ...facts, tables, indexes, foreignKeys, extensions, ledger },
    ...{ schemaFingerprint: schema.fingerprint, grantsFingerprint: sha256(grants.join('\n')), incomplete },
  };
}

async function readFacts(session: Session): Promise<Pick<Manifest, 'at' | 'server' | 'databaseBytes'>> {
  const { rows } = await session.query<Pick<Manifest, 'at' | 'server' | 'databaseBytes'>>(
    `SELECT ${isoText('now()')} AS at, current_setting('server_version') AS server,
            pg_database_size(current_database())::float8 AS "databaseBytes"`,
  );
  if (!rows[0]) throw new Error('a query without FROM gave no row');
  return rows[0];
}
