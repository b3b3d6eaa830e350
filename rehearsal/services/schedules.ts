import type { Account, Deployed } from '../account';
import type { Clock } from '../clock';
import type { Caller } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { FunctionHost } from '../functions/host';
import type { Authorizer } from '../iam/authorizer';
import type { Integrations, Json } from '../states';
import type { Resource } from '../states/definition/resource';
import { inputOf, type RuleTarget } from './event-input';
import type { Executions } from './executions';
import { publishes } from './publishing';
import type { Topics } from './topics';

/** A rule with a schedule, a rule that waits for events, or a schedule of the scheduler. */
export interface Schedule {
  /** `stack/logicalId`. */
  readonly where: string;
  /** The physical name. */
  readonly name: string;
  readonly kind: 'rule' | 'schedule';
  /** On whose behalf EventBridge acts: the rule; of the scheduler, the group of the schedule. */
  readonly source: string;
  /** `rate(1 day)`; absent for a rule that waits for events alone. */
  readonly expression: string | undefined;
  readonly pattern: unknown;
  readonly enabled: boolean;
  readonly targets: readonly RuleTarget[];
}

/** What came of one target. */
export interface Fired {
  readonly target: string;
  /** Why it did not go well, in a sentence. */
  readonly failure?: string;
}

export interface ScheduleParts {
  readonly account: Account;
  readonly clock: Clock;
  readonly authorizer: Authorizer;
  readonly functions: FunctionHost;
  readonly executions: Executions;
  readonly topics: Topics;
  /** The calls that a role can make to the services of the cloud. */
  readonly integrations: (caller: Caller) => Integrations;
}

const ruleType = 'AWS::Events::Rule';
const scheduleType = 'AWS::Scheduler::Schedule';

/** EventBridge's clocks. They never strike by themselves here: whoever wants it fires them, and their rights are checked. */
export class Schedules {
  constructor(private readonly parts: ScheduleParts) {}

  all(): Schedule[] {
    const { account } = this.parts;
    return [
      ...account.ofType(ruleType).map((rule) => ruleOf(account, rule)),
      ...account.ofType(scheduleType).map((each) => scheduleOf(account, each)),
    ];
  }

