import type { AppRoles, LoginRole, RemovalMode } from '../../lambdas/app-database/contract';
import type { CheckSettings, CriticalQuery } from '../../lambdas/drill-check/contract';
import type { DeclaredExtension as Extension } from '../../lambdas/extensions/contract';
import type { VectorIndex } from '../../lambdas/vector-indexes/contract';

export type {
  HnswIndex,
  IvfflatIndex,
  Metric,
  Storage,
  VectorIndexCommon,
} from '../../lambdas/vector-indexes/contract';
// What an operation takes as it is declared is typed by the operation's contract.
export type { CriticalQuery, Extension, LoginRole, VectorIndex };
export type Checks = CheckSettings;

/** The settings as they are meant: parsed, complete, every default filled in. Nothing later merges or guesses. */
export interface Project {
  readonly name: string;
  /** The folder of plinth.config.ts. */
  readonly folder: string;
  /** Absolute. */
  readonly sqlFolder: string;
  readonly environments: Readonly<Record<string, Environment>>;
}

/** Complete by itself. */
export interface Environment extends EnvironmentSections {
  readonly name: string;
  readonly project: string;
  /** `<project>-<environment>`: begins the name of every resource, and is short enough for what follows. */
  readonly prefix: string;
  /** Parameter names, with the environment filled in. */
  readonly connectionParameters: { readonly app: string; readonly readonly: string };
}

export interface EnvironmentSections {
  readonly region: string;
  readonly account: string | undefined;
  readonly production: boolean;
  readonly personalData: 'never' | 'sanitised' | 'real';
  readonly onDelete: 'retain' | 'drop';
  readonly tags: Readonly<Record<string, string>>;
  readonly database: Database;
  readonly roles: Roles;
  readonly migrations: Migrations;
  readonly vectorIndexes: Readonly<Record<string, VectorIndex>>;
  readonly backups: Backups;
  readonly drills: Drills;
  readonly recovery: Recovery;
  readonly objectives: Objectives | 'none';
  readonly checks: Checks;
  readonly heartbeat: Heartbeat;
  readonly instance: Instance;
  readonly network: Network;
}

export interface Database {
  readonly name: string;
  readonly port: number;
  readonly engineVersion: string;
  readonly extensions: Readonly<Record<string, Extension>>;
  readonly adminUser: string;
}

export interface Roles extends AppRoles {
  readonly onRemove: RemovalMode;
}

export interface Migrations {
  readonly allowOutOfOrder: boolean;
  readonly forbidGaps: boolean;
  readonly oneTransaction: boolean;
  readonly lint: Readonly<Record<string, 'off' | 'warn' | 'error'>>;
  readonly snapshotBefore: boolean;
}

export interface Backups {
  readonly window: string;
  readonly retentionDays: number;
  readonly hourly: { readonly keepHours: number } | 'none';
  readonly daily: { readonly keepDays: number } | 'none';
  readonly weekly: { readonly keepDays: number } | 'none';
  readonly monthly: { readonly keepDays: number } | 'none';
  readonly dumps: Dumps | 'none';
  readonly vaultLock: VaultLock | 'none';
  readonly copyTo: Copy | 'none';
}

export interface Dumps {
  readonly schedule: 'daily' | 'weekly';
  readonly keepDays: number;
  readonly lockDays: number;
  readonly glacierAfterDays: number | 'none';
  readonly maximumShrinkPercent: number;
}

export type VaultLock =
  | { readonly mode: 'governance'; readonly minimumDays: number; readonly maximumDays: number }
  | {
      readonly mode: 'compliance';
      readonly minimumDays: number;
      readonly maximumDays: number;
      readonly changeableForDays: number;
    };

/** One of region and account differs from the environment's own. */
export interface Copy {
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly keepDays: number;
}

export interface Drills {
  readonly schedule: 'none' | 'daily' | 'weekly' | 'monthly';
  readonly kinds: readonly DrillKind[];
  readonly onMissedObjective: 'fail' | 'warn';
  readonly signOff: readonly string[];
  readonly signOffWithinHours: number;
  readonly lockEvidenceDays: number;
  readonly restoreTesting: 'none' | RestoreTesting;
}

export interface Recovery {
  readonly approvals: readonly string[];
  readonly approveWithinHours: number;
  readonly keepDays: number;
}

/** The bridge to AWS Backup's own restore testing. */
export interface RestoreTesting {
  readonly schedule: 'daily' | 'weekly' | 'monthly';
  readonly pick: 'latest' | 'random';
  readonly withinDays: number;
}

export type DrillKind = 'snapshot' | 'pointInTime' | 'dump';

export interface Objectives {
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
}

export interface Heartbeat {
  readonly everyMinutes: number;
  readonly manifestEveryMinutes: number;
  readonly keepDays: number;
  readonly keepManifestsDays: number;
  readonly newestRow: Readonly<Record<string, string>>;
}

export interface Instance {
  readonly class: string;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  readonly storageGiB: number;
  readonly maxStorageGiB: number | 'none';
  readonly iops: number | undefined;
  readonly throughputMiBps: number | undefined;
  readonly readReplicas: number;
  readonly maintenanceWindow: string;
  readonly autoMinorUpgrade: boolean;
}

export type Network = NewNetwork | ExistingNetwork;

export interface NewNetwork {
  readonly mode: 'create';
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly egress: 'endpoints' | 'nat';
}

export interface ExistingNetwork {
  readonly mode: 'existing';
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly zones: readonly string[];
  readonly egress: 'endpoints' | 'nat';
}
