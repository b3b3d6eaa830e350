import type { Json } from '../../../rehearsal/states';
import { context, functionArn, machine, only, run, start } from './machines';

const input: Json = {
  a: { b: [10, 20, 30, 40], 'with space': 1, 'dash-ed': 2 },
  list: [
    { n: 1, tag: 'x' },
    { n: 2, tag: 'y', more: true },
    { n: 3, tag: 'x' },
  ],
  nothing: null,
};

async function finds(path: string): Promise<unknown> {
  const { output, error } = await run(only({ Type: 'Pass', Parameters: { 'v.$': path } }), { input });
  return error ?? (output as { v: unknown }).v;
}

describe('what a path finds', () => {
  it.each([
    ['$ is the whole input', '$', input],
    ['names follow after dots', '$.a.b', [10, 20, 30, 40]],
    ['names may have a dash', '$.a.dash-ed', 2],
    ['names may stand in brackets and quotes', "$['a']['with space']", 1],
    ['double quotes do as well', '$["a"].b[0]', 10],
    ['an index begins at 0', '$.a.b[1]', 20],
    ['a negative index counts from the end', '$.a.b[-1]', 40],
    ['several indexes give a list', '$.a.b[0,2]', [10, 30]],
    ['* gives all items', '$.list[*].n', [1, 2, 3]],
    ['.* gives all values of an object', '$.list[1].*', [2, 'y', true]],
    ['a slice ends before its end', '$.a.b[1:3]', [20, 30]],
    ['a slice may be open at its start', '$.a.b[:2]', [10, 20]],
    ['a slice may be open at its end and begin from behind', '$.a.b[-2:]', [30, 40]],
    ['a slice may step', '$.a.b[::2]', [10, 30]],
    ['.. searches at any depth', '$..n', [1, 2, 3]],
    ['..* is everything below', '$.list[0]..*', [1, 'x']],
    ['a filter compares fields', "$.list[?(@.tag == 'x')].n", [1, 3]],
    ['a filter compares numbers', '$.list[?(@.n >= 2)].n', [2, 3]],
    ['a filter asks whether a field is there', '$.list[?(@.more)].n', [2]],
    ['a filter joins by &&', "$.list[?(@.n > 1 && @.tag == 'x')].n", [3]],
    ['a filter joins by ||, which binds less than &&', "$.list[?(@.n == 1 || @.n > 1 && @.tag == 'y')].n", [1, 2]],
    ['a filter negates by !', '$.list[?(!(@.more))].n', [1, 3]],
    ['a filter may compare with another path', '$.list[?(@.n == $.list[1].n)].tag', ['y']],
    ['a filter that finds none gives an empty list', '$.list[?(@.n > 9)]', []],
    ['null can be found', '$.nothing', null],
    ['$$ is the Context Object', '$$.Execution.Name', 'run'],
    ['what is not there is States.Runtime', '$.missing', 'States.Runtime'],
    ['an index past the end is States.Runtime', '$.a.b[9]', 'States.Runtime'],
    ['a name in a list is States.Runtime', '$.a.b.c', 'States.Runtime'],
  ])('%s', async (_, path, expected) => {
    expect(await finds(path)).toEqual(expected);
  });
});

describe('the Context Object', () => {
  it('tells of the execution, the machine and the state', async () => {
    const { output } = await run(only({ Type: 'Pass', Parameters: { 'c.$': '$$' } }), { input: { x: 1 } });
    const at = start.toISOString();
    expect(output).toEqual({
      c: {
        Execution: { ...context.Execution, Input: { x: 1 }, StartTime: at, RedriveCount: 0 },
        StateMachine: context.StateMachine,
        State: { Name: 'Only', EnteredTime: at },
      },
    });
  });
});

