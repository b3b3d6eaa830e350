// An RDS with one temporary instance, for the machines of all kinds of drills.
import { createHash } from 'node:crypto';
import { drillDefinition } from '../../../lib/constructs/drill-definition';
import type { DrillDefinition } from '../../../lib/constructs/drill-parts';
import { usable } from '../../../lib/constructs/drill-states';
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
  TaskFailure,
} from '../../../rehearsal/states';
import { boom, type Ecs, ecsOf, type TaskWorld } from './task-world';

export { boom };

const plan = 'arn:aws:lambda:eu-west-1:111122223333:function:plan';
const check = 'arn:aws:lambda:eu-west-1:111122223333:function:check';
const report = 'arn:aws:lambda:eu-west-1:111122223333:function:report';
const approval = 'arn:aws:lambda:eu-west-1:111122223333:function:approval';

const signOff = { ask: approval, names: ['lead-engineer'], hours: 72 };

export const roles = 'arn:aws:lambda:eu-west-1:111122223333:function:roles';

export const drill = (kind: DrillDefinition['kind'], waits = false): DrillDefinition => ({
  kind,
  instance: 'shop-prod',
  temporaryPrefix: 'shop-prod-drill-',
  functions: { plan, check, report },
  restore: { DbInstanceClass: 'db.t4g.medium', Tags: [{ Key: 'plinth:purpose', Value: 'drill' }] },
  keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k',
  checkInput: { OnMissed: { Rto: 'fail', Rpo: 'fail' } } as DrillDefinition['checkInput'],
  availableMinutes: 180,
  goneMinutes: 60,
  ...(waits && { signOff }),
  ...(kind === 'dump' && {
    dump: {
      roles,
      task: {
        cluster: 'shop-prod',
        definition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-prod-drill-load:1',
        subnets: ['subnet-1'],
        securityGroups: ['sg-1'],
        logGroup: '/aws/ecs/shop-prod-drill-load',
        minutes: 360,
      },
    },
  }),
});

/** What goes wrong in a run; by default nothing. */
export interface World {
  /** For a dump: what becomes of the task that loads it. */
  readonly task?: TaskWorld;
  readonly roles?: (action: string) => void;
  readonly plan?: () => Json;
  readonly restore?: () => void;
  /** The first try made it, and the second is told so. */
  readonly answerIsLost?: true;
  /** What RDS says is pending when nothing is. */
  readonly nothingPending?: Json;
  /** The status of the instance, some minutes after the restore was asked for. */
  readonly status?: (minutes: number) => string;
  readonly modify?: () => void;
  /** Whether the password has been set, some minutes after it was asked for. */
  readonly secret?: (minutes: number) => 'creating' | 'active';
  readonly afterModify?: (minutes: number) => string;
  readonly check?: () => Json;
  readonly record?: () => Json;
  readonly remove?: (attempt: number) => void;
  /** Minutes that a deletion takes. */
  readonly deletionMinutes?: number;
  readonly describe?: (when: 'restoring' | 'password' | 'before delete' | 'deleting') => void;
  readonly conclude?: (gone: boolean, recorded: boolean) => Json;
  readonly stopAfterMinutes?: number;
  /** The machine's own time is over after so long. */
  readonly timeoutMinutes?: number;
  /** A drill that waits for people, and what they do; without it nobody is asked. */
  readonly people?: {
    /** Hours until somebody wakes the machine; never, if it is left out. */
    readonly wakeAfterHours?: number;
    readonly ask?: () => void;
    readonly settle?: (waitedHours: number) => Json;
    readonly keep?: () => Json;
  };
}

export interface Run extends ExecutionResult {
  readonly edges: readonly string[];
  readonly temporary: 'never made' | 'there' | 'gone';
  readonly touched: readonly string[];
  readonly minutes: number;
  readonly ecs: Ecs;
  readonly copyWhileAsked: 'not asked' | 'there' | 'gone';
}

const execution = 'arn:aws:states:eu-west-1:111122223333:execution:m:abc';

/** The name that belongs to this execution alone. */
export const temporaryId = `shop-prod-drill-${createHash('sha256').update(execution).digest('hex').slice(0, 12)}`;

export const notFound = () => new TaskFailure('Rds.DbInstanceNotFoundException', 'DBInstance not found.');
export const passed = { Passed: true, Checks: [{ Name: 'a', Passed: true }], Measured: {} };

