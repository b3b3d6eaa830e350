import { TaskFailure } from '../../../rehearsal/states';
import { type Answer, functionArn, machine, only, type Ran, run } from './machines';

/** Fails so many times, each time with the next of the errors, and then answers. */
function failing(times: number, ...errors: string[]): Answer {
  let made = 0;
  return () => {
    if (made >= times) return `after ${made}`;
    throw new TaskFailure(errors[made++ % errors.length] ?? 'Broken', 'it is broken');
  };
}

const task = (...retry: object[]) => only({ Type: 'Task', Resource: functionArn, Retry: retry });
const told = ({ status, output, error, seconds, calls }: Ran) => ({
  came: status === 'SUCCEEDED' ? output : error,
  calls: calls.length,
  seconds,
});

describe('Retry', () => {
  it.each([
    [
      'tries three times again without MaxAttempts, after 1, 2 and 4 seconds',
      [{ ErrorEquals: ['Broken'] }],
      failing(9, 'Broken'),
      'Broken',
      4,
      7,
    ],
    ['goes on as soon as an attempt succeeds', [{ ErrorEquals: ['Broken'] }], failing(2, 'Broken'), 'after 2', 3, 3],
    [
      'waits IntervalSeconds, multiplied by BackoffRate each time',
      [{ ErrorEquals: ['Broken'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1.5 }],
      failing(9, 'Broken'),
      'Broken',
      3,
      7.5,
    ],
    [
      'waits the same each time with a BackoffRate of 1',
      [{ ErrorEquals: ['Broken'], IntervalSeconds: 15, MaxAttempts: 220, BackoffRate: 1 }],
      failing(200, 'Broken'),
      'after 200',
      201,
      3000,
    ],
    [
      'waits no longer than MaxDelaySeconds',
      [{ ErrorEquals: ['Broken'], IntervalSeconds: 10, MaxDelaySeconds: 15, MaxAttempts: 3 }],
      failing(9, 'Broken'),
      'Broken',
      4,
      40,
    ],
    [
      'with MaxAttempts 0 never tries again',
      [{ ErrorEquals: ['Broken'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }],
      failing(9, 'Broken'),
      'Broken',
      1,
      0,
    ],
    [
      'does not know an error that no retrier names',
      [{ ErrorEquals: ['Other'] }],
      failing(9, 'Broken'),
      'Broken',
      1,
      0,
    ],
    [
      'States.ALL means any error',
      [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      failing(1, 'Anything'),
      'after 1',
      2,
      1,
    ],
    [
      'States.TaskFailed means any error but a timeout',
      [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }],
      failing(1, 'Anything'),
      'after 1',
      2,
      1,
    ],
    [
      'States.TaskFailed does not mean States.Timeout',
      [{ ErrorEquals: ['States.TaskFailed'] }],
      failing(1, 'States.Timeout'),
      'States.Timeout',
      1,
      0,
    ],
    [
      'the first retrier that names the error counts, and when it is used up no other does',
      [
        { ErrorEquals: ['Broken'], MaxAttempts: 1 },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
      ],
      failing(9, 'Broken'),
      'Broken',
      2,
      1,
    ],
    [
      'each retrier counts for itself',
      [
        { ErrorEquals: ['A'], MaxAttempts: 2, BackoffRate: 1 },
        { ErrorEquals: ['B'], MaxAttempts: 1, IntervalSeconds: 10 },
      ],
      failing(3, 'A', 'B', 'A'),
      'after 3',
      4,
      12,
    ],
    [
      'States.DataLimitExceeded is not what States.ALL means',
      [{ ErrorEquals: ['States.ALL'] }],
      failing(1, 'States.DataLimitExceeded'),
      'States.DataLimitExceeded',
      1,
      0,
    ],
    [
      'States.Permissions can be asked for',
      [{ ErrorEquals: ['States.Permissions'], MaxAttempts: 1 }],
      failing(1, 'States.Permissions'),
      'after 1',
      2,
      1,
    ],
  ])('%s', async (_, retry, answer, came, calls, seconds) => {
    expect(told(await run(task(...retry), { answer }))).toEqual({ came, calls, seconds });
  });

  it('with JitterStrategy FULL waits some part of the delay', async () => {
    const definition = task({ ErrorEquals: ['Broken'], IntervalSeconds: 8, MaxAttempts: 2, JitterStrategy: 'FULL' });
    const ran = await run(definition, { answer: failing(9, 'Broken'), options: { random: () => 0.25 } });
    expect(told(ran)).toEqual({ came: 'Broken', calls: 3, seconds: 2 + 4 });
  });

  it('counts the attempts in the Context Object', async () => {
    const definition = only({
      Type: 'Task',
      Resource: functionArn,
      Parameters: { 'count.$': '$$.State.RetryCount' },
      Retry: [{ ErrorEquals: ['Broken'] }],
    });
    const { calls } = await run(definition, { answer: failing(2, 'Broken') });
    expect(calls.map((call) => call.arguments)).toEqual([{ count: 0 }, { count: 1 }, { count: 2 }]);
  });

  it('begins a Parallel again as a whole', async () => {
    const branch = (name: string) => machine({ [name]: { Type: 'Task', Resource: functionArn, End: true } });
    const definition = only({
      Type: 'Parallel',
      Branches: [branch('A'), branch('B')],
      Retry: [{ ErrorEquals: ['Broken'] }],
    });
    const { status, calls, types } = await run(definition, { answer: failing(1, 'Broken') });
    expect([status, calls.length]).toEqual(['SUCCEEDED', 4]);
    expect(types.filter((type) => type.startsWith('ParallelState'))).toEqual([
      'ParallelStateEntered',
      'ParallelStateStarted',
      'ParallelStateStarted',
      'ParallelStateSucceeded',
      'ParallelStateExited',
    ]);
  });

  it('is never done for States.Runtime', async () => {
    const definition = only({
      Type: 'Task',
      Resource: functionArn,
      Parameters: { 'x.$': '$.missing' },
      Retry: [{ ErrorEquals: ['States.ALL'] }],
    });
    expect(told(await run(definition))).toEqual({ came: 'States.Runtime', calls: 0, seconds: 0 });
  });

  it('writes each attempt into the history, within one stay in the state', async () => {
    const { types } = await run(task({ ErrorEquals: ['Broken'] }), { answer: failing(1, 'Broken') });
    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });
});
