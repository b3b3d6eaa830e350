// Names and types that the construct and the Lambda share. This file imports nothing but its likes.
import type { Answer, Settled } from '../approval/contract';
import type { DrillCheckResult } from '../drill-check/contract';

/** The function's settings: JSON in the environment variable PLINTH_DRILL_REPORT. */
export interface DrillReportSettings {
  readonly Prefix: string;
  readonly Environment: string;
  readonly Bucket: string;
  readonly Topic: string;
  /** Absent where the environment has no objectives. */
  readonly RtoMinutes?: number;
  readonly RpoMinutes?: number;
  /** Whose approvals a passed drill waits for; none where it does not wait. */
  readonly SignOff: readonly string[];
}

/** What the machine knows by the time that it is done with the copy, whatever happened on the way. */
export interface RecordInput {
  readonly Action: 'record';
  readonly Id: string;
  readonly Execution: string;
  readonly Kind: string;
  readonly RequestedAt: string;
  /** In a sentence. Absent when nothing could be chosen. */
  readonly Chosen?: string;
  readonly RestoresTo?: string;
  readonly AvailableAt?: string;
  /** Absent when the checks were not reached. */
  readonly Check?: DrillCheckResult;
  /** Why they were not reached, or did not come to an end. */
  readonly Failure?: { readonly Error: string; readonly Cause: string };
}

export interface ConcludeInput {
  readonly Action: 'conclude';
  readonly Id: string;
  /** Whose verdict counts, and no other's. */
  readonly Execution: string;
  /** Whether the temporary instance was seen to be gone. */
  readonly Gone: boolean;
  readonly Teardown?: { readonly Error: string; readonly Cause: string };
  readonly EndedAt: string;
}

/** What became of the approvals that a passed drill has waited for. */
export interface SignOffInput {
  readonly Action: 'signOff';
  readonly Id: string;
  readonly Settled: Settled;
  readonly EndedAt: string;
}

export interface SignedOff {
  readonly Id: string;
  readonly SignedOff: boolean;
  readonly Reasons: readonly string[];
  readonly Report: string;
}

/** Stored before the copy is removed; a drill that has none has failed. */
export interface Verdict {
  readonly Id: string;
  readonly Passed: boolean;
  /** What failed, one sentence each; empty when nothing did. */
  readonly Reasons: readonly string[];
  /** What did not fail it, and should be known. */
  readonly Warnings: readonly string[];
  readonly Times: Times;
  readonly Record: RecordInput;
}

/** Seconds from the request; absent for what was not reached. */
export interface Times {
  readonly Available?: number;
  readonly Queryable?: number;
  readonly Verified?: number;
  readonly Warm?: number;
  readonly DataLoss?: number;
}

export interface Conclusion {
  readonly Id: string;
  readonly Verdict: 'passed' | 'failed';
  readonly Reasons: readonly string[];
  /** Where the report is. */
  readonly Report: string;
  /** Of `report.json`: what is signed, where that is asked for. */
  readonly Sha256: string;
}

/** One drill, whole: what is kept, and what the plots of later ones are drawn from. */
export interface Finished extends Verdict {
  readonly Verdict: 'passed' | 'failed';
  readonly EndedAt: string;
  readonly Gone: boolean;
  /** Warm p95 of each query and vector index, and its limit: what later plots are drawn from. */
  readonly Latencies?: Readonly<Record<string, { readonly P95Ms: number; readonly LimitMs?: number }>>;
  /** Absent where nobody is waited for, and of a drill that failed. */
  readonly SignOff?: SignOff;
}

export interface SignOff {
  readonly Decision: 'waiting' | Settled['Decision'];
  readonly Names: readonly string[];
  readonly Reasons: readonly string[];
  readonly Answers: readonly Answer[];
  /** When nobody was waited for any more. */
  readonly SettledAt?: string;
}
