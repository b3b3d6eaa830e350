import type { DeployEvent } from './deploy/events';
import type { StackResult } from './deploy/stack';
import type { Drilled } from './drills/run';
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
  /** What was done between the phases. */
  readonly asides: readonly Span[];
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
  readonly invocations: readonly ReportedInvocation[];
  readonly executions: readonly ReportedExecution[];
  readonly logs: readonly { readonly at: number; readonly source: string; readonly text: string }[];
  readonly databases: readonly DatabaseState[];
  /** Where drills were asked for. */
  readonly drills?: Drilled;
  readonly totalMs: number;
}

/** Milliseconds since the beginning, of real time. */
export interface Span {
  readonly title: string;
  readonly beginMs: number;
  readonly endMs: number;
}

/** One thing that the rehearsal does from beginning to end. */
export interface Phase extends Span {
  readonly name: PhaseName;
  readonly stacks: readonly StackResult[];
  readonly passed: boolean;
}

export type PhaseName = 'fault' | 'deploy' | 'again' | 'change' | 'schedules' | 'drill' | 'destroy';

/** Milliseconds since the beginning. */
export type TimedEvent = DeployEvent & { readonly at: number; readonly phase: PhaseName };

export interface ReportedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly id: string;
  /** Where it stands among the constructs, less the stack: `Schema/Roles/Handler`. */
  readonly path?: string;
  /** `real` runs here; `recorded` is kept as declared, and others look at it. */
  readonly kind: 'real' | 'recorded';
  /** `stack/logicalId` of what it needs, also in other stacks. */
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

export interface ReportedInvocation extends Omit<Invocation, 'begun'> {
  /** Milliseconds since the beginning, of real time. */
  readonly at: number;
}

export interface ReportedExecution {
  readonly machine: string;
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  /** In the time of the rehearsal, where waits count. */
  readonly seconds: number;
  readonly states: readonly string[];
  readonly history: readonly ReportedStep[];
  /** How many steps there were beyond those. */
  readonly stepsLeftOut: number;
}

export interface ReportedStep {
  /** Since the execution began. */
  readonly seconds: number;
  readonly type: string;
  readonly state?: string;
  readonly error?: string;
}

/** The provider framework has no other way to say "not done yet, ask again" than an error that holds the event. */
export const asksAgain = ({ error }: Pick<ReportedInvocation, 'error'>): boolean =>
  error?.errorMessage.startsWith('{"RequestType":') === true;
