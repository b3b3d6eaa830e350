import { TaskFailure } from '../../../rehearsal/states';
import { functionArn, jsonata, machine, only, problemsOf, run } from './machines';

const identity = machine({ Item: { Type: 'Pass', End: true } });
const each = (more: object) => only({ Type: 'Map', ItemProcessor: identity, ...more });
const work = machine({ Work: { Type: 'Task', Resource: functionArn, End: true } });

describe('an inline Map', () => {
  it('runs its states for each item of the input, and gives the list of the outputs', async () => {
    expect((await run(each({}), { input: [1, 'two', { n: 3 }] })).output).toEqual([1, 'two', { n: 3 }]);
  });

  it('finds the items by ItemsPath', async () => {
    expect((await run(each({ ItemsPath: '$.a.list' }), { input: { a: { list: [1, 2] } } })).output).toEqual([1, 2]);
  });

  it('gives an empty list for no items', async () => {
    const { output, types } = await run(each({}), { input: [] });
    expect([output, types.slice(1, 4)]).toEqual([[], ['MapStateEntered', 'MapStateStarted', 'MapStateSucceeded']]);
  });

  it('builds the input of each iteration by ItemSelector, which sees the input and the item', async () => {
    const selector = { 'all.$': '$.name', 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value.n' };
    const { output } = await run(each({ ItemsPath: '$.l', ItemSelector: selector }), {
      input: { name: 'x', l: [{ n: 5 }, { n: 6 }] },
    });
    expect(output).toEqual([
      { all: 'x', i: 0, v: 5 },
      { all: 'x', i: 1, v: 6 },
    ]);
  });

  it('knows the former names Iterator and Parameters', async () => {
    const definition = only({ Type: 'Map', Iterator: identity, Parameters: { 'v.$': '$$.Map.Item.Value' } });
    expect((await run(definition, { input: [1] })).output).toEqual([{ v: 1 }]);
  });

  it('takes Items and ItemSelector in JSONata', async () => {
    const definition = jsonata({
      Each: {
        Type: 'Map',
        Items: '{% [1..3] %}',
        ItemSelector: {
          n: '{% $states.context.Map.Item.Value + $states.input.add %}',
          i: '{% $states.context.Map.Item.Index %}',
        },
        ItemProcessor: machine({
          Item: { Type: 'Pass', Output: '{% $states.input.n * 10 + $states.input.i %}', End: true },
        }),
        Output: '{% $sum($states.result) %}',
        End: true,
      },
    });
    expect((await run(definition, { input: { add: 1 } })).output).toBe(20 + 31 + 42);
  });

  it('puts its result through ResultSelector and ResultPath', async () => {
    const definition = each({
      ItemsPath: '$.l',
      ResultSelector: { 'n.$': 'States.ArrayLength($)' },
      ResultPath: '$.r',
    });
    expect((await run(definition, { input: { l: [1, 2] } })).output).toEqual({ l: [1, 2], r: { n: 2 } });
  });

  it.each([
    ['all at once without MaxConcurrency', {}, 10],
    ['all at once with a MaxConcurrency of 0', { MaxConcurrency: 0 }, 10],
    ['one after the other with 1', { MaxConcurrency: 1 }, 60],
    ['as many at once as it says', { MaxConcurrency: 2 }, 30],
    ['as many at once as the input says', { MaxConcurrencyPath: '$.m' }, 20],
  ])('runs %s', async (_, more, seconds) => {
    const processor = machine({ Wait: { Type: 'Wait', Seconds: 10, End: true } });
    const ran = await run(each({ ItemsPath: '$.l', ItemProcessor: processor, ...more }), {
      input: { l: [1, 2, 3, 4, 5, 6], m: 3 },
    });
    expect(ran.seconds).toBe(seconds);
  });

  it('runs at most 40 iterations at once', async () => {
    const processor = machine({ Wait: { Type: 'Wait', Seconds: 10, End: true } });
    expect((await run(each({ ItemProcessor: processor }), { input: new Array(81).fill(0) })).seconds).toBe(30);
  });

  it('fails when an iteration fails, with its error, and ends the others', async () => {
    const processor = machine({
      Choice: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 2, Next: 'Fail' }], Default: 'Wait' },
      Fail: { Type: 'Fail', Error: 'Broken' },
      Wait: { Type: 'Wait', Seconds: 60, End: true },
    });
    const { error, seconds, types } = await run(each({ ItemProcessor: processor }), { input: [1, 2, 3] });
    expect([error, seconds]).toEqual(['Broken', 0]);
    expect(types.slice(types.indexOf('FailStateEntered') + 1)).toEqual([
      'MapIterationFailed',
      'WaitStateAborted',
      'MapIterationAborted',
      'WaitStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('begins no further iteration once one has failed', async () => {
    const { calls } = await run(each({ ItemProcessor: work, MaxConcurrency: 1 }), {
      input: [1, 2, 3],
      answer: () => {
        throw new TaskFailure('Broken', '');
      },
    });
    expect(calls.map((call) => call.arguments)).toEqual([1]);
  });

  it('retries within an iteration alone that iteration', async () => {
    const retrying = machine({
      Work: { Type: 'Task', Resource: functionArn, Retry: [{ ErrorEquals: ['Broken'] }], End: true },
    });
    let broken = true;
    const { output, calls } = await run(each({ ItemProcessor: retrying }), {
      input: [1, 2],
      answer: ({ arguments: n }) => {
        if (n === 2 && broken) {
          broken = false;
          throw new TaskFailure('Broken', '');
        }
        return n;
      },
    });
    expect([output, calls.length]).toEqual([[1, 2], 3]);
  });

  it('may stand in another, and the item is the inner one', async () => {
    const inner = machine({
      Inner: {
        Type: 'Map',
        ItemProcessor: machine({
          I: { Type: 'Pass', Parameters: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value' }, End: true },
        }),
        End: true,
      },
    });
    expect((await run(each({ ItemProcessor: inner }), { input: [['a'], ['b', 'c']] })).output).toEqual([
      [{ i: 0, v: 'a' }],
      [
        { i: 0, v: 'b' },
        { i: 1, v: 'c' },
      ],
    ]);
  });

  it('fails with States.Runtime for items that are no list, and in JSONata with States.QueryEvaluationError', async () => {
    expect((await run(each({}), { input: { a: 1 } })).error).toBe('States.Runtime');
    expect((await run(each({ ItemsPath: '$.a' }), { input: { a: 1 } })).error).toBe('States.Runtime');
    const definition = jsonata({ Each: { Type: 'Map', Items: '{% "text" %}', ItemProcessor: identity, End: true } });
    expect((await run(definition)).error).toBe('States.QueryEvaluationError');
  });

  it('writes the events of each iteration with its index', async () => {
    const { history } = await run(each({}), { input: ['a'] });
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'PassStateEntered',
      'PassStateExited',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(history[2]?.mapStateStartedEventDetails).toEqual({ length: 1 });
    expect(history[3]?.mapIterationStartedEventDetails).toEqual({ name: 'Only', index: 0 });
  });

  it('is refused when it is distributed', () => {
    const processor = { ...identity, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
    expect(problemsOf(each({ ItemProcessor: processor, ToleratedFailureCount: 1 }))).toEqual([
      'States.Only.ToleratedFailureCount: belongs to a distributed Map, which is not interpreted here.',
      'States.Only.ItemProcessor.ProcessorConfig.Mode: a distributed Map is not interpreted here: only INLINE is.',
    ]);
  });
});
