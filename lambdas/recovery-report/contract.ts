// Names and types that the construct and the Lambda share. This file imports nothing but its likes.
import type { DrillCheckResult } from '../drill-check/contract';

/** The function's settings: JSON in the environment variable PLINTH_RECOVERY_REPORT. */
export interface RecoveryReportSettings {
  readonly Bucket: string;
}

/** What somebody is asked to decide by. */
export interface RecoveryFindings {
  /** Of the request for an approval: each time that it is asked has findings of its own. */
  readonly Id: string;
  readonly Recovery: string;
  /** The identifier and the resource of the restored instance. */
  readonly Instance: string;
  readonly Resource: string;
  readonly Chosen: string;
  readonly RestoresTo: string | null;
  readonly Verdict: string;
  /** Absent, as null, when the checks did not come to an end. */
  readonly Check: DrillCheckResult | null;
  readonly At: string;
}

export interface RecoveryReport {
  /** Of the file: what is signed. */
  readonly Sha256: string;
  readonly Where: string;
}
