// Names and types that the construct and the Lambda share. This file imports nothing.

/** The function's settings: JSON in the environment variable PLINTH_RECOVERY_WATCH. */
export interface RecoveryWatchSettings {
  readonly Instance: string;
  readonly Environment: string;
  readonly KeepDays: number;
  /** Where to tell of what was found. */
  readonly Topic: string;
}
