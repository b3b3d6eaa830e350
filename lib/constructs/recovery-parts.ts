import type { DrillCheckInput } from '../../lambdas/drill-check/contract';

/** The name of the machine. */
export const recoveryMachine = (prefix: string) => `${prefix}-recovery`;

/** What the machine of a recovery is made of: names and ARNs, and what the checks expect. Never a secret. */
export interface RecoveryDefinition {
  /** The identifier that the application's endpoint belongs to. */
  readonly instance: string;
  readonly environment: string;
  readonly functions: {
    readonly plan: string;
    readonly password: string;
    readonly logins: string;
    readonly check: string;
    /** Keeps what was found. */
    readonly report: string;
    /** Asks for approvals, and tells what became of them. */
    readonly ask: string;
  };
  /** As Step Functions writes the parameters of both restore calls. */
  readonly restore: Readonly<Record<string, unknown>> & { readonly Tags: readonly object[] };
  /** What only later changes of the instance can set, by what it is called to people. */
  readonly configure: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exportedLogs: readonly string[];
  readonly adminSecret: string;
  readonly checkInput: Omit<DrillCheckInput, 'Instance' | 'Restored'>;
  /** Whose approvals it needs. */
  readonly approvals: readonly string[];
  readonly approveHours: number;
  readonly topicArn: string;
  readonly availableMinutes: number;
  readonly changeMinutes: number;
  readonly renameMinutes: number;
}
