import type { DeployEvent } from './deploy/events';
import type { StackResult } from './deploy/stack';
import type { Invocation } from './functions/host';
import type { Judgement } from './iam/authorizer';
import type { Permissions } from './iam/permissions';
import type { DatabaseState } from './inspect/database';
import type { Connection } from './network';

/** Everything that a rehearsal has to tell; plain data, and without a secret. */
export interface Report {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly passed: boolean;
  /** Why it did not pass, most telling first, one sentence each. */
  readonly failures: readonly string[];
  /** What a reader should know, though it is no failure. */
  readonly notes: readonly string[];
  readonly place: string;
  readonly phases: readonly Phase[];
  /** What was made to go wrong. */
  readonly fault?: string;
  readonly events: readonly TimedEvent[];
  readonly resources: readonly ReportedResource[];
  readonly permissions: readonly Permissions[];
  readonly refusals: readonly Judgement[];
  readonly connections: readonly CountedConnection[];
  /** Security group rules, endpoints and routes of the templates that no connection needed. */
  readonly unusedRoutes: readonly string[];
  readonly calls: readonly CountedCall[];
  readonly invocations: readonly Invocation[];
  readonly executions: readonly ReportedExecution[];
  readonly logs: readonly { readonly at: number; readonly source: string; readonly text: string }[];
  readonly databases: readonly DatabaseState[];
  readonly totalMs: number;
}

/** One thing that the rehearsal does from beginning to end. */
export interface Phase {
  readonly name: PhaseName;
  readonly title: string;
  readonly beginMs: number;
  readonly endMs: number;
  readonly stacks: readonly StackResult[];
  readonly passed: boolean;
}

export type PhaseName = 'fault' | 'deploy' | 'again' | 'change' | 'schedules' | 'destroy';

/** Milliseconds since the beginning. */
export type TimedEvent = DeployEvent & { readonly at: number; readonly phase: PhaseName };

export interface ReportedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `real` runs here; `recorded` is kept as declared, and others look at it. */
  readonly kind: 'real' | 'recorded';
  /** `stack/logicalId` of what it needs. */
  readonly needs: readonly string[];
}

export interface CountedConnection extends Connection {
  readonly count: number;
}

export interface CountedCall {
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly error?: string;
  readonly count: number;
}

export interface ReportedExecution {
  readonly machine: string;
  readonly status: string;
  /** In the time of the rehearsal, where waits count. */
  readonly seconds: number;
  readonly states: readonly string[];
}
