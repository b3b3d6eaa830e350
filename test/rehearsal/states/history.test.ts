import { TaskFailure } from '../../../rehearsal/states';
import { type Answer, context, functionArn, jsonata, machine, newClock, only, run, start } from './machines';

const at = { timestamp: start };

/** Without what does not get into an answer of the API. */
const plain = (history: readonly object[]) => history.map((event) => Object.fromEntries(Object.entries(event)));

describe('the execution history', () => {
  it('has the events of GetExecutionHistory', async () => {
    const describeArn = 'arn:aws:states:::aws-sdk:rds:describeDBInstances';
    const { history } = await run(
      only({
        Type: 'Task',
        Resource: describeArn,
        Parameters: { DbInstanceIdentifier: 'x' },
        TimeoutSeconds: 60,
      }),
      {
        input: { a: 1 },
        answer: () => ({ DbInstances: [] }),
      },
    );
    const named = { resourceType: 'aws-sdk:rds', resource: 'describeDBInstances' };
    const whole = { truncated: false };
    expect(plain(history)).toEqual([
      {
        ...at,
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: '{"a":1}', inputDetails: whole, roleArn: context.Execution.RoleArn },
      },
      {
        ...at,
        id: 2,
        previousEventId: 0,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'Only', input: '{"a":1}', inputDetails: whole },
      },
      {
        ...at,
        id: 3,
        previousEventId: 2,
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          ...named,
          region: 'eu-west-1',
          parameters: '{"DbInstanceIdentifier":"x"}',
          timeoutInSeconds: 60,
        },
      },
      { ...at, id: 4, previousEventId: 3, type: 'TaskStarted', taskStartedEventDetails: named },
      {
        ...at,
        id: 5,
        previousEventId: 4,
        type: 'TaskSucceeded',
        taskSucceededEventDetails: { ...named, output: '{"DbInstances":[]}', outputDetails: whole },
      },
      {
        ...at,
        id: 6,
        previousEventId: 5,
        type: 'TaskStateExited',
        stateExitedEventDetails: { name: 'Only', output: '{"DbInstances":[]}', outputDetails: whole },
      },
      {
        ...at,
        id: 7,
        previousEventId: 6,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"DbInstances":[]}', outputDetails: whole },
      },
    ]);
  });

  it('names a function that is called directly by its own events', async () => {
    const { history } = await run(only({ Type: 'Task', Resource: functionArn }), {
      answer: () => {
        throw new TaskFailure('Broken', 'why');
      },
    });
    expect(history.slice(2)).toEqual([
      {
        ...at,
        id: 3,
        previousEventId: 2,
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: { resource: functionArn, input: '{}', inputDetails: { truncated: false } },
      },
      { ...at, id: 4, previousEventId: 3, type: 'LambdaFunctionStarted' },
      {
        ...at,
        id: 5,
        previousEventId: 4,
        type: 'LambdaFunctionFailed',
        lambdaFunctionFailedEventDetails: { error: 'Broken', cause: 'why' },
      },
      {
        ...at,
        id: 6,
        previousEventId: 5,
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'Broken', cause: 'why' },
      },
    ]);
  });

  it('has no exit of a Fail', async () => {
    const { types } = await run(machine({ F: { Type: 'Fail', Error: 'E' } }));
    expect(types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('is told event by event as it happens', async () => {
    const told: string[] = [];
    const { types } = await run(jsonata({ A: { Type: 'Wait', Seconds: 5, End: true } }), {
      options: { record: ({ type }) => told.push(type) },
    });
    expect(told).toEqual(types);
  });

  it('keeps the sequence of ids and of times, also when much happens at once', async () => {
    const processor = machine({ W: { Type: 'Wait', SecondsPath: '$', Next: 'P' }, P: { Type: 'Pass', End: true } });
    const { history } = await run(only({ Type: 'Map', ItemProcessor: processor }), { input: [3, 1, 2, 1, 0] });
    history.forEach((event, i) => {
      expect(event.id).toBe(i + 1);
      expect(event.previousEventId).toBeLessThan(event.id);
      expect(event.timestamp.getTime()).toBeGreaterThanOrEqual(history[i - 1]?.timestamp.getTime() ?? 0);
    });
  });

  it('is the same in every run', async () => {
    const processor = machine({
      W: { Type: 'Wait', SecondsPath: '$', Next: 'P' },
      P: { Type: 'Task', Resource: functionArn, End: true },
    });
    const once = () =>
      run(only({ Type: 'Map', MaxConcurrency: 3, ItemProcessor: processor }), {
        input: [3, 1, 2, 1, 0, 3],
        answer: () => 1,
      });
    expect((await once()).history).toEqual((await once()).history);
  });
});

describe('the end of the rehearsal', () => {
  it('ends an execution with the error of the clock', async () => {
    const clock = newClock();
    const record = () => setImmediate(() => clock.close());
    const waiting = only({ Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', TimeoutSeconds: 60 });
    const answer: Answer = ({ signal }) => clock.sleep(3600_000, signal);
    await expect(run(waiting, { answer, options: { clock, record } })).rejects.toThrow('The rehearsal has ended.');
  });
});

describe('an integration that breaks its promise', () => {
  it('ends the rehearsal with its own error, whatever the machine would catch', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
        End: true,
      },
      End: { Type: 'Succeed' },
    });
    const bug = () => {
      throw new TypeError('a bug');
    };
    await expect(run(definition, { answer: bug })).rejects.toThrow('a bug');
    await expect(run(definition, { answer: () => () => 1 })).rejects.toThrow(
      `The integration ${functionArn} returned what is not JSON: a function.`,
    );
  });
});
