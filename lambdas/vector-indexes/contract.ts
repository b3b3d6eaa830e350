// Names and types that the construct and the Lambda share. This file imports nothing.

export type Metric = 'cosine' | 'l2' | 'ip' | 'l1' | 'hamming' | 'jaccard';
export type Storage = 'vector' | 'halfvec' | 'bit';
export type Method = 'ivfflat' | 'hnsw';

/** An index as the project's configuration declares it, complete. */
export type VectorIndex = IvfflatIndex | HnswIndex;

export interface VectorIndexCommon {
  readonly table: { readonly schema: string; readonly name: string };
  readonly column: string;
  readonly dimensions: number;
  readonly metric: Metric;
  readonly storage: Storage;
  /** A condition in SQL: the index holds only the rows that fulfil it. */
  readonly where?: string | undefined;
  /** Rows. An index on fewer is built while the caller waits; `auto` decides by the estimated time. */
  readonly buildInlineBelow: number | 'auto';
}

export interface IvfflatIndex extends VectorIndexCommon {
  readonly method: 'ivfflat';
  readonly lists: number | 'auto';
  readonly probes: number | 'auto';
}

export interface HnswIndex extends VectorIndexCommon {
  readonly method: 'hnsw';
  readonly m: number;
  readonly efConstruction: number;
  readonly efSearch: number;
}

export interface VectorIndexesInput {
  readonly indexes: Readonly<Record<string, VectorIndex>>;
  /** The role that owns the tables, when the one that logs in is another: taken by SET ROLE. */
  readonly owner?: string;
  /** The roles that search: `ivfflat.probes` and `hnsw.ef_search` are set for them in this database. */
  readonly searchRoles: readonly string[];
  /** What a build may use. What is left out is derived from the server's own settings. */
  readonly build?: BuildLimits;
  /** Drop vector indexes that are not declared, on columns that are. Without it they are only named. */
  readonly dropExtra?: boolean;
}

export interface BuildLimits {
  /** The most maintenance_work_mem for a build, in MB. */
  readonly memoryMb?: number;
  /** Parallel workers for a build, beside the leader. */
  readonly workers?: number;
  /** Where `buildInlineBelow` is `auto`: a build that is estimated to take longer is detached. */
  readonly inlineSeconds?: number;
}

/** A minute: no deploy is held up for long, and most development databases never meet the detached path. */
export const defaultInlineSeconds = 60;

export type IndexState =
  /** Valid, and as declared. */
  | 'ready'
  /** Some session is building it now. */
  | 'building'
  /** Its build is done and waits for `finish` to verify it and put it into its place. */
  | 'built'
  | 'absent'
  /** There is one of this name, valid, with other properties than declared. */
  | 'different'
  /** A build ended before its time and left an invalid index. */
  | 'failed'
  /** The declaration cannot be followed: the sentences say why. */
  | 'refused';

export type IndexAction = 'built' | 'started' | 'finished' | 'cleaned' | 'tuned';

export interface IndexReport {
  readonly name: string;
  /** `schema.table`, for people. */
  readonly table: string;
  readonly state: IndexState;
  /** What this call did, in order; empty when there was nothing to do. */
  readonly actions: readonly IndexAction[];
  /** For people, each complete in itself. */
  readonly sentences: readonly string[];
  /** What a query must order by for this index to serve it; `$1` is the vector searched for. */
  readonly orderBy?: string;
  readonly progress?: BuildProgress;
}

export interface BuildProgress {
  readonly pid: number;
  /** As Postgres calls it. */
  readonly phase: string;
  /** Of the phase, 0 to 100, where Postgres counts something. */
  readonly percent?: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds?: number;
  /** A session that the build waits for. */
  readonly waitsFor?: number;
}

export interface VectorIndexesResult {
  /** False when a declaration is refused or a build failed. */
  readonly ok: boolean;
  /** True when some build still runs: call `follow` until it is not, then `reconcile` again. */
  readonly pending: boolean;
  readonly indexes: readonly IndexReport[];
  /** `role: setting = value`, as changed by this call. */
  readonly roleSettings: readonly string[];
  /** Vector indexes on declared columns that no declaration names, as `schema.name`. */
  readonly extra: readonly string[];
  readonly droppedExtra: readonly string[];
}

export interface VerifyOptions {
  /** How many rows are searched for. */
  readonly samples: number;
  /** Recall is measured at this many neighbours. */
  readonly neighbours: number;
  /** The least recall that is good enough, 0 to 1. */
  readonly minimumRecall: number;
  /** Stops sampling after this time, with what has been measured by then. */
  readonly secondsPerIndex: number;
}

export const defaultVerify: VerifyOptions = { samples: 50, neighbours: 10, minimumRecall: 0.95, secondsPerIndex: 60 };

export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export type PlannerUse =
  /** The planner takes the index of its own accord. */
  | 'chosen'
  /** It can take it, and thinks a scan of the table is cheaper now. */
  | 'possible'
  /** It could take it, and takes another index. */
  | 'other'
  | 'impossible';

export interface IndexVerdict {
  readonly name: string;
  readonly table: string;
  readonly ok: boolean;
  readonly sentences: readonly string[];
  readonly planner?: PlannerUse;
  readonly recall?: number;
  /** How many rows were searched for. */
  readonly samples?: number;
  readonly index?: Latency;
  readonly exact?: Latency;
  readonly bytes?: number;
  /** How often it was used since the statistics were last reset. */
  readonly scans?: number;
}
