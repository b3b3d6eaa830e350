import { openPlace } from '../../postgres/open';
import { type PostgresKind, PostgresPlaceError } from '../../postgres/place';

/** The native Postgres where this machine has one with pgvector, and else the one that is always there. */
export async function quickestPlace(): Promise<PostgresKind> {
  try {
    const place = await openPlace('native');
    try {
      return place.cannot.vector === undefined ? 'native' : 'embedded';
    } finally {
      await place.close();
    }
  } catch (error) {
    if (error instanceof PostgresPlaceError) return 'embedded';
    throw error;
  }
}
