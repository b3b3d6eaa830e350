import { type Clock, type Deadline, systemClock } from '../../shared/clock';
import type { AppliedMigration, LintSettings, MigrationSettings } from '../contract';

/** What a run tells while it goes on, for a log or a terminal. */
export type RunEvent =
  | { readonly event: 'applied' | 'undone'; readonly migration: AppliedMigration }
  | { readonly event: 'statement'; readonly id: string; readonly done: number; readonly of: number }
  | { readonly event: 'waiting' | 'note'; readonly message: string };

export interface RunOptions extends Partial<MigrationSettings> {
  /** The schema that holds the ledger. */
  readonly ledgerSchema?: string | undefined;
  /** The role that owns what the migrations make, taken by SET ROLE. Without it they run as whoever is logged in. */
  readonly role?: string | undefined;
  /** For files whose header says nothing; 0 waits for ever. */
  readonly lockTimeoutMs?: number | undefined;
  readonly statementTimeoutMs?: number | undefined;
  /** How often a file is tried again after a lock timeout or a deadlock. */
  readonly lockRetries?: number | undefined;
  readonly until?: Deadline | undefined;
  readonly clock?: Clock | undefined;
  /** Written into the ledger: which build of the project ran. */
  readonly build?: string | undefined;
  /** Written into the ledger: the snapshot of the database that was taken before this run. */
  readonly snapshot?: string | undefined;
  /** CloudFormation rolls back: entries of a newer bundle are in the ledger, and that is as it should be. */
  readonly rollback?: boolean | undefined;
  readonly report?: ((event: RunEvent) => void) | undefined;
}

export interface RunSettings extends MigrationSettings {
  readonly ledgerSchema: string;
  readonly role: string | undefined;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly lockRetries: number;
  readonly until: Deadline;
  readonly clock: Clock;
  readonly build: string | undefined;
  readonly snapshot: string | undefined;
  readonly rollback: boolean;
  readonly report: (event: RunEvent) => void;
}

// Whoever waits for a lock on a table makes everybody behind wait too: 5 s is what an application can bear. Six tries
// with 0.5, 1, 2, 4 and 8 s between them come to 46 s, which outlasts most reports and not most deploys.
const lockTimeoutMs = 5_000;
const lockRetries = 5;
const noLint: LintSettings = {};

export function resolveSettings(options: RunOptions): RunSettings {
  return {
    allowOutOfOrder: options.allowOutOfOrder ?? false,
    forbidGaps: options.forbidGaps ?? false,
    oneTransaction: options.oneTransaction ?? false,
    lint: options.lint ?? noLint,
    ledgerSchema: options.ledgerSchema ?? 'plinth',
    role: options.role,
    lockTimeoutMs: options.lockTimeoutMs ?? lockTimeoutMs,
    statementTimeoutMs: options.statementTimeoutMs ?? 0,
    lockRetries: options.lockRetries ?? lockRetries,
    until: options.until ?? Number.POSITIVE_INFINITY,
    clock: options.clock ?? systemClock,
    build: options.build,
    snapshot: options.snapshot,
    rollback: options.rollback ?? false,
    report: options.report ?? (() => undefined),
  };
}
