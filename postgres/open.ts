import { openEmbeddedPlace } from './embedded';
import { openNativePlace } from './native';
import { type PostgresKind, type PostgresPlace, PostgresPlaceError } from './place';
import { openUrlPlace } from './url';

export const kinds: readonly PostgresKind[] = ['embedded', 'native', 'url'];

export interface OpenOptions {
  /** For native: the folder with postgres, initdb and pg_ctl. */
  readonly binaries?: string;
  /** For url: the server, as a role that may create roles and databases. */
  readonly url?: string;
}

/** The place of the kind that the user asked for. */
export async function openPlace(kind: string, { binaries, url }: OpenOptions = {}): Promise<PostgresPlace> {
  switch (kind) {
    case 'embedded':
      return openEmbeddedPlace();
    case 'native':
      return openNativePlace(binaries === undefined ? {} : { binaries });
    case 'url': {
      const server = url ?? process.env['PLINTH_POSTGRES_URL'];
      if (server) return openUrlPlace(server);
      throw new PostgresPlaceError('The url Postgres needs a server: give --url, or set PLINTH_POSTGRES_URL.');
    }
    default:
      throw new PostgresPlaceError(`There is no "${kind}" Postgres; choose ${kinds.join(', ')}.`);
  }
}
