// Names and types that the construct and the Lambda share. It travels through definitions and executions, which keep it:
// names and ARNs, never a secret. Of code, nothing.
import type { AppRoles } from '../app-database/contract';
import type { Server } from '../shared/contract';
import type { VectorIndex } from '../vector-indexes/contract';

/**
 * A dump holds neither roles nor what is set for them. `before` it is restored its owner and those who have rights must be
 * there; `after` it, how far a search goes can be set for those who search.
 */
export interface DrillRolesInput {
  readonly Action: 'before' | 'after';
  /** The instance that it is restored into; the secret is the one that RDS manages for it. */
  readonly Instance: Server;
  readonly Database: string;
  readonly Roles: AppRoles;
  /** The parameter that holds the connection string of the application. */
  readonly AppParameter: string;
  readonly VectorIndexes: Readonly<Record<string, VectorIndex>>;
}

export interface DrillRolesResult {
  /** One sentence for each thing that was done. */
  readonly Done: readonly string[];
}
