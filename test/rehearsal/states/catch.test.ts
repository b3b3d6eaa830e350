import { TaskFailure } from '../../../rehearsal/states';
import { functionArn, jsonata, machine, run } from './machines';

const breaks = (error: string, cause = 'why') => ({
  input: { in: 1 },
  answer: () => {
    throw new TaskFailure(error, cause);
  },
});

const task = (catchers: object[], more: object = {}) =>
  machine({
    Work: { Type: 'Task', Resource: functionArn, Catch: catchers, End: true, ...more },
    ...Object.fromEntries(catchers.map((_, i) => [`Caught ${i}`, { Type: 'Pass', End: true }])),
  });

const by = (index: number, ...errors: string[]) => ({ ErrorEquals: errors, Next: `Caught ${index}` });

describe('which catcher gets an error', () => {
  it.each([
    ['the one that names it', [by(0, 'Other'), by(1, 'Broken')], 'Broken', 'Caught 1'],
    ['the first of those that name it', [by(0, 'Broken'), by(1, 'Broken')], 'Broken', 'Caught 0'],
    ['States.ALL, for any', [by(0, 'Other'), by(1, 'States.ALL')], 'Broken', 'Caught 1'],
    ['none, if none names it', [by(0, 'Other')], 'Broken', 'FAILED Broken'],
    ['none by another spelling: names are case-sensitive', [by(0, 'broken')], 'Broken', 'FAILED Broken'],
    ['States.TaskFailed, for any but a timeout', [by(0, 'States.TaskFailed')], 'Broken', 'Caught 0'],
    [
      'not States.TaskFailed, for States.Timeout',
      [by(0, 'States.TaskFailed'), by(1, 'States.ALL')],
      'States.Timeout',
      'Caught 1',
    ],
    ['States.Timeout, for a timeout', [by(0, 'States.Timeout')], 'States.Timeout', 'Caught 0'],
    ['States.Permissions, for missing rights', [by(0, 'States.Permissions')], 'States.Permissions', 'Caught 0'],
    [
      'not States.ALL, for States.DataLimitExceeded',
      [by(0, 'States.ALL')],
      'States.DataLimitExceeded',
      'FAILED States.DataLimitExceeded',
    ],
    [
      'States.DataLimitExceeded, for itself',
      [by(0, 'States.DataLimitExceeded')],
      'States.DataLimitExceeded',
      'Caught 0',
    ],
    ['not States.ALL, for States.Runtime', [by(0, 'States.ALL')], 'States.Runtime', 'FAILED States.Runtime'],
    ['nobody, for States.Runtime', [by(0, 'States.Runtime')], 'States.Runtime', 'FAILED States.Runtime'],
    ['one of several names of a catcher', [by(0, 'A', 'Broken')], 'Broken', 'Caught 0'],
  ])('%s', async (_, catchers, error, expected) => {
    const { history, status, error: failed } = await run(task(catchers), breaks(error));
    const entered = history.filter(({ type }) => type === 'PassStateEntered').at(-1)?.stateEnteredEventDetails?.name;
    expect(entered ?? `${status} ${failed}`).toBe(expected);
  });
});

