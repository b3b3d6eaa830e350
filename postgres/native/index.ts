import { join } from 'node:path';
import { createCertificateAuthority } from '../certificates';
import { type PostgresPlace, PostgresPlaceError } from '../place';
import { createRunFolder } from '../run-folder';
import { serverAccount } from './account';
import { pristineCluster } from './cluster';
import { writeOwned } from './files';
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
    const tree = await prepareTree(installation, { runFolder: folder.path, account });
    const cluster = await pristineCluster(tree, { runFolder: folder.path, account });
    const authority = await createCertificateAuthority();
    const caFile = join(folder.path, 'ca.pem');
    await writeOwned(caFile, authority.pem, 0o644);
    const made = new Set<NativeInstance | NativeSnapshot>();
    let count = 0;
    const around: Surroundings = {
      tree,
      cluster,
      account,
      runFolder: folder.path,
      authority,
      caFile,
      nextName: (prefix) => `${prefix}${++count}`,
      adopt: (one) => made.add(one),
    };
    return {
      kind: 'native',
      description: `PostgreSQL ${tree.version} ${tree.vector ? 'with' : 'without'} pgvector, ${tree.origin} (${installation.bin})`,
      cannot: tree.vector ? {} : { vector: withoutVector(installation.bin) },
      create: (instance = {}) => NativeInstance.start(around, instance),
      restore: async (snapshot, instance = {}) => {
        if (!(snapshot instanceof NativeSnapshot) || !made.has(snapshot)) {
          throw new PostgresPlaceError(
            `The ${snapshot.kind} snapshot was not made in this place, so it cannot be restored here.`,
          );
        }
        return await NativeInstance.start(around, instance, { copyOf: snapshot.folder, origin: snapshot.origin });
      },
      close: async () => {
        await Promise.all([...made].map((one) => (one instanceof NativeInstance ? one.destroy() : one.remove())));
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

function withoutVector(bin: string): string {
  return `the server in ${bin} has no pgvector; \`npm run postgres:native\` provides one that has, on Debian and Ubuntu.`;
}
