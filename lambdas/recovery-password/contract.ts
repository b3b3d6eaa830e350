// Names and types that the construct and the Lambda share. This file imports nothing.

/** The function's settings: JSON in the environment variable PLINTH_RECOVERY_PASSWORD. */
export interface RecoveryPasswordSettings {
  /** The ARN of the admin's secret. */
  readonly Secret: string;
}

export interface RecoveryPasswordInput {
  /** The identifier of the instance whose admin is to log in with what the secret holds. */
  readonly Instance: string;
}
