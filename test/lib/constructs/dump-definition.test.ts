import { dumpDefinition } from '../../../lib/constructs/dump-definition';
import { Clock } from '../../../rehearsal/clock';
import {
  type ExecutionResult,
  edgesOf,
  edgesWalked,
  execute,
  type IntegrationCall,
  type JsonObject,
  parseStateMachine,
} from '../../../rehearsal/states';
import { boom, type Ecs, ecsOf, type TaskWorld } from './task-world';

const definition = dumpDefinition({
  task: {
    cluster: 'shop-prod',
    definition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-prod-dump:1',
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
    logGroup: '/aws/ecs/shop-prod-dump',
    minutes: 480,
  },
  record: 'arn:aws:lambda:eu-west-1:111122223333:function:record',
});

interface World extends TaskWorld {
  readonly record?: () => void;
}

interface Run extends ExecutionResult {
  readonly edges: readonly string[];
  readonly recorded: readonly JsonObject[];
  readonly ecs: Ecs;
}

async function run(world: World): Promise<Run> {
  const clock = new Clock({ start: new Date('2026-03-04T05:06:07Z') });
  const ecs = ecsOf(clock, world);
  const recorded: JsonObject[] = [];
  const integrations = {
    supports: () => true,
    call: async ({ resource, arguments: given }: IntegrationCall) => {
      if (resource.service !== 'lambda') return ecs.calls[resource.action]?.(given as JsonObject);
      world.record?.();
      recorded.push((given as JsonObject)['Payload'] as JsonObject);
      return { Payload: { key: 'k' } };
    },
  };
  const result = await execute(parseStateMachine(definition, { integrations }), {
    input: {},
    clock,
    integrations,
    context: {
      Execution: { Id: 'arn:execution', Name: '0f8fad5b-d9cb-469f-a165-70867728950e', RoleArn: 'r' },
      StateMachine: { Id: 'm', Name: 'm' },
    },
  });
  clock.close();
  return { ...result, edges: [...edgesWalked(result.history)], recorded, ecs };
}

const codes = (postgres: number, storage: number) => () => ({ postgres, storage });

/** What goes wrong, how it ends, how many tasks were run, and what is told of it. */
const scenarios: Readonly<Record<string, readonly [World, 'SUCCEEDED' | 'FAILED', number, string]>> = {
  'all goes well': [{}, 'SUCCEEDED', 1, ''],
  'the task is refused': [{ run: boom('Ecs.AccessDeniedException') }, 'FAILED', 1, 'on purpose'],
  'ECS is busy once': [{ run: (n) => n === 1 && boom('Ecs.ThrottlingException')() }, 'SUCCEEDED', 2, ''],
  'ECS has no room': [{ startsNothing: true }, 'FAILED', 1, 'ECS started no task: Capacity is unavailable'],
  'nobody can look at the task': [{ describe: boom('Ecs.EcsException') }, 'FAILED', 1, 'on purpose'],
  'ECS forgets the task': [{ forgets: true }, 'FAILED', 1, 'ECS knows nothing of the task arn:task/1'],
  'the upload breaks once': [
    { exitCodes: (n) => (n === 1 ? { postgres: 12, storage: 21 } : { postgres: 0, storage: 0 }) },
    'SUCCEEDED',
    2,
    '',
  ],
  'what is stored is not what was dumped, twice': [
    { exitCodes: codes(13, 24) },
    'FAILED',
    2,
    'what was stored is not what was dumped: the checksums differ. What it printed is in /aws/ecs/shop-prod-dump.',
  ],
  'the client is older than the server': [
    { exitCodes: codes(11, 24) },
    'FAILED',
    1,
    'pg_dump is older than the server',
  ],
  'one container was stopped, because the other one ended': [
    { exitCodes: codes(137, 20) },
    'FAILED',
    2,
    'the secret of the login could not be read',
  ],
  'one container was killed, and the other one waited in vain': [
    { exitCodes: codes(137, 24) },
    'FAILED',
    2,
    'a container was killed',
  ],
  'one container waits in vain': [{ exitCodes: codes(0, 24) }, 'FAILED', 2, 'one container waited in vain'],
  'a container ends with a code that nobody knows': [
    { exitCodes: codes(99, 0) },
    'FAILED',
    2,
    'postgres exited with 99',
  ],
  'no container has begun': [{ exitCodes: () => ({}) }, 'FAILED', 2, 'Essential container in task exited'],
  'the task does not end': [{ minutes: 10_000 }, 'FAILED', 1, 'did not end in 480 minutes'],
  'the task does not end, and cannot be stopped': [
    { minutes: 10_000, stop: boom('Ecs.EcsException') },
    'FAILED',
    1,
    'did not end in 480 minutes',
  ],
  'it cannot be made known': [{ record: boom('OperationError') }, 'FAILED', 1, 'on purpose'],
};

describe('a dump', () => {
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    for (const [name, [world]] of Object.entries(scenarios)) runs.set(name, await run(world));
  });

  test.each(Object.entries(scenarios))('%s', (name, [, status, tasks, told]) => {
    const done = runs.get(name) as Run;
    expect([done.status, done.ecs.tokens.length]).toEqual([status, tasks]);
    expect(done.cause ?? '').toContain(told);
    if (status === 'FAILED') expect(done.error).toBe('Dump.Failed');
  });

  test('every edge of the machine is walked by one of these', () => {
    const machine = parseStateMachine(definition, { integrations: { supports: () => true } });
    const walked = new Set([...runs.values()].flatMap(({ edges }) => edges));
    expect(edgesOf(machine).flatMap(({ name }) => (walked.has(name) ? [] : name))).toEqual([]);
  });

  test('a call that is tried again asks for the same task, and a second try for another one in a folder of its own', () => {
    const busy = runs.get('ECS is busy once') as Run;
    expect(new Set(busy.ecs.tokens).size).toBe(1);
    const again = runs.get('the upload breaks once') as Run;
    expect(new Set(again.ecs.tokens).size).toBe(2);
    expect(again.recorded.map(({ Key }) => Key)).toEqual(['dumps/2026-03-04T050607Z-7728950e-2']);
    expect(JSON.stringify(again.ecs.environments)).toContain('"dumps/2026-03-04T050607Z-7728950e"');
  });

  test('a task that takes too long is stopped', () => {
    expect((runs.get('the task does not end') as Run).ecs.stopped).toEqual(['arn:task/1']);
  });
});
