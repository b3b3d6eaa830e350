// Names and types that the construct, the heartbeat and the checks of a restored copy share. Of code, nothing.
import type { Server } from '../shared/contract';

/** What the schedules send: every few minutes without, every hour with a manifest. */
export interface HeartbeatEvent {
  readonly manifest: boolean;
}

/** The environment variable that holds the settings below as JSON. */
export const heartbeatVariable = 'PLINTH_HEARTBEAT';

export interface HeartbeatSettings {
  /** `<project>-<environment>`: the value of the metric's dimension, for two projects may have a `prod` each. */
  readonly Prefix: string;
  readonly Server: Server;
  readonly Database: string;
  readonly Owner: string;
  readonly Migrator: string;
  /** Names of the declared vector indexes: they are made apart from the migrations, and left out of the fingerprint. */
  readonly VectorIndexes: readonly string[];
  /** By `schema.table`: the column that tells when a row was made, where the heartbeat cannot tell by itself. */
  readonly NewestRow: Readonly<Record<string, string>>;
  /** A table whose heap is larger is estimated from a sample of its pages. */
  readonly ExactRowsUpToMiB: number;
  readonly KeepHeartbeatsDays: number;
  readonly KeepManifestsDays: number;
}

export const heartbeatMetric = 'Heartbeat';

export interface HeartbeatResult {
  /** By the clock of the server. */
  readonly At: string;
  readonly Heartbeats: number;
  readonly Pruned: number;
  readonly Manifest?: ManifestSummary;
}

export interface ManifestSummary {
  readonly At: string;
  readonly Tables: number;
  readonly Rows: number;
  readonly Indexes: number;
  readonly Manifests: number;
  /** What did not fit into its time, in sentences. */
  readonly Incomplete: readonly string[];
}

/** What a database was at a moment, so that a copy can be judged by it. Figures and names; never what is in a row. */
export interface Manifest {
  readonly format: 1;
  readonly at: string;
  readonly server: string;
  readonly databaseBytes: number;
  readonly tables: readonly TableState[];
  readonly indexes: readonly IndexState[];
  readonly foreignKeys: readonly ForeignKeyState[];
  readonly extensions: Readonly<Record<string, string>>;
  readonly ledger: LedgerDigest;
  /** SHA-256 of the schema as text, without the declared vector indexes. */
  readonly schemaFingerprint: string;
  /** SHA-256 of who owns and may do what. */
  readonly grantsFingerprint: string;
  readonly incomplete: readonly string[];
}

export interface TableState {
  /** `schema.table`; a partitioned table stands for its partitions. */
  readonly name: string;
  readonly bytes: number;
  /** Null where even an estimate did not fit. */
  readonly rows: number | null;
  readonly counted: 'exact' | 'estimate' | 'not';
  readonly newest: NewestRow | null;
  /** Its rows are not in the log of changes: a restored copy has none of them. */
  readonly unlogged: boolean;
}

export interface NewestRow {
  readonly column: string;
  /** How the column was found: named by the config, filled by the server's clock, or by its name. */
  readonly by: 'config' | 'default' | 'name';
  /** Null for a table without rows. */
  readonly at: string | null;
}

export interface IndexState {
  readonly name: string;
  readonly table: string;
  readonly definition: string;
  readonly valid: boolean;
  readonly method: string;
  /** Of one partition: it comes and goes with it. */
  readonly partition: boolean;
}

export interface ForeignKeyState {
  readonly name: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly references: TableName;
  readonly referencedColumns: readonly string[];
  readonly validated: boolean;
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export interface LedgerDigest {
  /** The newest migration, or `none`. */
  readonly head: string;
  readonly count: number;
  /** SHA-256 of the lines `<id>: sha256:<checksum>`, in the order of versions. */
  readonly digest: string;
}
