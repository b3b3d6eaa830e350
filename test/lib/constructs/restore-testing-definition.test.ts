import { restoreTestingDefinition } from '../../../lib/constructs/restore-testing-definition';
import { Clock } from '../../../rehearsal/clock';
import {
  edgesOf,
  edgesWalked,
  execute,
  type IntegrationCall,
  type Json,
  type JsonObject,
  parseStateMachine,
  TaskFailure,
} from '../../../rehearsal/states';

const definition = restoreTestingDefinition({
  instance: 'shop-prod',
  functions: { check: 'check', report: 'report' },
  keyArn: 'key',
  checkInput: {} as never,
  readyMinutes: 60,
});
const event = {
  detail: {
    restoreJobId: 'JOB',
    createdResourceArn: 'arn:aws:rds:eu-west-1:111122223333:db:awsbackup-restore-test-1',
    creationDate: '2026-01-01T00:00:00Z',
    completionDate: '2026-01-01T00:10:00Z',
  },
};

interface World {
  readonly modify?: () => void;
  readonly status?: (minutes: number) => string;
  readonly secret?: (minutes: number) => string;
  readonly describe?: () => void;
  readonly check?: () => Json;
  readonly record?: () => Json;
  readonly answer?: () => void;
}

async function run(world: World) {
  const clock = new Clock();
  const begun = clock.now();
  const minutes = () => (clock.now() - begun) / 60_000;
  const touched = new Set<string>();
  let answered: JsonObject | undefined;
  const calls: Record<string, (given: JsonObject) => Json> = {
    modifyDBInstance: () => {
      world.modify?.();
      return {};
    },
    describeDBInstances: () => {
      world.describe?.();
      return {
        DbInstances: [
          {
            DbInstanceStatus: world.status?.(minutes()) ?? 'available',
            Endpoint: { Address: 'copy.example', Port: 5432 },
            PendingModifiedValues: {},
            MasterUserSecret: {
              SecretArn: 'arn:secret',
              SecretStatus: (world.secret ?? ((at) => (at < 1 ? 'creating' : 'active')))(minutes()),
            },
          },
        ],
      };
    },
    putRestoreValidationResult: (given) => {
      world.answer?.();
      answered = given;
      return {};
    },
  };
  const functions: Record<string, (payload: JsonObject) => Json> = {
    check: () => world.check?.() ?? { Passed: true },
    report: ({ Failure, Check }) => {
      const Passed = Failure === null && (Check as JsonObject)['Passed'] === true;
      return world.record?.() ?? { Passed, Reasons: Passed ? [] : ['No table has lost rows: t fell to 0.'] };
    },
  };
  const integrations = {
    supports: () => true,
    call: async ({ resource, arguments: given }: IntegrationCall) => {
      const input = given as JsonObject;
      if (input['DbInstanceIdentifier'] !== undefined) touched.add(String(input['DbInstanceIdentifier']));
      if (resource.service !== 'lambda') return calls[resource.action]?.(input);
      return { Payload: functions[String(input['FunctionName'])]?.(input['Payload'] as JsonObject) };
    },
  };
  const machine = parseStateMachine(definition, { integrations });
  const context = { Execution: { Id: 'arn', Name: 'e', RoleArn: 'r' }, StateMachine: { Id: 'm', Name: 'm' } };
  const result = await execute(machine, { input: event, clock, integrations, context });
  clock.close();
  return { ...result, answered, touched: [...touched], edges: edgesWalked(result.history) };
}

const boom = (name: string) => () => {
  throw new TaskFailure(name, 'on purpose');
};
/** By what happens: how it ends, and what AWS Backup is told. */
const scenarios: Readonly<Record<string, readonly [world: World, status: string, answer: string | undefined]>> = {
  'all goes well': [{}, 'SUCCEEDED', 'SUCCESSFUL'],
  'a check fails': [{ check: () => ({ Passed: false }) }, 'FAILED', 'FAILED'],
  'the password is refused': [{ modify: boom('Rds.RdsException') }, 'FAILED', 'FAILED'],
  'the password is never set': [{ secret: () => 'creating' }, 'FAILED', 'FAILED'],
  'the instance takes a while': [{ status: (at) => (at < 5 ? 'modifying' : 'available') }, 'SUCCEEDED', 'SUCCESSFUL'],
  'the instance ends in a state that it does not leave': [{ status: () => 'failed' }, 'FAILED', 'FAILED'],
  'the instance vanishes': [{ describe: boom('Rds.DbInstanceNotFoundException') }, 'FAILED', 'FAILED'],
  'the checker throws': [{ check: boom('OperationError') }, 'FAILED', 'FAILED'],
  'the checker answers with too much': [
    { check: () => ({ Passed: true, x: 'x'.repeat(300_000) }) },
    'FAILED',
    'FAILED',
  ],
  'the verdict cannot be stored': [{ record: boom('AccessDenied') }, 'FAILED', 'FAILED'],
  'AWS Backup does not take the answer': [{ answer: boom('Backup.ResourceNotFoundException') }, 'FAILED', undefined],
};

const runs = new Map<string, Awaited<ReturnType<typeof run>>>();
beforeAll(async () => {
  for (const [name, [world]] of Object.entries(scenarios)) runs.set(name, await run(world));
});

test.each(Object.entries(scenarios))('%s', (name, [, status, answer]) => {
  const done = runs.get(name);
  expect([done?.status, done?.answered?.['ValidationStatus']]).toEqual([status, answer]);
  expect(done?.answered?.['RestoreJobId'] ?? 'JOB').toBe('JOB');
  expect(done?.touched).toEqual(['awsbackup-restore-test-1']);
});

test('what failed is told in the answer', () => {
  expect(runs.get('a check fails')?.answered?.['ValidationStatusMessage']).toBe('No table has lost rows: t fell to 0.');
});

test('every edge of the machine is walked by one of these', () => {
  const walked = new Set([...runs.values()].flatMap(({ edges }) => [...edges]));
  const names = edgesOf(parseStateMachine(definition, { integrations: { supports: () => true } }));
  expect(names.map(({ name }) => name).filter((name) => !walked.has(name))).toEqual([]);
});
