// Names and types that the construct and the Lambda share. Of code, nothing.
import type { AppRoles } from '../app-database/contract';

/** The function's settings: JSON in the environment variable PLINTH_RECOVERY_LOGINS. */
export interface RecoveryLoginsSettings {
  /** The ARN of the admin's secret. */
  readonly AdminSecret: string;
  readonly Database: string;
  readonly Roles: AppRoles;
  /** Names of the parameters that hold the connection strings. */
  readonly Parameters: { readonly app: string; readonly readonly: string };
}

export interface RecoveryLoginsInput {
  /** `prepare`: what is published is to work there. `verify`: it does, and it is the right instance. */
  readonly Action: 'prepare' | 'verify';
  readonly Host: string;
  readonly Port: number;
  readonly Recovery: string;
  /** Whether it is the restored instance, or the one from before. */
  readonly Restored: boolean;
  readonly RestoresTo: string | null;
}

export interface RecoveryLoginsResult {
  /** One sentence each. */
  readonly Found: readonly string[];
}
