// Names and types that the constructs and the Lambdas share: the properties of the custom resources. This file imports
// nothing but its likes. Top-level names are CloudFormation's way of writing; below them stand the names of the config.
import type { AppRoles } from '../app-database/contract';
import type { DeclaredExtension } from '../extensions/contract';
import type { MigrationSettings } from '../migrations/contract';
import type { VectorIndex } from '../vector-indexes/contract';

export interface Server {
  readonly Host: string;
  readonly Port: number;
  /** The ARN of the admin's secret. */
  readonly AdminSecret: string;
}

export interface ResourceProperties {
  /** `<project>-<environment>`. */
  readonly Prefix: string;
  readonly Server: Server;
  readonly Database: string;
}

export interface AppDatabaseProperties extends ResourceProperties {
  readonly Roles: AppRoles;
  /** What becomes of a role that is declared no longer. */
  readonly OnRemove: 'retain' | 'reassign' | 'drop';
  /** Names of the parameters that hold the connection strings. */
  readonly Parameters: { readonly app: string; readonly readonly: string };
  /** The ARN of the key that the parameters are encrypted with. */
  readonly Key: string;
  readonly OnDelete: 'retain' | 'drop';
}

export interface ExtensionsProperties extends ResourceProperties {
  readonly Extensions: Readonly<Record<string, DeclaredExtension>>;
}

export interface MigrationsProperties extends ResourceProperties {
  readonly Owner: string;
  /**
   * `<version>_<name>: sha256:<checksum>`, the newest first: `cdk diff` shows a list by its lines, and a line that is
   * added on top changes no other, not even by a comma.
   */
  readonly Migrations: readonly string[];
  readonly Settings: Omit<MigrationSettings, 'lint'> & {
    readonly lint: Readonly<Record<string, 'off' | 'warn' | 'error'>>;
  };
  /** The instance to take a snapshot of before anything is migrated. */
  readonly SnapshotOf: string | undefined;
}

export interface VectorIndexesProperties extends ResourceProperties {
  readonly Owner: string;
  readonly SearchRoles: readonly string[];
  readonly Indexes: Readonly<Record<string, VectorIndex>>;
  /** The newest migration: what it changes may be a table with an index. */
  readonly MigrationHead: string;
  /** For the advice in the answer. */
  readonly Environment: string;
}

/** Of all metrics that the functions write. */
export const metricNamespace = 'Plinth';
export const metricDimension = 'Environment';
export const kindDimension = 'Kind';
