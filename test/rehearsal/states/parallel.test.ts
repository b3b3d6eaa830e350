import { TaskFailure } from '../../../rehearsal/states';
import { functionArn, machine, only, run } from './machines';

const wait = (name: string, seconds: number, after: object = { End: true }) => ({
  [name]: { Type: 'Wait', Seconds: seconds, ...after },
});
const pass = (name: string, result: unknown) => machine({ [name]: { Type: 'Pass', Result: result, End: true } });

describe('a Parallel', () => {
  it('gives its input to each branch, and a list of their outputs, in the order of the branches', async () => {
    const slow = machine({
      ...wait('Slow', 10, { Next: 'A' }),
      A: { Type: 'Pass', Parameters: { 'got.$': '$.n' }, End: true },
    });
    const { output, seconds } = await run(only({ Type: 'Parallel', Branches: [slow, pass('B', 2)] }), {
      input: { n: 7 },
    });
    expect([output, seconds]).toEqual([[{ got: 7 }, 2], 10]);
  });

  it('runs its branches at the same time', async () => {
    const { seconds } = await run(
      only({ Type: 'Parallel', Branches: [machine(wait('A', 30)), machine(wait('B', 20))] }),
    );
    expect(seconds).toBe(30);
  });

  it('sends Parameters, and puts its result through ResultSelector and ResultPath', async () => {
    const definition = only({
      Type: 'Parallel',
      Parameters: { 'x.$': '$.n' },
      Branches: [machine({ A: { Type: 'Pass', End: true } }), pass('B', 2)],
      ResultSelector: { 'first.$': '$[0].x', 'all.$': '$' },
      ResultPath: '$.r',
    });
    expect((await run(definition, { input: { n: 7 } })).output).toEqual({ n: 7, r: { first: 7, all: [{ x: 7 }, 2] } });
  });

  it('fails when one branch fails, and ends the others at once', async () => {
    const failing = machine({
      ...wait('Soon', 5, { Next: 'Fail' }),
      Fail: { Type: 'Fail', Error: 'Broken', Cause: 'why' },
    });
    const { status, error, cause, seconds, types } = await run(
      only({ Type: 'Parallel', Branches: [machine(wait('Late', 60)), failing] }),
    );
    expect([status, error, cause, seconds]).toEqual(['FAILED', 'Broken', 'why', 5]);
    expect(types.slice(-4)).toEqual(['FailStateEntered', 'WaitStateAborted', 'ParallelStateFailed', 'ExecutionFailed']);
  });

  it('tells the calls of the other branches that nobody waits for them', async () => {
    const told: unknown[] = [];
    const task = machine({ Work: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', End: true } });
    const failing = machine({ ...wait('Soon', 5, { Next: 'Fail' }), Fail: { Type: 'Fail', Error: 'Broken' } });
    const { status } = await run(only({ Type: 'Parallel', Branches: [task, failing] }), {
      answer: ({ signal }) => new Promise(() => signal.addEventListener('abort', () => told.push('aborted'))),
    });
    expect([status, told]).toEqual(['FAILED', ['aborted']]);
  });

  it('may stand in another', async () => {
    const inner = machine({ Inner: { Type: 'Parallel', Branches: [pass('A', 1), pass('B', 2)], End: true } });
    expect((await run(only({ Type: 'Parallel', Branches: [inner, pass('C', 3)] }))).output).toEqual([[1, 2], 3]);
  });

  it('that fails within another ends the outer one, and the history tells of all that stood open', async () => {
    const inner = machine({
      Inner: { Type: 'Parallel', Branches: [machine(wait('A', 60)), machine(wait('B', 70))], End: true },
    });
    const failing = machine({ Work: { Type: 'Task', Resource: functionArn, End: true } });
    const { types } = await run(only({ Type: 'Parallel', Branches: [inner, failing] }), {
      answer: () => {
        throw new TaskFailure('Broken', '');
      },
    });
    expect(types.slice(-6)).toEqual([
      'LambdaFunctionFailed',
      'WaitStateAborted',
      'WaitStateAborted',
      'ParallelStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('writes its events with the ids of those before them', async () => {
    const { history } = await run(only({ Type: 'Parallel', Branches: [pass('A', 1), pass('B', 2)] }));
    const lines = history.map(({ id, previousEventId, type, stateEnteredEventDetails: entered }) =>
      `${id} after ${previousEventId}: ${type} ${entered?.name ?? ''}`.trim(),
    );
    expect(lines.slice(0, 5)).toEqual([
      '1 after 0: ExecutionStarted',
      '2 after 0: ParallelStateEntered Only',
      '3 after 2: ParallelStateStarted',
      '4 after 3: PassStateEntered A',
      '5 after 3: PassStateEntered B',
    ]);
    expect(lines.slice(-3).map((line) => line.split(': ')[1])).toEqual([
      'ParallelStateSucceeded',
      'ParallelStateExited Only'.replace(' Only', ''),
      'ExecutionSucceeded',
    ]);
  });
});