/** Runs the machine against an RDS that keeps one temporary instance, on the virtual clock. */
export async function run(kind: DrillDefinition['kind'], world: World = {}): Promise<Run> {
  const clock = new Clock();
  const begun = clock.now();
  const touched: string[] = [];
  const ecs = ecsOf(clock, world.task ?? {});
  let made: number | undefined;
  let changed: number | undefined;
  let deleted: number | undefined;
  let attempts = 0;
  let recorded = false;
  let asked = 0;
  let copyWhileAsked: Run['copyWhileAsked'] = 'not asked';
  const since = (moment: number) => (clock.now() - moment) / 60_000;
  const gone = () => deleted !== undefined && since(deleted) >= (world.deletionMinutes ?? 4);
  const rds: Record<string, (given: JsonObject) => Json> = {
    createDBInstance: (given) => restore(String(given['DbInstanceIdentifier'])),
    restoreDBInstanceFromDBSnapshot: (given) => restore(String(given['DbInstanceIdentifier'])),
    restoreDBInstanceToPointInTime: (given) => restore(String(given['TargetDBInstanceIdentifier'])),
    describeDBInstances: () => {
      const when =
        deleted !== undefined
          ? 'deleting'
          : recorded
            ? 'before delete'
            : changed !== undefined
              ? 'password'
              : 'restoring';
      world.describe?.(when);
      if (made === undefined || gone()) throw notFound();
      const restoring = (world.status ?? ((minutes) => (minutes < 8 ? 'creating' : 'available')))(since(made));
      const DbInstanceStatus =
        deleted !== undefined
          ? 'deleting'
          : changed !== undefined
            ? (world.afterModify?.(since(changed)) ?? 'available')
            : restoring;
      // An instance that is made has its password set by RDS itself, from when it is there.
      if (kind === 'dump' && usable.includes(DbInstanceStatus)) changed ??= clock.now();
      const SecretStatus =
        changed === undefined
          ? undefined
          : (world.secret ?? ((minutes) => (minutes < 1 ? 'creating' : 'active')))(since(changed));
      return {
        DbInstances: [
          {
            DbInstanceStatus,
            Endpoint: { Address: 'copy.example', Port: 5432 },
            PendingModifiedValues: world.nothingPending ?? {},
            ...(SecretStatus && { MasterUserSecret: { SecretArn: 'arn:secret', SecretStatus } }),
          },
        ],
      };
    },
    modifyDBInstance: (given) => {
      touched.push(String(given['DbInstanceIdentifier']));
      world.modify?.();
      changed = clock.now();
      return {};
    },
    deleteDBInstance: (given) => {
      touched.push(String(given['DbInstanceIdentifier']));
      attempts++;
      world.remove?.(attempts);
      if (made === undefined) throw notFound();
      deleted = clock.now();
      return {};
    },
  };
  const restore = (id: string): Json => {
    touched.push(id);
    if (world.answerIsLost) {
      made = clock.now();
      throw new TaskFailure('Rds.DbInstanceAlreadyExistsException', 'DB instance already exists');
    }
    world.restore?.();
    made = clock.now();
    return {};
  };
  const functions: Record<string, (payload: JsonObject) => Json> = {
    [plan]: () =>
      world.plan?.() ?? {
        Kind: kind,
        Snapshot: 's',
        Time: 't',
        Dump: { Key: 'dumps/1', Sha256: 'abc', Bytes: 12 },
        RestoresTo: '2026-01-01T00:00:00Z',
        Asked: false,
        Objectives: ['Rto'],
        Chosen: 'it',
      },
    [roles]: (payload) => {
      world.roles?.(String(payload['Action']));
      return { Done: [] };
    },
    [check]: (payload) => {
      expect(payload['OnMissed']).toEqual({ Rto: 'fail', Rpo: 'warn' });
      return world.check?.() ?? passed;
    },
    [approval]: (payload) => {
      if (payload['Action'] === 'ask') {
        asked = clock.now();
        copyWhileAsked = made === undefined || gone() ? 'gone' : 'there';
        return world.people?.ask?.() ?? {};
      }
      return world.people?.settle?.(since(asked) / 60) ?? { Decision: 'approved', Reasons: [], Answers: [] };
    },
    [report]: (payload) => {
      if (payload['Action'] === 'signOff') {
        const settled = payload['Settled'] as JsonObject;
        const SignedOff = settled['Decision'] === 'approved';
        return world.people?.keep?.() ?? { SignedOff, Reasons: settled['Reasons'] as Json, Report: 's3://signed' };
      }
      if (payload['Action'] === 'record') {
        recorded = true;
        return world.record?.() ?? { Passed: payload['Failure'] === null };
      }
      const isGone = payload['Gone'] === true;
      const Verdict = isGone && payload['Teardown'] === null && !failed ? 'passed' : 'failed';
      if (payload['Execution'] !== execution) throw new Error('The verdict is judged for another execution.');
      return world.conclude?.(isGone, recorded) ?? { Verdict, Reasons: ['because'], Report: 's3://r' };
    },
  };
  let failed = false;
  const integrations = {
    supports: () => true,
    call: async ({ resource, arguments: given, submitted, signal }: IntegrationCall) => {
      if (resource.service === 'lambda') {
        const { FunctionName, Payload } = given as JsonObject;
        if ((Payload as JsonObject)['Action'] === 'record') {
          const { Failure, Check } = Payload as JsonObject;
          failed = Failure !== null || (Check as JsonObject | null)?.['Passed'] !== true;
        }
        const answer = functions[String(FunctionName)]?.(Payload as JsonObject);
        if (resource.pattern !== 'waitForTaskToken') return { Payload: answer };
        submitted(answer);
        await clock.sleep((world.people?.wakeAfterHours ?? 10_000) * 3_600_000, signal);
        return {};
      }
      return (rds[resource.action] ?? ecs.calls[resource.action])?.(given as JsonObject);
    },
  };
  const definition = {
    ...drillDefinition(drill(kind, world.people !== undefined)),
    ...(world.timeoutMinutes !== undefined && { TimeoutSeconds: world.timeoutMinutes * 60 }),
  };
  const machine = parseStateMachine(definition, { integrations });
  const stop = new AbortController();
  if (world.stopAfterMinutes !== undefined) {
    void clock.sleep(world.stopAfterMinutes * 60_000).then(
      () => stop.abort(new ExecutionStop('Drill.Stopped', 'by hand')),
      () => {},
    );
  }
  const result = await execute(machine, {
    input: {},
    clock,
    integrations,
    context: {
      Execution: {
        Id: execution,
        Name: '0f8fad5b-d9cb-469f-a165-70867728950e',
        RoleArn: 'r',
      },
      StateMachine: { Id: 'm', Name: 'm' },
    },
    signal: stop.signal,
  });
  const minutes = since(begun);
  const temporary = made === undefined ? 'never made' : gone() ? 'gone' : 'there';
  clock.close();
  return { ...result, edges: [...edgesWalked(result.history)], temporary, touched, minutes, copyWhileAsked, ecs };
}