describe('the way of the data through a state', () => {
  const task = (more: object) => only({ Type: 'Task', Resource: functionArn, ...more });
  const data = { input: { a: { b: 1 }, keep: 'me' }, answer: () => ({ result: { x: 1 }, rest: 2 }) };

  it('InputPath selects what is sent', async () => {
    expect((await run(task({ InputPath: '$.a' }), data)).calls[0]?.arguments).toEqual({ b: 1 });
  });

  it('an InputPath of null sends an empty object', async () => {
    expect((await run(task({ InputPath: null }), data)).calls[0]?.arguments).toEqual({});
  });

  it('Parameters build what is sent out of constants and what InputPath selected', async () => {
    const definition = task({
      InputPath: '$.a',
      Parameters: { 'one.$': '$.b', deep: [{ 'two.$': '$$.State.Name' }], fix: '$.b' },
    });
    expect((await run(definition, data)).calls[0]?.arguments).toEqual({ one: 1, deep: [{ two: 'Only' }], fix: '$.b' });
  });

  it('without more, the result is the output', async () => {
    expect((await run(task({}), data)).output).toEqual({ result: { x: 1 }, rest: 2 });
  });

  it('ResultSelector builds the result anew', async () => {
    expect((await run(task({ ResultSelector: { 'y.$': '$.result.x', c: 3 } }), data)).output).toEqual({ y: 1, c: 3 });
  });

  it('ResultPath puts the result into the raw input, and makes the objects on the way', async () => {
    const definition = task({ InputPath: '$.a', ResultPath: '$.new.place' });
    expect((await run(definition, data)).output).toEqual({
      a: { b: 1 },
      keep: 'me',
      new: { place: { result: { x: 1 }, rest: 2 } },
    });
  });

  it('ResultPath may replace an item of a list', async () => {
    const { output } = await run(task({ ResultPath: '$.l[1]' }), { input: { l: [1, 2] }, answer: () => 'new' });
    expect(output).toEqual({ l: [1, 'new'] });
  });

  it('a ResultPath of null drops the result', async () => {
    expect((await run(task({ ResultPath: null }), data)).output).toEqual(data.input);
  });

  it('a ResultPath through something that is no object is States.ResultPathMatchFailure', async () => {
    expect((await run(task({ ResultPath: '$.keep.x' }), data)).error).toBe('States.ResultPathMatchFailure');
  });

  it('OutputPath selects from what ResultPath left', async () => {
    expect((await run(task({ ResultPath: '$.r', OutputPath: '$.r.rest' }), data)).output).toBe(2);
  });

  it('an OutputPath of null leaves an empty object', async () => {
    expect((await run(task({ OutputPath: null }), data)).output).toEqual({});
  });

  it('an InputPath or OutputPath that finds nothing is States.Runtime', async () => {
    expect((await run(task({ InputPath: '$.x' }), data)).error).toBe('States.Runtime');
    const { error, cause } = await run(task({ OutputPath: '$.x' }), data);
    expect([error, cause]).toEqual([
      'States.Runtime',
      `An error occurred while executing the state 'Only' (entered at the event id #2). The JSONPath '$.x' specified for the field 'OutputPath' could not be found in the input '{"result":{"x":1},"rest":2}'`,
    ]);
  });

  it('a path in Parameters that finds nothing can be caught by States.ParameterPathFailure alone', async () => {
    const caught = (name: string) =>
      machine({
        Work: {
          Type: 'Task',
          Resource: functionArn,
          Parameters: { 'x.$': '$.no' },
          Catch: [{ ErrorEquals: [name], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed' },
      });
    expect((await run(caught('States.ParameterPathFailure'))).status).toBe('SUCCEEDED');
    expect((await run(caught('States.ALL'))).error).toBe('States.Runtime');
  });

  it('a Pass gives its Result, its Parameters, or its input, at its ResultPath', async () => {
    expect((await run(only({ Type: 'Pass', Result: { fix: 1 }, ResultPath: '$.r' }), data)).output).toEqual({
      ...data.input,
      r: { fix: 1 },
    });
    expect((await run(only({ Type: 'Pass', Parameters: { 'p.$': '$.keep' } }), data)).output).toEqual({ p: 'me' });
    expect((await run(only({ Type: 'Pass' }), data)).output).toEqual(data.input);
  });

  it('a Fail takes its error and cause from paths and from intrinsic functions', async () => {
    const definition = machine({
      F: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{} broke', $.who)" },
    });
    expect(await run(definition, { input: { e: 'Bad', who: 'it' } })).toMatchObject({
      status: 'FAILED',
      error: 'Bad',
      cause: 'it broke',
    });
  });

  it('a key called __proto__ is data like any other', async () => {
    const strange = JSON.parse('{"__proto__":{"x":1},"y":2}');
    const { output } = await run(only({ Type: 'Pass', ResultPath: '$.z', Result: 3 }), { input: strange });
    expect(JSON.stringify(output)).toBe('{"__proto__":{"x":1},"y":2,"z":3}');
  });
});
