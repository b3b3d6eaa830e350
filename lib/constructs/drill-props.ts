import type { DrillCheckInput } from '../../lambdas/drill-check/contract';
import type { Bundles } from '../bundling/bundle';
import type { Alerts } from './alerts';
import type { Approvals } from './approvals';
import type { Database } from './database';
import type { Dumps } from './dumps';
import type { Evidence } from './evidence';
import type { Network } from './network';

/** What all parts of the drills are made with. */
export interface DrillsProps {
  readonly network: Network;
  readonly database: Database;
  readonly bundles: Bundles;
  readonly alerts: Alerts;
  readonly evidence: Evidence;
  /** Absent where none are made. */
  readonly dumps?: Dumps | undefined;
  /** Absent where nobody has to approve anything. */
  readonly approvals?: Approvals | undefined;
  /** What the checks expect, beside the instance that is restored. */
  readonly checkInput: Omit<DrillCheckInput, 'Instance' | 'Restored'>;
}
