// Names and types that the state machines and the checks of a restored database share. It travels through definitions and
// executions, which keep it: names, ARNs, digests and times, never a secret. Of code, nothing.
import type { AppRoles } from '../app-database/contract';
import type { DeclaredExtension } from '../extensions/contract';
import type { Server } from '../shared/contract';
import type { VectorIndex } from '../vector-indexes/contract';

export interface DrillCheckInput {
  /** The restored instance; the secret is the one that RDS manages for it. */
  readonly Instance: Server;
  readonly Database: string;
  readonly Roles: AppRoles;
  /** The parameter that holds the connection string of the application. */
  readonly AppParameter: string;
  readonly Expected: Expected;
  readonly Checks: CheckSettings;
  readonly Restored: Restored;
  readonly Objectives?: Objectives | undefined;
  readonly OnMissed: OnMissed;
}

/** By objective. `warn`: one that is missed is told, and the checks pass. */
export interface OnMissed {
  readonly Rto: 'fail' | 'warn';
  readonly Rpo: 'fail' | 'warn';
}

export interface Expected {
  /** The newest migration that is deployed. The list itself is in the bundle, and must end with it. */
  readonly MigrationHead: string;
  readonly Extensions: Readonly<Record<string, DeclaredExtension>>;
  readonly VectorIndexes: Readonly<Record<string, VectorIndex>>;
  /** How often the heartbeat is due, and its manifest. */
  readonly HeartbeatMinutes: number;
  readonly ManifestMinutes: number;
  /** The column that tells when a row was made, by table, as the heartbeat has it. */
  readonly NewestRow: Readonly<Record<string, string>>;
}

/** `checks` of the config, complete. */
export interface CheckSettings {
  /** The least rows of a table, by `schema.table`. */
  readonly rowFloors: Readonly<Record<string, number>>;
  /** By how much the rows of a table may fall between any two of the last manifests and the copy. */
  readonly maximumFallPercent: number;
  /** Tables that may: queues, sessions. */
  readonly mayShrink: readonly string[];
  /** Columns that hold no NULL, as `schema.table.column`. */
  readonly noNulls: readonly string[];
  /** The least recall@10 of a vector index against an exact scan: 95 of 100 true neighbours are found. */
  readonly minimumRecallPercent: number;
  readonly criticalQueries: Readonly<Record<string, CriticalQuery>>;
  /** A table whose heap is larger is counted, and its keys are followed, by a sample of its pages. */
  readonly exactRowsUpToMiB: number;
}

export interface CriticalQuery {
  /** One SELECT, run as the role of the application. */
  readonly sql: string;
  /** 95 of 100 warm runs may take so long. */
  readonly p95Ms: number;
}

/** Times in ISO 8601. */
export interface Restored {
  /** The time that was asked for, where one was. */
  readonly To?: string | undefined;
  /** The time that the source itself tells: of the snapshot, of the dump, or the latest that could be restored. */
  readonly TakenAt?: string | undefined;
  readonly RequestedAt: string;
  readonly AvailableAt: string;
}

export interface Objectives {
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
}

export interface DrillCheckResult {
  readonly Passed: boolean;
  readonly Checks: readonly CheckResult[];
  /** How many checks are not shown because the answer would be too large. They count in `Passed` all the same. */
  readonly NotShown: number;
  readonly Measured: Measured;
}

export interface CheckResult {
  /** Stable, for runbooks and metrics: `row-counts`, `vector-index:embeddings_ivfflat`, `sql:current-documents`. */
  readonly Name: string;
  readonly Title: string;
  readonly Passed: boolean;
  readonly Expected: string;
  readonly Found: string;
  /** Passed, and somebody should know. */
  readonly Warning?: string;
  /** What to do, where the author of the check wrote it down. */
  readonly Help?: string;
  readonly Milliseconds: number;
  readonly Evidence?: Evidence;
}

/** Figures and names for people; no rows, no vectors. */
export type Evidence = Readonly<Record<string, unknown>>;

export interface Measured {
  /** When the admin could first query the database. */
  readonly QueryableAt: string | null;
  /** When the last check of the data had ended. */
  readonly VerifiedAt: string | null;
  /** When the critical queries first met their limits; null while one does not. */
  readonly WarmAt: string | null;
  readonly SecondsToAvailable: number | null;
  readonly SecondsToQueryable: number | null;
  /** From the request to verified: the RTO. */
  readonly SecondsToVerified: number | null;
  readonly SecondsToWarm: number | null;
  readonly NewestHeartbeat: string | null;
  readonly NewestManifest: string | null;
  /** `restorePoint`: from the time that was asked for. `request`: from the moment in which the restore was asked for. */
  readonly LossMeasuredFrom: 'restorePoint' | 'request';
  readonly LossMeasuredAt: string;
  /** What is lost: from the newest heartbeat to that time. Null without a heartbeat. */
  readonly DataLossSeconds: number | null;
  readonly DatabaseBytes: number | null;
  readonly Rows: number | null;
  /** By the name of the critical query or the vector index. */
  readonly Latencies: Readonly<Record<string, Latencies>>;
}

export interface Latencies {
  /** The first run after the restore. Told, never judged: blocks are still loaded from S3. */
  readonly ColdMs: number | null;
  readonly WarmP50Ms: number | null;
  readonly WarmP95Ms: number | null;
  readonly Runs: number;
  readonly LimitMs: number | null;
}

/** A file of the bundle beside the handler's code: what comes from the project's `sql` folder. */
export const projectFile = 'project.json';

export interface BundledProject {
  /** `<id>: sha256:<checksum>`, in the order in which they run. */
  readonly migrations: readonly string[];
  /** Files of `sql/checks`, by their path below it. */
  readonly checks: readonly { readonly path: string; readonly text: string }[];
  /** The text of `sql/schema.sql`, where there is one. */
  readonly schema: string | null;
}

/** Step Functions takes 256 KiB of a state; the report and the input need their part. */
export const largestAnswer = 200_000;
