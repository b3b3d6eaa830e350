import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority } from '../certificates';
import type { InstanceOptions, PostgresInstance, PostgresPlace, Snapshot } from '../place';
import { createRunFolder } from '../run-folder';
import { cannot, EmbeddedSnapshot, type Surroundings, startInstance } from './instance';
import { loadPGlite } from './pglite';

export interface EmbeddedOptions {
  /** How long a connection waits for its turn before it is refused. */
  readonly waitSeconds?: number;
}

/** PostgreSQL 16 with pgvector out of npm's registry, in this process: nothing to install, nothing to leave behind. */
export async function openEmbeddedPlace({ waitSeconds = 60 }: EmbeddedOptions = {}): Promise<PostgresPlace> {
  const { version } = await loadPGlite();
  const folder = createRunFolder();
  const authority = await createCertificateAuthority();
  const caFile = join(folder.path, 'ca.pem');
  writeFileSync(caFile, authority.pem);
  const around: Surroundings = { folder: folder.path, authority, caFile, waitSeconds };
  const instances = new Set<PostgresInstance>();
  const starting = new Set<Promise<unknown>>();
  const start = (options: InstanceOptions, from?: string) => {
    const started = startInstance(around, options, from).then((instance) => {
      instances.add(instance);
      return instance;
    });
    starting.add(started);
    return started.finally(() => starting.delete(started));
  };
  return {
    kind: 'embedded',
    description: `PostgreSQL 16 with pgvector, embedded (PGlite ${version})`,
    cannot,
    create: (options = {}) => start(options),
    restore: (snapshot: Snapshot, options = {}) => {
      if (!(snapshot instanceof EmbeddedSnapshot)) throw new Error(`a ${snapshot.kind} snapshot cannot start here`);
      const { user, password, database } = snapshot.source;
      const master = { user, password: options.master?.password ?? password };
      return start({ ...options, master, database }, snapshot.folder);
    },
    close: async () => {
      await Promise.allSettled(starting);
      await Promise.all([...instances].map((instance) => instance.destroy()));
      folder.remove();
    },
  };
}
