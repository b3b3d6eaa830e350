import { functionArn, jsonata, machine, only, run } from './machines';

const large = 'x'.repeat(256 * 1024 + 1);

describe('256 KiB', () => {
  it.each([
    ['is the most that a Task may return', only({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' })],
    [
      'is the most, even if only a part of the result is kept',
      only({ Type: 'Task', Resource: functionArn, ResultPath: null }),
    ],
  ])('%s', async (_, definition) => {
    const ran = await run(definition, { answer: () => large });
    expect(ran).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(ran.cause).toMatch(
      /^The state\/task '.*' returned a result with a size exceeding the maximum number of bytes service limit\.$/,
    );
  });

  it('is counted in bytes of UTF-8, with the quotes of JSON', async () => {
    const task = only({ Type: 'Task', Resource: functionArn });
    expect((await run(task, { answer: () => 'x'.repeat(256 * 1024 - 2) })).status).toBe('SUCCEEDED');
    expect((await run(task, { answer: () => 'é'.repeat(128 * 1024 - 1) })).status).toBe('SUCCEEDED');
    expect((await run(task, { answer: () => 'é'.repeat(128 * 1024) })).error).toBe('States.DataLimitExceeded');
  });

  it('is the most that a state may send', async () => {
    const definition = jsonata({
      Work: { Type: 'Task', Resource: functionArn, Arguments: '{% $pad("", 300000) %}', End: true },
    });
    const ran = await run(definition);
    expect([ran.error, ran.calls.length]).toEqual(['States.DataLimitExceeded', 0]);
  });

  it('is the most that may leave a state', async () => {
    const definition = jsonata({ One: { Type: 'Pass', Output: '{% $pad("", 300000) %}', End: true } });
    expect((await run(definition)).error).toBe('States.DataLimitExceeded');
  });

  it('is the most that a state may assign', async () => {
    const definition = jsonata({ One: { Type: 'Pass', Assign: { x: '{% $pad("", 300000) %}' }, End: true } });
    expect((await run(definition)).error).toBe('States.DataLimitExceeded');
  });
});

describe('10 MiB', () => {
  it('are the most that all variables together may hold', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 42 }, (_, i) => [
        `S${i}`,
        {
          Type: 'Pass',
          Assign: { [`v${i}`]: '{% $pad("", 255000) %}' },
          ...(i === 41 ? { End: true } : { Next: `S${i + 1}` }),
        },
      ]),
    );
    const { error, cause, types } = await run(jsonata(states));
    expect([error, cause]).toEqual([
      'States.DataLimitExceeded',
      "An error occurred while executing the state 'S41' (entered at the event id #84). All variables of an execution are larger than 10 MiB.",
    ]);
    expect(types.filter((type) => type === 'PassStateExited')).toHaveLength(41);
  });

  it('do not count those of an iteration that has ended', async () => {
    const processor = machine({ I: { Type: 'Pass', Assign: { v: '{% $pad("", 255000) %}' }, Output: 1, End: true } });
    const definition = jsonata({
      Each: { Type: 'Map', Items: '{% [1..100] %}', MaxConcurrency: 1, ItemProcessor: processor, End: true },
    });
    expect((await run(definition)).status).toBe('SUCCEEDED');
  });
});

describe('25,000 events', () => {
  const loop = jsonata({
    Begin: { Type: 'Pass', Assign: { n: 0 }, Next: 'Choice' },
    Choice: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $n < $states.context.Execution.Input.times %}', Next: 'Count' }],
      Default: 'End',
    },
    Count: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Choice' },
    End: { Type: 'Succeed', Output: '{% $n %}' },
  });

  it('end the execution, past every Catch, the last of them telling so', async () => {
    const branch = machine({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], Default: 'C' },
      C: { Type: 'Succeed' },
    });
    const definition = jsonata({
      Both: {
        Type: 'Parallel',
        Branches: [branch],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Succeed' },
    });
    const { status, error, cause, history } = await run(definition);
    expect([status, error, cause]).toEqual([
      'FAILED',
      'States.Runtime',
      'The execution reached the maximum number of history events (25000).',
    ]);
    expect([history.length, history.at(-1)?.id, history.at(-1)?.type]).toEqual([25_000, 25_000, 'ExecutionFailed']);
  });

  it('are enough for an execution that needs a few less', async () => {
    const { status, output, history } = await run(loop, { input: { times: 6000 } });
    expect([status, output, history.length]).toEqual(['SUCCEEDED', 6000, 24_000 + 8]);
  });

  it('do not bound an Express execution', async () => {
    const { status, history } = await run(loop, { input: { times: 7000 }, type: 'EXPRESS' });
    expect([status, history.length]).toEqual(['SUCCEEDED', 28_008]);
  });
});
