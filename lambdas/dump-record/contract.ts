// Names and types that the construct, the tasks and the Lambdas share. This file imports nothing.

/** The function's settings: JSON in the environment variable PLINTH_DUMP_RECORD. */
export interface DumpRecordSettings {
  /** `<project>-<environment>`: the value of the metrics' dimension. */
  readonly Prefix: string;
  readonly Bucket: string;
}

/** After a task has dumped, and has read back what it stored. */
export interface RecordInput {
  readonly Action: 'record';
  /** The folder of the dump in the bucket. */
  readonly Key: string;
  readonly Execution: string;
}

/** Every hour: how old is the newest dump that is known to be good? */
export interface WatchInput {
  readonly Action: 'watch';
}

/** In the folder of each dump. */
export const dumpFiles = { dump: 'database.dump', result: 'result.json', manifest: 'manifest.json' } as const;
/** The folders of all dumps are below this one. */
export const dumpsFolder = 'dumps';
/** The manifest of the newest dump that was read back. */
export const latestKey = 'latest.json';

/** As the task leaves it. Times in ISO 8601. */
export interface DumpResult {
  /** Of the stream, and of what was read back. */
  readonly sha256: string;
  readonly bytes: number;
  /** The version of pg_dump. */
  readonly client: string;
  readonly server: string;
  /** By the clock of the server, before the first row was read. */
  readonly takenAt: string;
  readonly verifiedAt: string;
  readonly seconds: number;
  /** As the dump itself holds it. */
  readonly migrationHead: string;
  /** Counted in what was read back, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface DumpManifest extends DumpResult {
  readonly format: 1;
  readonly key: string;
  readonly execution: string;
  /** The one that it was held against. */
  readonly previous: { readonly key: string; readonly bytes: number } | null;
  /** By how much it is smaller than that one; 0 where it is not. */
  readonly shrankPercent: number;
}

export const dumpMetrics = {
  age: 'DumpAgeHours',
  bytes: 'DumpBytes',
  seconds: 'DumpSeconds',
  shrank: 'DumpShrankPercent',
} as const;
