import { asAdmin, type DatabaseSeams } from '../shared/admin';
import type { MigrationsProperties } from '../shared/contract';
import { customResource, type ResourceRequest } from '../shared/custom-resource';
import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { flag, list, object, oneOf, optional, record, text } from '../shared/properties';
import { common } from '../shared/resource-properties';
import type { BundledFile, MigrationSet } from './contract';
import { inFolder, loadMigrations } from './files';
import type { RunOptions } from './run/settings';
import type { Snapshots } from './snapshots';
import { status } from './status';
import { up } from './up';

export interface MigrationsSeams extends DatabaseSeams {
  readonly bundled: () => readonly BundledFile[];
  readonly snapshots: Snapshots;
}

type Request = ResourceRequest<MigrationsProperties>;

/** Polled: what does not fit into one invocation, a snapshot or a long list of files, goes on in the next one. */
export const migrationsResource = (seams: MigrationsSeams) =>
  customResource<MigrationsProperties>({
    name: 'migrations',
    properties: object<MigrationsProperties>({
      ...common,
      Owner: text,
      // An empty list may have been left out on the way.
      Migrations: (value, path) => list(text)(value ?? [], path),
      Settings: object<MigrationsProperties['Settings']>({
        allowOutOfOrder: flag,
        forbidGaps: flag,
        oneTransaction: flag,
        lint: record(oneOf('off', 'warn', 'error')),
      }),
      SnapshotOf: optional(text),
    }),
    ensure: async (request) => {
      const { Server, Database } = request.properties;
      const set = inFolder(loadMigrations(seams.bundled()), 'sql/migrations');
      refuseOther(set, request.properties.Migrations);
      return asAdmin(seams, Server, { applicationName: 'plinth migrations' })(Database, (session) =>
        migrate(session, set, request, seams.snapshots),
      );
    },
  });

async function migrate(session: Session, set: MigrationSet, request: Request, snapshots: Snapshots) {
  const { properties, previous, until, log } = request;
  const { lint, ...settings } = properties.Settings;
  const options: RunOptions = {
    ...settings,
    lint: { policy: lint },
    role: properties.Owner,
    until,
    report: (event) => log('INFO', 'Migration.', { ...event }),
  };
  const states = await status(session, set, options);
  const missing = states.filter(({ state }) => state === 'missing').map(({ id }) => id);
  // CloudFormation does not say that it rolls back. It shows: what is in the ledger and not in this bundle stands in the
  // properties that it is leaving.
  const left = namesIn(previous['Migrations']);
  const rollback = request.type === 'Update' && missing.length > 0 && missing.every((id) => left.includes(id));
  const snapshot = snapshotId(request);
  const pending = states.some(({ state }) => state === 'pending' || state === 'unfinished');
  if (pending && snapshot !== undefined && !(await taken(snapshots, snapshot, properties))) {
    log('INFO', 'Waiting for the snapshot before anything is migrated.', { snapshot });
    return 'unfinished';
  }
  const result = await up(session, set, { ...options, rollback, snapshot });
  if (result.left.length > 0) {
    log('INFO', 'The time of this invocation is over; the next one goes on.', { left: result.left });
    return 'unfinished';
  }
  return {
    Head: result.unknown.at(-1) ?? set.files.at(-1)?.id ?? 'none',
    FromANewerVersion: result.unknown.join(', ') || 'none',
    // Whether this request took one: also when it is asked again after all is done.
    Snapshot: snapshot !== undefined && (await snapshots.status(snapshot)) !== undefined ? snapshot : 'none',
  };
}

/** One for each request, whatever is delivered twice or polled: `<instance>-migration-<request>`. */
const snapshotId = ({ id, properties: { SnapshotOf } }: Request) =>
  SnapshotOf === undefined
    ? undefined
    : `${SnapshotOf}-migration-${id
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '')
        .slice(0, 32)}`;

async function taken(snapshots: Snapshots, id: string, { SnapshotOf }: MigrationsProperties): Promise<boolean> {
  const state = await snapshots.status(id);
  if (state === 'available') return true;
  if (state === undefined) await snapshots.start(id, SnapshotOf ?? '');
  else if (state !== 'creating') {
    throw new OperationError(`The snapshot ${id} is "${state}" and will not be available; nothing was migrated.`);
  }
  return false;
}

/** A diff that was approved is what runs, or nothing does. */
function refuseOther(set: MigrationSet, declared: readonly string[]): void {
  const bundled = set.files.map(({ id, checksum }) => `${id}: sha256:${checksum}`);
  const other = [...declared, ...bundled].find((line) => !declared.includes(line) || !bundled.includes(line));
  if (other === undefined) return;
  throw new OperationError(
    `The bundle and the template differ in the migration ${nameIn(other)}; they come from two versions of the project.`,
  );
}

const nameIn = (line: string) => line.split(': ')[0] ?? line;
const namesIn = (lines: unknown): readonly string[] =>
  Array.isArray(lines) ? lines.map((line) => nameIn(String(line))) : [];
