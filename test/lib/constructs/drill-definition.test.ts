import { drillDefinition } from '../../../lib/constructs/drill-definition';
import type { DrillDefinition } from '../../../lib/constructs/drill-parts';
import { Clock } from '../../../rehearsal/clock';
import {
  type ExecutionResult,
  ExecutionStop,
  edgesOf,
  edgesWalked,
  execute,
  type IntegrationCall,
  type Json,
  type JsonObject,
  parseStateMachine,
  TaskFailure,
} from '../../../rehearsal/states';

const plan = 'arn:aws:lambda:eu-west-1:111122223333:function:plan';
const check = 'arn:aws:lambda:eu-west-1:111122223333:function:check';
const report = 'arn:aws:lambda:eu-west-1:111122223333:function:report';

const drill = (kind: DrillDefinition['kind']): DrillDefinition => ({
  kind,
  instance: 'shop-prod',
  temporaryPrefix: 'shop-prod-drill-',
  functions: { plan, check, report },
  restore: { DbInstanceClass: 'db.t4g.medium', Tags: [{ Key: 'plinth:purpose', Value: 'drill' }] },
  keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k',
  checkInput: {} as DrillDefinition['checkInput'],
  availableMinutes: 180,
  goneMinutes: 60,
});

/** What goes wrong in a run; by default nothing. */
interface World {
  readonly plan?: () => Json;
  readonly restore?: () => void;
  /** The first try made it, and the second is told so. */
  readonly answerIsLost?: true;
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
}

interface Run extends ExecutionResult {
  readonly edges: readonly string[];
  readonly temporary: 'never made' | 'there' | 'gone';
  readonly touched: readonly string[];
  readonly minutes: number;
}

const notFound = () => new TaskFailure('Rds.DbInstanceNotFoundException', 'DBInstance not found.');
const passed = { Passed: true, Checks: [{ Name: 'a', Passed: true }], Measured: {} };

