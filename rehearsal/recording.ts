import type { PostgresPlace } from '../postgres/place';
import type { Account } from './account';
import type { LocalCloud } from './cloud/cloud';
import type { Drilled } from './drills/run';
import { exposed } from './exposed';
import { nodeFor } from './functions/node';
import { type Permissions, permissionsOf } from './iam/permissions';
import type { DatabaseState } from './inspect/database';
import type { CountedCall, CountedConnection, Phase, Report, ReportedResource, Span, TimedEvent } from './report';
import { executionsOf, resourcesOf } from './reported';
import { unusedRoutes } from './routes/usage';

/** What is kept while a rehearsal runs, and made into its report at the end. */
export class Recording {
  readonly phases: Phase[] = [];
  readonly asides: Span[] = [];
  readonly events: TimedEvent[] = [];
  readonly databases: DatabaseState[] = [];
  readonly failures: string[] = [];
  readonly notes: string[] = [];
  drills: Drilled | undefined;
  /** What was made to go wrong. */
  fault: string | undefined;
  readonly #startedAt = new Date();
  readonly #start = performance.now();
  #deployed: Deployed = { resources: [], permissions: [], unusedRoutes: [] };

  constructor(
    private readonly name: string,
    private readonly account: Account,
    private readonly place: PostgresPlace,
  ) {}

  elapsed(): number {
    return Math.round(performance.now() - this.#start);
  }

  fail(sentence: string): void {
    if (!this.failures.includes(sentence)) this.failures.push(sentence);
  }

  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence);
  }

  /** Before everything is taken down: what stands, and what of it was needed. */
  before(cloud: LocalCloud): void {
    this.lookAround(cloud);
    this.#deployed = {
      resources: resourcesOf(this.account),
      permissions: permissionsOf(this.account, cloud.authorizer.usage),
      unusedRoutes: unusedRoutes(this.account, cloud.connections),
    };
    for (const runtime of new Set(cloud.functions.all().map((settings) => settings.runtime))) {
      const { asDeployed, version } = nodeFor(runtime);
      if (!asDeployed) this.note(`Functions ran on Node ${version}; the template says ${runtime}.`);
    }
  }

  report(cloud: LocalCloud): Report {
    const { account, region } = { account: this.account.id, region: this.account.region };
    const refusals = cloud.authorizer.judgements.filter(({ allowed }) => !allowed);
    for (const { reason } of refusals) if (reason !== undefined) this.fail(reason);
    for (const { because } of cloud.connections) if (because !== undefined) this.fail(because);
    for (const sentence of cloud.broken) this.fail(sentence);
    for (const note of cloud.notes) this.note(note);
    const logs = cloud.logs
      .lines()
      .map(({ at, source, text }) => ({ at: at.getTime() - this.#startedAt.getTime(), source, text }));
    for (const { source, text } of logs) cloud.secretWatch.look(text, `the log of ${source}`);
    this.lookAround(cloud);
    for (const { secret, where } of cloud.secretWatch.leaks) this.fail(`The secret ${secret} stands in ${where}.`);
    const totalMs = this.elapsed();
    const report: Report = {
      name: this.name,
      account,
      region,
      startedAt: this.#startedAt.toISOString(),
      seconds: totalMs / 1000,
      passed: this.failures.length === 0,
      failures: this.failures,
      notes: this.notes,
      place: this.place.description,
      phases: this.phases,
      asides: this.asides,
      ...(this.fault !== undefined && { fault: this.fault }),
      events: this.events,
      ...this.#deployed,
      refusals,
      connections: counted(cloud.connections) as CountedConnection[],
      calls: counted(cloud.calls) as CountedCall[],
      invocations: cloud.invocations.map(({ begun, ...rest }) => ({ ...rest, at: Math.round(begun - this.#start) })),
      executions: executionsOf(cloud),
      logs,
      databases: this.databases,
      ...(this.drills && { drills: this.drills }),
      totalMs,
    };
    return withoutSecrets(report, cloud);
  }

  private lookAround(cloud: LocalCloud): void {
    for (const [text, where] of exposed(this.account, cloud)) cloud.secretWatch.look(text, where);
  }
}

type Deployed = {
  readonly resources: readonly ReportedResource[];
  readonly permissions: readonly Permissions[];
  readonly unusedRoutes: readonly string[];
};

/** The last net: whatever is kept or shown holds no secret, and if it did, that fails as any other place does. */
function withoutSecrets(report: Report, { secretWatch }: LocalCloud): Report {
  const text = JSON.stringify(report);
  const told = new Set(secretWatch.leaks.map(({ secret }) => secret));
  const more = secretWatch.found(text).filter((secret) => !told.has(secret));
  const clean = JSON.parse(secretWatch.redact(text)) as Report;
  if (more.length === 0) return clean;
  const failures = [...clean.failures, ...more.map((secret) => `The secret ${secret} stands in the report.`)];
  return { ...clean, passed: false, failures };
}

/** Equal ones once, with how many there were. */
function counted<T extends object>(all: readonly T[]): (T & { readonly count: number })[] {
  const found = new Map<string, { item: T; count: number }>();
  for (const item of all) {
    const key = JSON.stringify(item);
    const there = found.get(key);
    if (there) there.count++;
    else found.set(key, { item, count: 1 });
  }
  return [...found.values()].map(({ item, count }) => ({ ...item, count }));
}
