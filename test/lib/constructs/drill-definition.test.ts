import { drillDefinition } from '../../../lib/constructs/drill-definition';
import { edgesOf, parseStateMachine } from '../../../rehearsal/states';
import { boom, drill, notFound, passed, type Run, run, temporaryId, type World } from './drill-world';

/** By the edge that it is there for; what it comes to is asserted below. */
interface Scenario {
  readonly world: World;
  readonly status: string;
  readonly temporary: Run['temporary'];
}

/** As RDS says it when it is asked too often: its model has no name for that. */
const tooOften = boom('Rds.RdsException');

/** Each look three times before it is answered, and each change once. */
function busyWorld(): World {
  const calls = new Map<string, number>();
  const busy = (what: string, times: number) => {
    calls.set(what, (calls.get(what) ?? 0) + 1);
    if ((calls.get(what) ?? 0) <= times) tooOften();
  };
  return {
    describe: (when) => busy(when, 3),
    restore: () => busy('restore', 1),
    modify: () => busy('modify', 1),
    remove: () => busy('remove', 1),
  };
}

const shared: Readonly<Record<string, Scenario>> = {
  'all goes well': { world: {}, status: 'SUCCEEDED', temporary: 'gone' },
  'nothing to restore': { world: { plan: boom('OperationError') }, status: 'FAILED', temporary: 'never made' },
  'the restore is refused': { world: { restore: boom('Rds.RdsException') }, status: 'FAILED', temporary: 'never made' },
  'the answer of the restore was lost': {
    world: { answerIsLost: true },
    status: 'SUCCEEDED',
    temporary: 'gone',
  },
  'blocks still come from S3 for hours': {
    world: { status: (minutes) => (minutes < 8 ? 'creating' : 'storage-initialization') },
    status: 'SUCCEEDED',
    temporary: 'gone',
  },
  'RDS names as empty lists what is not pending': {
    world: { nothingPending: { ProcessorFeatures: [] } },
    status: 'SUCCEEDED',
    temporary: 'gone',
  },
  'RDS is asked too often, for a minute each time': {
    // One for each kind.
    get world() {
      return busyWorld();
    },
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
    // The tries come after random times: it must not go between them.
    world: { describe: (when) => when === 'deleting' && boom('Rds.RdsException')(), deletionMinutes: 1_000 },
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

/** What only a dump's drill can meet: its roles, and the task that loads it. */
const loading: Readonly<Record<string, Scenario>> = {
  ...ofLoading('the roles cannot be brought', { roles: (action) => action === 'before' && boom('OperationError')() }),
  ...ofLoading('what searches need cannot be set', {
    roles: (action) => action === 'after' && boom('OperationError')(),
  }),
  ...ofLoading('the task is refused', { task: { run: boom('Ecs.AccessDeniedException') } }),
  ...ofLoading('ECS has no room', { task: { startsNothing: true } }),
  ...ofLoading('nobody can look at the task', { task: { describe: boom('Ecs.EcsException') } }),
  ...ofLoading('ECS forgets the task', { task: { forgets: true } }),
  ...ofLoading('the dump in S3 has another checksum', { task: { exitCodes: () => ({ postgres: 15, storage: 24 }) } }),
  ...ofLoading('an index cannot be built', { task: { exitCodes: () => ({ postgres: 16, storage: 24 }) } }),
  ...ofLoading('the restore does not end', { task: { minutes: 10_000 } }),
  ...ofLoading('the restore does not end, nor can be stopped', {
    task: { minutes: 10_000, stop: boom('Ecs.EcsException') },
  }),
};

function ofLoading(name: string, world: World): Readonly<Record<string, Scenario>> {
  return { [name]: { world, status: 'FAILED', temporary: 'gone' } };
}

const { 'the password is refused': passwordIsRefused, ...withoutModify } = shared;

describe.each(['snapshot', 'pointInTime', 'dump'] as const)('a drill of the kind %s', (kind) => {
  // An instance that is made has its password from the beginning, so nobody asks for it.
  const scenarios =
    kind === 'dump'
      ? { ...withoutModify, ...loading }
      : { ...withoutModify, 'the password is refused': passwordIsRefused as Scenario };
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    for (const [name, { world }] of Object.entries(scenarios)) runs.set(name, await run(kind, world));
  });

  test.each(Object.entries(scenarios))('%s', (name, { status, temporary }) => {
    const done = runs.get(name) as Run;
    expect([done.status, done.temporary]).toEqual([status, temporary]);
    // Nothing but the temporary instance is ever restored into, changed or deleted.
    expect([...new Set(done.touched)].filter((id) => id !== temporaryId)).toEqual([]);
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

  test('an execution that is out of time leaves the instance to the sweeper, and does not succeed', async () => {
    const done = await run(kind, { timeoutMinutes: 5 });
    expect([done.status, done.temporary]).toEqual(['TIMED_OUT', 'there']);
  });
});

test('the verdict of a dump that is not the one of its manifest says so, and the load is asked for once', async () => {
  const done = await run('dump', { task: { exitCodes: () => ({ postgres: 15, storage: 24 }) } });
  expect(JSON.stringify(done.history)).toContain('is not the one of the manifest: its size or its checksum differs');
  expect(done.ecs.tokens).toHaveLength(1);
  const environment = JSON.stringify(done.ecs.environments);
  expect(environment).toContain('"PLINTH_SHA256","Value":"abc"');
  expect(environment).toContain('"PLINTH_BYTES","Value":"12"');
});