  /** By its physical name, or by `stack/logicalId`. */
  find(name: string): Schedule {
    const found = this.all().find((each) => each.name === name || each.where === name);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `There is no rule and no schedule ${name}.`);
  }

  /** As if its time had come, or its event: invokes, starts or publishes, and waits for what comes of it. */
  fire(name: string, event?: Readonly<Record<string, unknown>>): Promise<Fired[]> {
    const schedule = this.find(name);
    const happened = event ?? this.scheduledEvent(schedule);
    return this.each(schedule, (target) => this.allowed(schedule, target)(inputOf(schedule.kind, target, happened)));
  }

  /** Whether it may reach its targets, without reaching them: for rules whose event nobody can make up. */
  check(name: string): Promise<Fired[]> {
    const schedule = this.find(name);
    return this.each(schedule, async (target) => {
      this.allowed(schedule, target);
    });
  }

  private each(schedule: Schedule, work: (target: RuleTarget) => Promise<void>): Promise<Fired[]> {
    return Promise.all(
      schedule.targets.map(async (target) => {
        try {
          await work(target);
          return { target: target.Arn };
        } catch (error) {
          return { target: target.Arn, failure: `${schedule.where}: ${(error as Error).message}` };
        }
      }),
    );
  }

  /** What reaches the target; throws what AWS would have against it. */
  private allowed(schedule: Schedule, target: RuleTarget): (input: string) => Promise<void> {
    const { Arn, RoleArn } = target;
    const principal = schedule.kind === 'rule' ? 'events.amazonaws.com' : 'scheduler.amazonaws.com';
    const service = Arn.split(':')[2];
    // A schedule does everything as its role; a rule needs one for machines alone.
    const { source } = schedule;
    const asRole = schedule.kind === 'schedule' || service === 'states';
    const caller = asRole ? this.assumed(RoleArn, principal, source, target) : undefined;
    const { account, authorizer, topics } = this.parts;
    const check = (action: string) => caller && authorizer.check(caller, { action, resource: Arn });
    if (service === 'lambda') {
      if (caller) check('lambda:InvokeFunction');
      else this.refuseUninvited(source, Arn, principal);
      return (input) => this.invoke(Arn, input);
    }
    if (service === 'states') {
      check('states:StartExecution');
      return (input) => this.execute(Arn, input);
    }
    if (service === 'sns') {
      check('sns:Publish');
      const missing = caller ? undefined : publishes(account, authorizer.services, principal, source, Arn);
      if (missing !== undefined) throw new Error(missing);
      return async (input) => {
        topics.publish(Arn, input);
      };
    }
    const universal = /^arn:[^:]+:scheduler:::aws-sdk:([a-z0-9]+):(\w+)$/.exec(Arn);
    if (universal && caller) return (input) => this.callService(caller, universal[1] ?? '', universal[2] ?? '', input);
    throw new Error(`The rehearsal does not know the target ${Arn}.`);
  }

  private assumed(roleArn: string | undefined, principal: string, source: string, { Arn }: RuleTarget): Caller {
    if (roleArn === undefined) throw new Error(`The target ${Arn} has no RoleArn.`);
    const distrust = this.parts.authorizer.services.whyNotAssumed(roleArn, principal, source);
    if (distrust !== undefined) throw new Error(distrust);
    const session = roleArn.replace(
      /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/,
      'arn:$1:sts::$2:assumed-role/$3',
    );
    return { arn: `${session}/${principal.split('.')[0]}`, roleArn };
  }

  private refuseUninvited(source: string, functionArn: string, principal: string): void {
    const missing = this.parts.authorizer.services.whyNotInvoked(functionArn, principal, source);
    if (missing !== undefined) throw new Error(missing);
  }

  private async invoke(arn: string, input: string): Promise<void> {
    const { error } = await this.parts.functions.invoke(arn, JSON.parse(input));
    if (error) throw new Error(`${arn.split(':')[6]} failed: ${error.errorMessage}`);
  }

  private async execute(arn: string, input: string): Promise<void> {
    const execution = this.parts.executions.start(arn, input);
    await execution.ended;
    const { status, error, cause, machine } = execution;
    if (status !== 'SUCCEEDED')
      throw new Error(`${machine.name} ended ${status}: ${error ?? ''} ${cause ?? ''}`.trim());
  }

  private async callService(caller: Caller, service: string, action: string, input: string): Promise<void> {
    const arn = `arn:aws:states:::aws-sdk:${service}:${action}`;
    const resource: Resource = { kind: 'sdk', arn, service, action, pattern: 'requestResponse' };
    const integrations = this.parts.integrations(caller);
    if (!integrations.supports(resource)) throw new Error(`The rehearsal does not know ${service}:${action}.`);
    const { signal } = new AbortController();
    const nothing = () => {};
    await integrations.call({
      resource,
      arguments: JSON.parse(input) as Json,
      signal,
      submitted: nothing,
      heartbeat: nothing,
    });
  }

  private scheduledEvent({ name }: Schedule): Record<string, unknown> {
    const { account, clock } = this.parts;
    return {
      version: '0',
      id: account.random(32),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: account.id,
      time: clock
        .date()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      region: account.region,
      resources: [account.arn('events', `rule/${name}`)],
      detail: {},
    };
  }
}

const where = ({ stack, logicalId }: Deployed) => `${stack}/${logicalId}`;
const optional = (value: unknown) => (value === undefined ? undefined : String(value));

const ruleOf = (account: Account, rule: Deployed): Schedule => ({
  where: where(rule),
  name: rule.id,
  kind: 'rule',
  source: account.arn('events', `rule/${rule.id}`),
  expression: optional(rule.properties['ScheduleExpression']),
  pattern: rule.properties['EventPattern'],
  enabled: !String(rule.properties['State'] ?? 'ENABLED').startsWith('DISABLED'),
  targets: (rule.properties['Targets'] ?? []) as RuleTarget[],
});

const scheduleOf = (account: Account, schedule: Deployed): Schedule => ({
  where: where(schedule),
  name: schedule.id,
  kind: 'schedule',
  source: account.arn('scheduler', `schedule-group/${schedule.properties['GroupName'] ?? 'default'}`),
  expression: optional(schedule.properties['ScheduleExpression']),
  pattern: undefined,
  enabled: schedule.properties['State'] !== 'DISABLED',
  targets: [schedule.properties['Target'] as RuleTarget],
});
