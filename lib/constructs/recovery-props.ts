import type { DrillCheckInput } from '../../lambdas/drill-check/contract';
import type { Bundles } from '../bundling/bundle';
import type { Alerts } from './alerts';
import type { Approvals } from './approvals';
import type { Database } from './database';
import type { Evidence } from './evidence';
import type { Network } from './network';

/** What all parts of a recovery are made with. */
export interface RecoveryProps {
  readonly network: Network;
  readonly database: Database;
  readonly bundles: Bundles;
  readonly alerts: Alerts;
  readonly approvals: Approvals;
  readonly evidence: Evidence;
  /** What the checks expect, beside the instance that is restored. */
  readonly checkInput: Omit<DrillCheckInput, 'Instance' | 'Restored'>;
}
