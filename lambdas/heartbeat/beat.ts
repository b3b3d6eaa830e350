import type { Deadline } from '../shared/clock';
import type { Session } from '../shared/database';
import { asOwner, readOnly } from '../vector-indexes/session';
import { isoText } from './attempt';
import type { HeartbeatResult, HeartbeatSettings, ManifestSummary } from './contract';
import { collectManifest, ledgerSchema } from './manifest/collect';
import { ensureTables } from './tables';

/** Writes that the database is alive, by its own clock, and forgets what is too old to be asked for. */
export async function beat(
  session: Session,
  { Owner, KeepHeartbeatsDays }: Pick<HeartbeatSettings, 'Owner' | 'KeepHeartbeatsDays'>,
): Promise<HeartbeatResult> {
  return asOwner(session, Owner, async () => {
    await ensureTables(session);
    const table = `${ledgerSchema}.heartbeats`;
    const { rows } = await session.query<{ at: string }>(
      // Two in one microsecond are one.
      `INSERT INTO ${table} VALUES (clock_timestamp()) ON CONFLICT (at) DO UPDATE SET at = excluded.at
       RETURNING ${isoText('at')} AS at`,
    );
    const { pruned, kept } = await prune(session, table, KeepHeartbeatsDays);
    return { At: rows[0]?.at ?? '', Heartbeats: kept, Pruned: pruned };
  });
}

/** Writes down what the database is. Read in one transaction that only reads; what did not fit is marked in it. */
export async function writeManifest(
  session: Session,
  settings: HeartbeatSettings,
  until: Deadline,
): Promise<ManifestSummary> {
  const manifest = await readOnly(session, () => collectManifest(session, settings, until));
  const { at, tables, indexes, incomplete } = manifest;
  return asOwner(session, settings.Owner, async () => {
    await ensureTables(session);
    const table = `${ledgerSchema}.manifests`;
    await session.query(
      `INSERT INTO ${table} VALUES ($1, $2) ON CONFLICT (at) DO UPDATE SET manifest = excluded.manifest`,
      [at, JSON.stringify(manifest)],
    );
    const { kept } = await prune(session, table, settings.KeepManifestsDays);
    const rows = tables.reduce((sum, each) => sum + (each.rows ?? 0), 0);
    const counts = { Tables: tables.length, Rows: rows, Indexes: indexes.length, Manifests: kept };
    return { At: at, ...counts, Incomplete: incomplete };
  });
}

async function prune(session: Session, table: string, days: number) {
  const { rowCount } = await session.query(`DELETE FROM ${table} WHERE at < now() - make_interval(days => $1)`, [days]);
  const { rows } = await session.query<{ kept: number }>(`SELECT count(*)::int AS kept FROM ${table}`);
  return { pruned: rowCount ?? 0, kept: rows[0]?.kept ?? 0 };
}
