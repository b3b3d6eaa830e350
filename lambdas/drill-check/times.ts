import { attempt, isoText } from '../heartbeat/attempt';
import type { Manifest } from '../heartbeat/contract';
import { ledgerSchema } from '../heartbeat/manifest/collect';
import type { Session } from '../shared/database';
import type { Restored } from './contract';

/** The time that the copy should be of: the one that was asked for, else the one that the source tells. */
export const momentOf = ({ To, TakenAt }: Restored) => ({ point: To ?? TakenAt, exact: To !== undefined });

/**
 * What a loss is measured from. Where a time was asked for, all until then was to be kept. Where it was not, the restore
 * is what would be done after a disaster now, and all until the request was to be kept.
 */
export const lossFrom = ({ To, RequestedAt }: Restored) =>
  To === undefined ? ({ from: 'request', at: RequestedAt } as const) : ({ from: 'restorePoint', at: To } as const);

/** Undefined where there is none, or not even the table. Within a transaction. */
export async function newestHeartbeat(session: Session): Promise<string | undefined> {
  const rows = await unlessAbsent<{ at: string | null }>(
    session,
    `SELECT ${isoText('max(at)')} AS at FROM ${ledgerSchema}.heartbeats`,
  );
  return rows[0]?.at ?? undefined;
}

// A day of hourly ones: what fell before was a matter of an earlier drill.
const lastManifests = 24;

/** Those that were written at or before the time that the copy should be of; the oldest first. */
export async function readManifests(session: Session, restored: Restored): Promise<readonly Manifest[]> {
  const { To, TakenAt, RequestedAt } = restored;
  const rows = await unlessAbsent<{ manifest: Manifest }>(
    session,
    `SELECT manifest FROM ${ledgerSchema}.manifests WHERE at <= $1 AND manifest @> '{"format": 1}'
     ORDER BY at DESC LIMIT ${lastManifests}`,
    [To ?? TakenAt ?? RequestedAt],
  );
  return rows.map(({ manifest }) => manifest).reverse();
}

/** No rows where there is no such table: then nothing was ever written. */
async function unlessAbsent<T extends object>(session: Session, sql: string, values: readonly unknown[] = []) {
  try {
    return await attempt(session, async () => (await session.query<T>(sql, [...values])).rows);
  } catch (error) {
    if (['42P01', '3F000'].includes((error as { code?: string }).code ?? '')) return [];
    throw error;
  }
}

/** To a tenth. */
export const secondsBetween = (from: string | null | undefined, to: string | null | undefined): number | null =>
  from && to ? Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10 : null;
