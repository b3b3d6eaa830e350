// Names and types that the construct and the Lambda share. This file imports nothing.

/** `<version>_<name>.sql` files, or Prisma's `<timestamp>_<name>/migration.sql` folders. */
export type MigrationLayout = 'plain' | 'prisma';

/** One file of a bundle: its path below the migrations folder, with `/`, and its text as it was read. */
export interface BundledFile {
  readonly path: string;
  readonly text: string;
}

export interface MigrationFile {
  /** The digits before the name, as written. Compared as a number, so `7` and `007` are the same version. */
  readonly version: string;
  readonly name: string;
  /** `<version>_<name>`: how the ledger, `cdk diff` and people call it. */
  readonly id: string;
  readonly path: string;
  /** As it was read. `Source` takes the byte order mark off before anything looks at positions. */
  readonly text: string;
  readonly checksum: string;
  readonly down?: BundledFile;
}

export interface MigrationSet {
  readonly layout: MigrationLayout;
  /** In the order in which they run. */
  readonly files: readonly MigrationFile[];
  /** Paths that were seen and passed over: README.md, hidden files, what an editor left. */
  readonly ignored: readonly string[];
}

export type Level = 'off' | 'warn' | 'error';

/** A level for each rule that is not to have its own default. The names are checked when the lint starts. */
export type LintPolicy = Readonly<Record<string, Level>>;

export interface LintSettings {
  readonly policy?: LintPolicy;
  /** Files up to and including this version are judged by the rules that hold always, not by the policy. */
  readonly from?: string;
}

export interface Finding {
  readonly rule: string;
  readonly level: 'warn' | 'error';
  readonly file: string;
  /** Counted from 1; a column is a character, whatever its width. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly help: string;
  /** The strongest lock that the statement takes on a table, where it takes one. */
  readonly lock?: string;
  /** The line of the file, and a caret below the place. */
  readonly excerpt: string;
}

/** What the project decides; the rest has defaults in `run/settings.ts`. */
export interface MigrationSettings {
  /** A pending version below the newest applied one is refused unless this is true. */
  readonly allowOutOfOrder: boolean;
  /** True where versions count up by one and a missing number is a mistake. */
  readonly forbidGaps: boolean;
  /** All pending files in one transaction, instead of one transaction for each. */
  readonly oneTransaction: boolean;
  readonly lint: LintSettings;
}

export interface AppliedMigration {
  readonly id: string;
  readonly milliseconds: number;
}

export interface MigrationResult {
  readonly applied: readonly AppliedMigration[];
  /** How many of the files had been applied before. */
  readonly before: number;
  /** What a deadline left for the next run. */
  readonly left: readonly string[];
  /** Ledger entries that this bundle does not have: tolerated during a rollback only. */
  readonly unknown: readonly string[];
  /** What was found and put right on the way, in sentences: an invalid index of a run that was killed, say. */
  readonly notes: readonly string[];
}

export interface DownResult {
  readonly undone: readonly AppliedMigration[];
  readonly left: readonly string[];
  readonly notes: readonly string[];
}

export type MigrationState = 'applied' | 'pending' | 'unfinished' | 'edited' | 'missing';

export interface MigrationStatus {
  readonly id: string;
  readonly state: MigrationState;
  /** Where it came from: `run`, `stamp`, or `prisma` for an adopted history. */
  readonly how?: string;
  readonly appliedAt?: string;
  readonly appliedBy?: string;
  readonly milliseconds?: number;
  readonly build?: string;
  /** The snapshot of the database that was taken before it. */
  readonly snapshot?: string;
  /** For a file without a transaction that stopped in the middle. */
  readonly statementsDone?: number;
  readonly statements?: number;
}