describe('what a catcher gives on', () => {
  it('is the Error Output, in place of the input', async () => {
    const { output } = await run(task([by(0, 'States.ALL')]), breaks('Broken'));
    expect(output).toEqual({ Error: 'Broken', Cause: 'why' });
  });

  it('is the input with the Error Output at its ResultPath', async () => {
    const { output } = await run(task([{ ...by(0, 'States.ALL'), ResultPath: '$.problem.first' }]), breaks('Broken'));
    expect(output).toEqual({ in: 1, problem: { first: { Error: 'Broken', Cause: 'why' } } });
  });

  it('is the input alone with a ResultPath of null', async () => {
    const { output } = await run(task([{ ...by(0, 'States.ALL'), ResultPath: null }]), breaks('Broken'));
    expect(output).toEqual({ in: 1 });
  });

  it('is the raw input with it: InputPath and Parameters do not count', async () => {
    const catchers = [{ ...by(0, 'States.ALL'), ResultPath: '$.e' }];
    const { output } = await run(task(catchers, { InputPath: '$.in', Parameters: {} }), breaks('Broken', ''));
    expect(output).toEqual({ in: 1, e: { Error: 'Broken', Cause: '' } });
  });

  it('is its Output in JSONata, which sees $states.errorOutput and the input', async () => {
    const definition = jsonata({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Output: '{% {"e": $states.errorOutput.Error, "i": $states.input.in} %}',
            Next: 'Caught',
          },
        ],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    });
    expect((await run(definition, breaks('Broken'))).output).toEqual({ e: 'Broken', i: 1 });
  });

  it('are variables by its Assign, instead of those of the state', async () => {
    const definition = jsonata({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        Assign: { went: 'well' },
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { went: '{% $states.errorOutput.Cause %}' }, Next: 'Caught' }],
        Next: 'Caught',
      },
      Caught: { Type: 'Succeed', Output: '{% $went %}' },
    });
    expect((await run(definition, breaks('Broken', 'badly'))).output).toBe('badly');
  });
});

describe('Catch', () => {
  it('comes after Retry is used up', async () => {
    const retry = { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }] };
    const { calls, output } = await run(task([by(0, 'Broken')], retry), breaks('Broken'));
    expect([calls.length, output]).toEqual([3, { Error: 'Broken', Cause: 'why' }]);
  });

  it('also gets what goes wrong after the call: a ResultPath that does not fit', async () => {
    const definition = task([by(0, 'States.ResultPathMatchFailure')], { ResultPath: '$.in.deeper' });
    const { status, output } = await run(definition, { input: { in: 1 }, answer: () => 'fine' });
    expect([status, (output as { Error: string }).Error]).toEqual(['SUCCEEDED', 'States.ResultPathMatchFailure']);
  });

  it('also gets an expression that fails, as States.QueryEvaluationError', async () => {
    const definition = jsonata({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        Output: '{% $states.result.missing %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    });
    const { output, types } = await run(definition, { answer: () => ({}) });
    expect(output).toEqual({
      Error: 'States.QueryEvaluationError',
      Cause:
        "An error occurred while executing the state 'Work' (entered at the event id #2). The JSONata expression '$states.result.missing' specified for the field 'Output' returned nothing (undefined).",
    });
    expect(types.slice(4, 7)).toEqual(['LambdaFunctionSucceeded', 'EvaluationFailed', 'TaskStateExited']);
  });

  it('gets the intrinsic function that fails as States.IntrinsicFailure', async () => {
    const definition = task([by(0, 'States.IntrinsicFailure')], { Parameters: { 'x.$': 'States.StringToJson($.t)' } });
    const { output } = await run(definition, { input: { t: '{' } });
    expect(output).toMatchObject({ Error: 'States.IntrinsicFailure' });
  });

  it('does not get what the catcher itself does wrong', async () => {
    const definition = task([{ ...by(0, 'States.ALL'), ResultPath: '$.in.deeper' }, by(1, 'States.ALL')].slice(0, 1));
    expect((await run(definition, breaks('Broken'))).error).toBe('States.ResultPathMatchFailure');
  });

  it('catches the failure of a branch by its own name, and as States.BranchFailed', async () => {
    for (const name of ['Broken', 'States.BranchFailed', 'States.ALL', 'States.TaskFailed']) {
      const branch = machine({ Inner: { Type: 'Fail', Error: 'Broken', Cause: 'why' } });
      const definition = machine({
        Both: { Type: 'Parallel', Branches: [branch], Catch: [{ ErrorEquals: [name], Next: 'Caught' }], End: true },
        Caught: { Type: 'Pass', End: true },
      });
      expect((await run(definition)).output).toEqual({ Error: 'Broken', Cause: 'why' });
    }
  });

  it('in a Map does not go by States.BranchFailed', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        ItemProcessor: machine({ Inner: { Type: 'Fail', Error: 'Broken' } }),
        Catch: [{ ErrorEquals: ['States.BranchFailed'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', End: true },
    });
    expect((await run(definition, { input: [1] })).error).toBe('Broken');
  });
});