/** Runs the machine against an RDS that keeps one temporary instance, on the virtual clock. */
async function run(kind: DrillDefinition['kind'], world: World = {}): Promise<Run> {
  const clock = new Clock();
  const begun = clock.now();
  const touched: string[] = [];
  let made: number | undefined;
  let changed: number | undefined;
  let deleted: number | undefined;
  let attempts = 0;
  let recorded = false;
  const since = (moment: number) => (clock.now() - moment) / 60_000;
  const gone = () => deleted !== undefined && since(deleted) >= (world.deletionMinutes ?? 4);
  const rds: Record<string, (given: JsonObject) => Json> = {
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
      const SecretStatus =
        changed === undefined
          ? undefined
          : (world.secret ?? ((minutes) => (minutes < 1 ? 'creating' : 'active')))(since(changed));
      return {
        DbInstances: [
          {
            DbInstanceStatus,
            Endpoint: { Address: 'copy.example', Port: 5432 },
            PendingModifiedValues: {},
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
        RestoresTo: '2026-01-01T00:00:00Z',
        Asked: false,
        Chosen: 'it',
      },
    [check]: () => world.check?.() ?? passed,
    [report]: (payload) => {
      if (payload['Action'] === 'record') {
        recorded = true;
        return world.record?.() ?? { Passed: payload['Failure'] === null };
      }
      const isGone = payload['Gone'] === true;
      const Verdict = isGone && payload['Teardown'] === null && !failed ? 'passed' : 'failed';
      return world.conclude?.(isGone, recorded) ?? { Verdict, Reasons: ['because'], Report: 's3://r' };
    },
  };
  let failed = false;
  const integrations = {
    supports: () => true,
    call: async ({ resource, arguments: given }: IntegrationCall) => {
      if (resource.service === 'lambda') {
        const { FunctionName, Payload } = given as JsonObject;
        if ((Payload as JsonObject)['Action'] === 'record') {
          const { Failure, Check } = Payload as JsonObject;
          failed = Failure !== null || (Check as JsonObject | null)?.['Passed'] !== true;
        }
        return { Payload: functions[String(FunctionName)]?.(Payload as JsonObject) };
      }
      return rds[resource.action]?.(given as JsonObject);
    },
  };
  const machine = parseStateMachine(drillDefinition(drill(kind)), { integrations });
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
        Id: 'arn:aws:states:eu-west-1:111122223333:execution:m:abc',
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
  return { ...result, edges: [...edgesWalked(result.history)], temporary, touched, minutes };
}

const boom = (name: string) => () => {
  throw new TaskFailure(name, 'on purpose');
};
/** By the edge that it is there for; what it comes to is asserted below. */
const scenarios: Readonly<
  Record<string, { readonly world: World; readonly status: string; readonly temporary: Run['temporary'] }>
> = {
  'all goes well': { world: {}, status: 'SUCCEEDED', temporary: 'gone' },
  'nothing to restore': { world: { plan: boom('OperationError') }, status: 'FAILED', temporary: 'never made' },
  'the restore is refused': { world: { restore: boom('Rds.RdsException') }, status: 'FAILED', temporary: 'never made' },
  'the answer of the restore was lost': {
    world: { answerIsLost: true },
    status: 'SUCCEEDED',
    temporary: 'gone',
  },
  'it never becomes available': { world: { status: () => 'creating' }, status: 'FAILED', temporary: 'gone' },
  'it ends in a state that it does not leave': {
    world: { status: () => 'incompatible-restore' },
    status: 'FAILED',
    temporary: 'gone',
  },
  'it vanishes while it is restored': {
    world: { describe: (when) => when === 'restoring' && boom('Rds.RdsException')() },
    status: 'FAILED',
    temporary: 'gone',
  },
  'the password is refused': { world: { modify: boom('Rds.RdsException') }, status: 'FAILED', temporary: 'gone' },
  'the password is never set': { world: { secret: () => 'creating' }, status: 'FAILED', temporary: 'gone' },
  'it fails while the password is set': { world: { afterModify: () => 'failed' }, status: 'FAILED', temporary: 'gone' },
  'it cannot be described while the password is set': {
    world: { describe: (when) => when === 'password' && boom('Rds.RdsException')() },
    status: 'FAILED',
    temporary: 'gone',
  },
  'the checker throws': { world: { check: boom('OperationError') }, status: 'FAILED', temporary: 'gone' },
  'the checker takes too long': { world: { check: boom('Sandbox.Timedout') }, status: 'FAILED', temporary: 'gone' },
  'the checker answers with too much': {
    world: { check: () => ({ ...passed, Evidence: 'x'.repeat(300_000) }) },
    status: 'FAILED',
    temporary: 'gone',
  },
  'a check fails': { world: { check: () => ({ ...passed, Passed: false }) }, status: 'FAILED', temporary: 'gone' },
  'the verdict cannot be stored': {
    world: { record: boom('AccessDenied'), conclude: () => ({ Verdict: 'failed', Reasons: [], Report: '' }) },
    status: 'FAILED',
    temporary: 'gone',
  },
  'the look before the deletion fails': {
    world: { describe: (when) => when === 'before delete' && boom('Rds.RdsException')() },
    status: 'SUCCEEDED',
    temporary: 'gone',
  },
  'the deletion is refused once': {
    world: { remove: (attempt) => attempt === 1 && boom('Rds.InvalidDbInstanceStateException')() },
    status: 'SUCCEEDED',
    temporary: 'gone',
  },
  'the deletion is refused for good': {
    world: { remove: boom('Rds.RdsException') },
    status: 'FAILED',
    temporary: 'there',
  },
  'somebody else has deleted it': {
    world: {
      remove: () => {
        throw notFound();
      },
    },
    status: 'SUCCEEDED',
    temporary: 'there',
  },
  'it does not go': { world: { deletionMinutes: 1_000 }, status: 'FAILED', temporary: 'there' },
  'nobody can see whether it has gone': {
    world: { describe: (when) => when === 'deleting' && boom('Rds.RdsException')() },
    status: 'FAILED',
    temporary: 'there',
  },
  'the report cannot be written': { world: { conclude: boom('AccessDenied') }, status: 'FAILED', temporary: 'gone' },
};

describe.each(['snapshot', 'pointInTime'] as const)('a drill of the kind %s', (kind) => {
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    for (const [name, { world }] of Object.entries(scenarios)) runs.set(name, await run(kind, world));
  });

  test.each(Object.entries(scenarios))('%s', (name, { status, temporary }) => {
    const done = runs.get(name) as Run;
    expect([done.status, done.temporary]).toEqual([status, temporary]);
    // Nothing but the temporary instance is ever restored into, changed or deleted.
    expect([...new Set(done.touched)].filter((id) => id !== 'shop-prod-drill-70867728950e')).toEqual([]);
  });

  test('every edge of the machine is walked by one of these', () => {
    const machine = parseStateMachine(drillDefinition(drill(kind)), { integrations: { supports: () => true } });
    const walked = new Set([...runs.values()].flatMap(({ edges }) => edges));
    const names = edgesOf(machine).map(({ name }) => name);
    expect(names.filter((name) => !walked.has(name))).toEqual([]);
  });

  test('an execution that is aborted leaves the instance to the sweeper, and does not succeed', async () => {
    const done = await run(kind, { stopAfterMinutes: 5 });
    expect([done.status, done.temporary]).toEqual(['ABORTED', 'there']);
  });
});
