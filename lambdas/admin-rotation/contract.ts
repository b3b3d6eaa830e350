// Names and types that the construct and the Lambda share. This file imports nothing.

/** What Secrets Manager calls the four steps of a rotation. */
export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
export const rotationSteps: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

export interface RotationEvent {
  readonly Step: RotationStep;
  readonly SecretId: string;
  /** The version that is being made. */
  readonly ClientRequestToken: string;
}

/** The secret as RDS and the CDK write it; what else stands in it is kept. */
export interface AdminSecret {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly [more: string]: unknown;
}
