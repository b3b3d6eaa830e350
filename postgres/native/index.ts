import { join } from 'node:path';
import { createCertificateAuthority } from '../certificates';
import { type PostgresPlace, PostgresPlaceError } from '../place';
import { createRunFolder, type RunFolder } from '../run-folder';
import { run, serverAccount } from './account';
import { pristineCluster } from './cluster';
import { exists, writeOwned } from './files';
import { findInstallation } from './find';
import { NativeInstance, type Surroundings } from './instance';
import { NativeSnapshot } from './snapshot';
import { prepareTree } from './tree';

export interface NativeOptions {
  /** The folder with postgres, initdb and pg_ctl; without it PLINTH_POSTGRES_BIN, then what is found. */
  binaries?: string;
}

const root = join(__dirname, '..', '..');

/** Real server processes, of the best PostgreSQL that is to be had here. */
export async function openNativePlace(options: NativeOptions = {}): Promise<PostgresPlace> {
  if (process.platform === 'win32') {
    throw new PostgresPlaceError(
      'The native Postgres runs on Linux and macOS; on Windows choose embedded, or url with a server of your own.',
    );
  }
  const installation = await findInstallation({ root, binaries: options.binaries });
  const account = await serverAccount();
  const folder = createRunFolder();
  try {
    if (account && (await run('test', ['-x', folder.path], { account })).code !== 0) {
      throw new PostgresPlaceError(
        `The user ${account.name}, as whom Postgres runs for root, cannot reach ${folder.path}; set TMPDIR to a folder that everybody can enter.`,
      );
    }
    const tree = await prepareTree(installation, { runFolder: folder.path, account });
    const cluster = await pristineCluster(tree, { runFolder: folder.path, account });
    const authority = await createCertificateAuthority();
    const caFile = join(folder.path, 'ca.pem');
    await writeOwned(caFile, authority.pem, 0o644);
    const around = { tree, cluster, account, runFolder: folder.path, authority, caFile };
    return placeAround(around, `${tree.origin} (${installation.bin})`, folder);
  } catch (error) {
    folder.remove();
    throw error;
  }
}

function placeAround(
  common: Omit<Surroundings, 'nextName' | 'adopt' | 'start'>,
  source: string,
  folder: RunFolder,
): PostgresPlace {
  const { tree } = common;
  const made = new Set<NativeInstance | NativeSnapshot>();
  const starting = new Set<Promise<unknown>>();
  let closed = false;
  let count = 0;
  const around: Surroundings = {
    ...common,
    nextName: (prefix) => `${prefix}${++count}`,
    adopt: (one) => made.add(one),
    start: async (options, from) => {
      if (closed) throw new PostgresPlaceError('The place is closed; open another one to create instances.');
      const begun = NativeInstance.start(around, options, from);
      starting.add(begun);
      try {
        return await begun;
      } finally {
        starting.delete(begun);
      }
    },
  };
  return {
    kind: 'native',
    description: `PostgreSQL ${tree.version} ${tree.vector ? 'with' : 'without'} pgvector, ${source}`,
    cannot: tree.vector
      ? {}
      : {
          vector: `the server (${tree.origin}) has no pgvector; \`npm run postgres:native\` provides a server that has, on Debian and Ubuntu`,
        },
    create: (options = {}) => around.start(options),
    restore: async (snapshot, options = {}) => {
      if (!(snapshot instanceof NativeSnapshot) || !made.has(snapshot)) {
        throw new PostgresPlaceError(
          `The ${snapshot.kind} snapshot was not made in this place, so it cannot be restored here.`,
        );
      }
      if (!(await exists(snapshot.folder))) {
        throw new PostgresPlaceError(
          `The snapshot of ${snapshot.takenAt.toISOString()} was removed, so it cannot be restored.`,
        );
      }
      return await around.start(options, { copyOf: snapshot.folder, origin: snapshot.origin });
    },
    close: async () => {
      closed = true;
      // One that fails to start has told its caller why, and leaves nothing to destroy.
      await Promise.allSettled(starting);
      await Promise.all([...made].map((one) => (one instanceof NativeInstance ? one.destroy() : one.remove())));
      folder.remove();
    },
  };
}
