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
const approval = 'arn:aws:lambda:eu-west-1:111122223333:function:approval';

const signOff = { ask: approval, names: ['lead-engineer'], hours: 72 };

const drill = (kind: DrillDefinition['kind'], waits = false): DrillDefinition => ({
  kind,
  instance: 'shop-prod',
  temporaryPrefix: 'shop-prod-drill-',
  functions: { plan, check, report },
  restore: { DbInstanceClass: 'db.t4g.medium', Tags: [{ Key: 'plinth:purpose', Value: 'drill' }] },
  keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k',
  checkInput: {} as DrillDefinition['checkInput'],
  availableMinutes: 180,
  goneMinutes: 60,
  ...(waits && { signOff }),
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
  /** A drill that waits for people, and what they do; without it nobody is asked. */
  readonly people?: {
    /** Hours until somebody wakes the machine; never, if it is left out. */
    readonly wakeAfterHours?: number;
    readonly ask?: () => void;
    readonly settle?: (waitedHours: number) => Json;
    readonly keep?: () => Json;
  };
}

interface Run extends ExecutionResult {
  readonly edges: readonly string[];
  readonly temporary: 'never made' | 'there' | 'gone';
  readonly touched: readonly string[];
  readonly minutes: number;
  readonly copyWhileAsked: 'not asked' | 'there' | 'gone';
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
  let asked = 0;
  let copyWhileAsked: Run['copyWhileAsked'] = 'not asked';
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
      return rds[resource.action]?.(given as JsonObject);
    },
  };
  const machine = parseStateMachine(drillDefinition(drill(kind, world.people !== undefined)), { integrations });
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
  return { ...result, edges: [...edgesWalked(result.history)], temporary, touched, minutes, copyWhileAsked };
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
  'it is signed off': { world: { people: { wakeAfterHours: 5 } }, status: 'SUCCEEDED', temporary: 'gone' },
  'nobody signs it off in time': {
    world: { people: { settle: () => ({ Decision: 'missing', Reasons: ['lead-engineer has not answered.'] }) } },
    status: 'FAILED',
    temporary: 'gone',
  },
  'nobody can be asked to sign it off': {
    world: { people: { ask: boom('AccessDenied'), settle: () => ({ Decision: 'missing', Reasons: ['nobody'] }) } },
    status: 'FAILED',
    temporary: 'gone',
  },
  'what was answered cannot be read': {
    world: { people: { wakeAfterHours: 1, settle: boom('AccessDenied') } },
    status: 'FAILED',
    temporary: 'gone',
  },
  'the sign-off cannot be kept': {
    world: { people: { wakeAfterHours: 1, keep: boom('AccessDenied') } },
    status: 'FAILED',
    temporary: 'gone',
  },
  'it fails, so nobody is asked': {
    world: { people: {}, check: () => ({ ...passed, Passed: false }) },
    status: 'FAILED',
    temporary: 'gone',
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
    const walked = new Set([...runs.values()].flatMap(({ edges }) => edges));
    const names = [true, false].flatMap((waits) => {
      const definition = drillDefinition(drill(kind, waits));
      return edgesOf(parseStateMachine(definition, { integrations: { supports: () => true } })).map(({ name }) => name);
    });
    expect(names.filter((name) => !walked.has(name))).toEqual([]);
  });

  test('people are asked when the copy is gone, so that it costs nothing while they think', () => {
    const asked = [...runs.values()].map(({ copyWhileAsked }) => copyWhileAsked);
    expect(asked.filter((each) => each === 'gone')).toHaveLength(5);
    expect(asked).not.toContain('there');
  });

  test('a drill that nobody signs off ends when its time is over, and says so', () => {
    const { error, cause, minutes } = runs.get('nobody signs it off in time') as Run;
    expect([error, cause]).toEqual(['Drill.NotSignedOff', 'lead-engineer has not answered. s3://signed']);
    expect(Math.floor(minutes / 60)).toBe(72);
  });

  test('an execution that is aborted leaves the instance to the sweeper, and does not succeed', async () => {
    const done = await run(kind, { stopAfterMinutes: 5 });
    expect([done.status, done.temporary]).toEqual(['ABORTED', 'there']);
  });
});
