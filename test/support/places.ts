import { openPlace } from '../../postgres/open';
import { type PostgresPlace, PostgresPlaceError } from '../../postgres/place';

/** The native Postgres where this machine has one with pgvector, and else the one that is always there. */
export async function openQuickestPlace(): Promise<PostgresPlace> {
  try {
    const native = await openPlace('native');
    if (native.cannot.vector === undefined) return native;
    await native.close();
  } catch (error) {
    if (!(error instanceof PostgresPlaceError)) throw error;
  }
  return openPlace('embedded');
}
