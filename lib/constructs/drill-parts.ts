import type { DrillCheckInput } from '../../lambdas/drill-check/contract';
import type { TaskRun } from './task-states';

export interface DrillSignOff {
  /** The function that asks. */
  readonly ask: string;
  readonly names: readonly string[];
  readonly hours: number;
}

/** What a drill of the kind `dump` has beside the others. */
export interface DrillDump {
  /** The function that brings the roles. */
  readonly roles: string;
  /** The task that loads the dump. */
  readonly task: Pick<TaskRun, 'cluster' | 'definition' | 'subnets' | 'securityGroups' | 'logGroup' | 'minutes'>;
}

/** What a drill's machine is made of: names and ARNs, and what the checks expect. Never a secret. */
export interface DrillDefinition {
  readonly kind: 'snapshot' | 'pointInTime' | 'dump';
  readonly instance: string;
  readonly temporaryPrefix: string;
  readonly functions: { readonly plan: string; readonly check: string; readonly report: string };
  /** As Step Functions writes the parameters of the call that makes the instance. */
  readonly restore: Readonly<Record<string, unknown>>;
  readonly keyArn: string;
  /** What the function that checks gets beside the instance and the times. */
  readonly checkInput: Omit<DrillCheckInput, 'Instance' | 'Restored'>;
  readonly availableMinutes: number;
  readonly goneMinutes: number;
  /** For the kind `dump` alone. */
  readonly dump?: DrillDump;
  /** Who has to approve a drill that has passed; absent where nobody has to. */
  readonly signOff?: DrillSignOff;
}
