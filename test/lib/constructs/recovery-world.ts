// An RDS with some instances, on a virtual clock, for the machine of a recovery; and the functions behind it. What is
// planned is planned by the function's own code, by what this RDS shows.
import type { RecoveryPlanSettings, RecoveryRequest } from '../../../lambdas/recovery-plan/contract';
import { planRecovery } from '../../../lambdas/recovery-plan/plan';
import { parseRequest } from '../../../lambdas/recovery-plan/request';
import type { InstanceSeen, Sight } from '../../../lambdas/recovery-plan/sight';
import { usable } from '../../../lib/constructs/drill-states';
import { recoveryDefinition } from '../../../lib/constructs/recovery-definition';
import type { RecoveryDefinition } from '../../../lib/constructs/recovery-parts';
import { Clock } from '../../../rehearsal/clock';
import {
  type ExecutionResult,
  ExecutionStop,
  edgesWalked,
  execute,
  type IntegrationCall,
  type Json,
  type JsonObject,
  parseStateMachine,
} from '../../../rehearsal/states';
import { boom, type Trouble, tagsOf, wordsOf } from './recovery-trouble';

export const name = 'shop-prod';
const arn = (what: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${what}`;

export const recovery: RecoveryDefinition = {
  instance: name,
  environment: 'prod',
  functions: {
    plan: arn('plan'),
    password: arn('password'),
    logins: arn('logins'),
    check: arn('check'),
    report: arn('report'),
    ask: arn('ask'),
  },
  restore: { DbInstanceClass: 'db.t4g.medium', Tags: [{ Key: 'plinth:environment', Value: 'prod' }] },
  configure: { 'its monitoring': { MonitoringInterval: 60 }, 'its growth': { MaxAllocatedStorage: 100 } },
  exportedLogs: ['postgresql'],
  adminSecret: 'arn:secret',
  checkInput: {} as RecoveryDefinition['checkInput'],
  approvals: ['on-call'],
  approveHours: 72,
  topicArn: 'arn:topic',
  availableMinutes: 720,
  changeMinutes: 60,
  renameMinutes: 60,
};

const settings: RecoveryPlanSettings = { Instance: name, Environment: 'prod', Machine: 'm', KeepDays: 14 };

/** Once for all runs: it is the same for each. */
const machine = parseStateMachine(recoveryDefinition(recovery), { integrations: { supports: () => true } });

interface Instance {
  id: string;
  readonly resource: string;
  status: string;
  readonly created: Date;
  tags: Record<string, string>;
  pending: Record<string, string>;
  logs: readonly string[];
}

export interface Run extends ExecutionResult {
  readonly edges: readonly string[];
}

export class World {
  readonly clock = new Clock({ start: new Date('2026-11-21T04:00:00Z') });
  readonly instances: Instance[] = [];
  /** Identifiers, in the order in which anything was asked to change them. */
  readonly touched: string[] = [];
  readonly published: string[] = [];
  /** Requests for an approval, as they were asked. */
  readonly asked: JsonObject[] = [];
  readonly calls: string[] = [];
  readonly #counts = new Map<string, number>();
  #made = 0;

  constructor() {
    this.instances.push(this.made(name, 'available'));
  }

  close(): void {
    this.clock.close();
  }

  find(id: string): Instance | undefined {
    return this.instances.find((each) => each.id === id);
  }

  /** Who has which name, by resource. */
  get names(): Record<string, string> {
    return Object.fromEntries(this.instances.map(({ id, resource }) => [id, resource]));
  }

  /** Waits until RDS is done with what was begun. */
  async settled(): Promise<void> {
    while (this.instances.some(({ status }) => ['renaming', 'modifying', 'creating'].includes(status))) {
      await this.clock.sleep(60_000);
    }
  }

  async run(request: RecoveryRequest, trouble: Trouble = {}, stopAfterMinutes?: number): Promise<Run> {
    this.#counts.clear();
    const integrations = {
      supports: () => true,
      call: async ({ resource, arguments: given }: IntegrationCall) =>
        this.call(resource.action, given as JsonObject, trouble),
    };
    const stop = new AbortController();
    const timer = new AbortController();
    if (stopAfterMinutes !== undefined) {
      const aborted = () => stop.abort(new ExecutionStop('Recovery.Stopped', 'by hand'));
      void this.clock.sleep(stopAfterMinutes * 60_000, timer.signal).then(aborted, () => {});
    }
    const execution = { Id: `arn:execution:m:${++this.#made}`, Name: `run-${this.#made}`, RoleArn: 'r' };
    const result = await execute(machine, {
      input: request as unknown as Json,
      clock: this.clock,
      integrations,
      context: { Execution: execution, StateMachine: { Id: 'm', Name: 'm' } },
      signal: stop.signal,
    });
    timer.abort();
    return { ...result, edges: [...edgesWalked(result.history)] };
  }

  private made(id: string, status: string, tags: Record<string, string> = {}): Instance {
    const resource = id === name ? 'db-ORIGINAL' : `db-${id.replace(/^.*?-(restored.*)$/, '$1').toUpperCase()}`;
    return { id, resource, status, tags, created: new Date('2026-11-01T00:00:00Z'), pending: {}, logs: [] };
  }

  private async call(action: string, given: JsonObject, trouble: Trouble): Promise<Json> {
    const what = wordsOf(action, given);
    this.calls.push(what);
    const nth = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, nth);
    trouble.before?.(what, nth);
    const answer = await this.done(action, given, trouble);
    trouble.after?.(what, nth);
    return answer;
  }

  private async done(action: string, given: JsonObject, trouble: Trouble): Promise<Json> {
    const id = String(given['DbInstanceIdentifier'] ?? given['TargetDBInstanceIdentifier']);
    switch (action) {
      case 'describeDBInstances':
        return { DbInstances: [this.shown(this.there(id))] };
      case 'restoreDBInstanceToPointInTime':
      case 'restoreDBInstanceFromDBSnapshot':
        return this.restore(id, given, trouble);
      case 'addTagsToResource': {
        const instance = this.there(String(given['ResourceName']).replace('arn:', ''));
        Object.assign(instance.tags, tagsOf(given));
        return {};
      }
      case 'modifyDBInstance':
        return this.modify(this.there(id), given, trouble);
      case 'publish':
        this.published.push(String(given['Subject']), String(given['Message']));
        return {};
      default:
        return { Payload: await this.invoke(given, trouble) };
    }
  }

  private there(id: string): Instance {
    return this.find(id) ?? boom('Rds.DbInstanceNotFoundException', `DBInstance ${id} not found.`);
  }

  private shown({ id, resource, status, pending, logs }: Instance): JsonObject {
    return {
      DbInstanceIdentifier: id,
      DbInstanceArn: `arn:${id}`,
      DbiResourceId: resource,
      DbInstanceStatus: status,
      Endpoint: { Address: `${id}.example`, Port: 5432 },
      PendingModifiedValues: pending,
      ...(logs.length > 0 && { EnabledCloudwatchLogsExports: [...logs] }),
    };
  }

  private restore(id: string, given: JsonObject, { restoreMinutes = 20, restoredAs = 'available' }: Trouble): Json {
    this.touched.push(id);
    if (this.find(id)) boom('Rds.DbInstanceAlreadyExistsException', 'DB instance already exists');
    const instance = this.made(id, 'creating', tagsOf(given));
    this.instances.push(instance);
    this.later(instance, restoreMinutes, () => {
      instance.status = restoredAs;
    });
    return {};
  }

  private modify(instance: Instance, given: JsonObject, trouble: Trouble): Json {
    this.touched.push(instance.id);
    const { NewDBInstanceIdentifier: next, CloudwatchLogsExportConfiguration: logs } = given;
    if (!usable.includes(instance.status)) boom('Rds.InvalidDbInstanceStateException', `It is ${instance.status}.`);
    if (next !== undefined) {
      if (this.find(String(next))) boom('Rds.DbInstanceAlreadyExistsException', 'DB instance already exists');
      instance.status = 'renaming';
      // Under its new name soon, and available by it some minutes later.
      this.later(instance, 1, () => {
        instance.id = String(next);
        this.later(instance, trouble.renameMinutes ?? 7, () => {
          instance.status = trouble.renamedAs?.(instance.id) ?? 'available';
        });
      });
      return {};
    }
    if (logs !== undefined) {
      instance.logs = (logs as { EnableLogTypes: string[] }).EnableLogTypes;
      return {};
    }
    instance.status = 'modifying';
    this.later(instance, trouble.settingsMinutes ?? 2, () => {
      instance.status = 'available';
    });
    return {};
  }

  private later(instance: Instance, minutes: number, work: () => void): void {
    void this.clock.sleep(minutes * 60_000).then(
      () => this.instances.includes(instance) && work(),
      () => {},
    );
  }

  private async invoke({ FunctionName, Payload }: JsonObject, trouble: Trouble): Promise<Json> {
    const payload = Payload as JsonObject;
    switch (String(FunctionName).split(':').at(-1)) {
      case 'plan':
        return this.plan(payload);
      case 'password':
        return this.password(String(payload['Instance']), trouble);
      case 'logins':
        return { Found: [`app_user logs in at ${String(payload['Host'])}.`] };
      case 'report':
        return { Sha256: 'd1ge57', Where: 's3://evidence/recoveries/x.json' };
      case 'check':
        return trouble.check?.() ?? { Passed: true, Checks: [{ Name: 'login', Passed: true, Found: 'It does.' }] };
      default:
        if (payload['Action'] === 'ask') this.asked.push(payload);
        return { Decision: trouble.decision ?? 'approved', Reasons: ['on-call has refused it.'] };
    }
  }

  private async plan({ Request, Execution }: JsonObject): Promise<Json> {
    const { Id, StartTime } = Execution as { Id: string; StartTime: string };
    const execution = { arn: Id, started: new Date(StartTime) };
    try {
      const now = this.clock.date();
      return (await planRecovery(this.sight, settings, parseRequest(Request), { now, execution })) as unknown as Json;
    } catch (error) {
      const { name: errorName, message } = error as Error;
      return boom(errorName, JSON.stringify({ errorType: errorName, errorMessage: message }));
    }
  }

  private password(id: string, { passwordMinutes = 1 }: Trouble): Json {
    this.touched.push(id);
    const instance = this.there(id);
    if (!usable.includes(instance.status)) boom('NotNow', `It is ${instance.status}.`);
    instance.pending = { MasterUserPassword: '****' };
    this.later(instance, passwordMinutes, () => {
      instance.pending = {};
    });
    return null;
  }

  readonly sight: Sight = {
    instances: async (prefix) =>
      this.instances.filter(({ id }) => id.startsWith(prefix)).map((each) => this.seen(each)),
    snapshot: async (id) => ({ id, instance: name, created: new Date('2026-11-20T00:00:00Z'), status: 'available' }),
    underWay: async () => [],
  };

  private seen({ id, status, created, tags }: Instance): InstanceSeen {
    const restorableTo = new Date(this.clock.now() - 5 * 60_000);
    return { id, status, created, restorableTo, retentionDays: 7, replicas: [], tags };
  }
}
