import { functionArn, jsonata, machine, problemsOf, run } from './machines';

const show = (expression: string) => ({ Type: 'Succeed', Output: `{% ${expression} %}` });

describe('Assign', () => {
  it('stores variables that every later state can read', async () => {
    const definition = jsonata({
      One: {
        Type: 'Pass',
        Assign: { a: '{% $states.input.n %}', b: { c: [1, '{% 1 + 1 %}'] } },
        Output: 'gone',
        Next: 'Two',
      },
      Two: { Type: 'Wait', Seconds: 1, Next: 'Three' },
      Three: show('{"a": $a, "b": $b}'),
    });
    expect((await run(definition, { input: { n: 5 } })).output).toEqual({ a: 5, b: { c: [1, 2] } });
  });

  it('takes effect when the state is left: within it, a variable has its former value', async () => {
    const definition = jsonata({
      One: { Type: 'Pass', Assign: { x: 1, y: 10 }, Next: 'Two' },
      Two: { Type: 'Pass', Assign: { x: '{% $x + 1 %}', y: '{% $x + $y %}' }, Output: '{% $x %}', Next: 'Three' },
      Three: show('[$states.input, $x, $y]'),
    });
    expect((await run(definition)).output).toEqual([1, 2, 11]);
  });

  it('sees the result of a Task', async () => {
    const definition = jsonata({
      Work: { Type: 'Task', Resource: functionArn, Assign: { r: '{% $states.result.v %}' }, Next: 'End' },
      End: show('$r'),
    });
    expect((await run(definition, { answer: () => ({ v: 3 }) })).output).toBe(3);
  });

  it('may be null, which is a value', async () => {
    const definition = jsonata({ One: { Type: 'Pass', Assign: { x: null }, Next: 'End' }, End: show('$x = null') });
    expect((await run(definition)).output).toBe(true);
  });

  it('of a rule counts when the rule holds, and that of the Choice with Default', async () => {
    const definition = jsonata({
      Choice: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.n > 1 %}', Assign: { way: 'rule' }, Next: 'End' }],
        Default: 'End',
        Assign: { way: 'default' },
      },
      End: show('$way'),
    });
    expect((await run(definition, { input: { n: 2 } })).output).toBe('rule');
    expect((await run(definition, { input: { n: 1 } })).output).toBe('default');
  });

  it('is told by the history when the state is left', async () => {
    const { history } = await run(jsonata({ One: { Type: 'Pass', Assign: { x: [1, 'a'] }, End: true } }));
    expect(history[2]?.stateExitedEventDetails).toMatchObject({
      assignedVariables: { x: '[1,"a"]' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  it('of a variable that no state has assigned yet gives States.QueryEvaluationError', async () => {
    const definition = jsonata({
      Choice: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.skip %}', Next: 'End' }], Default: 'One' },
      One: { Type: 'Pass', Assign: { x: 1 }, Next: 'End' },
      End: show('$x'),
    });
    expect((await run(definition, { input: { skip: true } })).error).toBe('States.QueryEvaluationError');
  });
});

describe('Assign in JSONPath', () => {
  it('takes paths and intrinsic functions, and $ is the result of a Task', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        Assign: { 'r.$': '$.v', 'f.$': "States.Format('{}!', $.v)", 'n.$': '$$.Execution.Name', c: '$.v' },
        ResultPath: null,
        Next: 'End',
      },
      End: {
        Type: 'Pass',
        Parameters: { 'r.$': '$r', 'f.$': '$f', 'n.$': '$n', 'c.$': '$c', 'in.$': '$.in' },
        End: true,
      },
    });
    expect((await run(definition, { input: { in: 1 }, answer: () => ({ v: 3 }) })).output).toEqual({
      r: 3,
      f: '3!',
      n: 'run',
      c: '$.v',
      in: 1,
    });
  });

  it('$ is what ResultSelector made, if there is one', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        ResultSelector: { 's.$': '$.v' },
        Assign: { 'x.$': '$.s' },
        Next: 'End',
      },
      End: { Type: 'Pass', Parameters: { 'x.$': '$x' }, End: true },
    });
    expect((await run(definition, { answer: () => ({ v: 3 }) })).output).toEqual({ x: 3 });
  });

  it('variables have fields, and stand in choices, waits and intrinsic functions', async () => {
    const definition = machine({
      One: { Type: 'Pass', Assign: { o: { list: [5, 6] } }, Next: 'Choice' },
      Choice: { Type: 'Choice', Choices: [{ Variable: '$o.list[1]', NumericEquals: 6, Next: 'Wait' }] },
      Wait: { Type: 'Wait', SecondsPath: '$o.list[0]', Next: 'End' },
      End: { Type: 'Pass', Parameters: { 'v.$': 'States.MathAdd($o.list[0], $o.list[1])' }, End: true },
    });
    expect(await run(definition)).toMatchObject({ output: { v: 11 }, seconds: 5 });
  });

  it('of a catcher sees the Error Output', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [machine({ Inner: { Type: 'Fail', Error: 'Broken', Cause: 'why' } })],
        Catch: [{ ErrorEquals: ['Broken'], Assign: { 'x.$': '$.Cause' }, ResultPath: null, Next: 'End' }],
        End: true,
      },
      End: { Type: 'Pass', Parameters: { 'x.$': '$x', 'in.$': '$.in' }, End: true },
    });
    expect((await run(definition, { input: { in: 1 } })).output).toEqual({ x: 'why', in: 1 });
  });

  it('of a Choice sees its input', async () => {
    const definition = machine({
      Choice: {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericEquals: 1, Assign: { 'x.$': '$.n' }, Next: 'End' }],
      },
      End: { Type: 'Pass', Parameters: { 'x.$': '$x' }, End: true },
    });
    expect((await run(definition, { input: { n: 1 } })).output).toEqual({ x: 1 });
  });
});

describe('the scope of variables', () => {
  it('reaches from outside into branches and iterations', async () => {
    const definition = jsonata({
      One: { Type: 'Pass', Assign: { x: 1 }, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [
          machine({ A: show('$x + 1') }),
          machine({
            B: { Type: 'Map', Items: [1, 2], ItemProcessor: machine({ C: show('$x + $states.input') }), End: true },
          }),
        ],
        End: true,
      },
    });
    expect((await run(definition)).output).toEqual([2, [2, 3]]);
  });

  it('keeps what a branch assigns from the others: both may use the same name', async () => {
    const branch = (name: string, value: number) =>
      machine({
        [`${name}1`]: { Type: 'Pass', Assign: { mine: value }, Next: `${name}2` },
        [`${name}2`]: show('$mine'),
      });
    const definition = jsonata({ Both: { Type: 'Parallel', Branches: [branch('A', 1), branch('B', 2)], End: true } });
    expect((await run(definition)).output).toEqual([1, 2]);
  });

  it('keeps iterations apart', async () => {
    const definition = jsonata({
      Each: {
        Type: 'Map',
        Items: [1, 2, 3],
        ItemProcessor: machine({
          A: { Type: 'Pass', Assign: { mine: '{% $states.input * 10 %}' }, Next: 'W' },
          W: { Type: 'Wait', Seconds: '{% $states.context.Map.Item.Index %}', Next: 'B' },
          B: show('$mine'),
        }),
        End: true,
      },
    });
    expect((await run(definition)).output).toEqual([10, 20, 30]);
  });

  it('refuses to read outside what is assigned within', () => {
    const definition = jsonata({
      Both: {
        Type: 'Parallel',
        Branches: [machine({ A: { Type: 'Pass', Assign: { mine: 1 }, End: true } })],
        Next: 'End',
      },
      End: show('$mine'),
    });
    expect(problemsOf(definition)).toEqual([
      'States.End.Output: $mine is assigned by no state of this flow or of one around it, and is no function.',
    ]);
  });

  it('refuses to assign within what is assigned outside', () => {
    const definition = jsonata({
      One: { Type: 'Pass', Assign: { x: 1 }, Next: 'Both' },
      Both: { Type: 'Parallel', Branches: [machine({ A: { Type: 'Pass', Assign: { x: 2 }, End: true } })], End: true },
    });
    expect(problemsOf(definition)).toEqual([
      'States.Both.Branches[0].States.A.Assign: $x is a variable of the flow around this one (States.One.Assign), which may not be assigned from within.',
    ]);
  });

  it('lets a Parallel assign outside from the results of its branches', async () => {
    const definition = jsonata({
      Both: {
        Type: 'Parallel',
        Branches: [machine({ A: show('4') }), machine({ B: show('5') })],
        Assign: { sum: '{% $sum($states.result) %}' },
        Next: 'End',
      },
      End: show('$sum'),
    });
    expect((await run(definition)).output).toBe(9);
  });

  it.each([
    ['states', '$states is reserved.'],
    ['1x', '"1x" is no name of a variable: a letter, then letters, digits or _, at most 80 characters.'],
    ['a-b', '"a-b" is no name of a variable: a letter, then letters, digits or _, at most 80 characters.'],
  ])('refuses the name %s', (name, sentence) => {
    expect(problemsOf(jsonata({ One: { Type: 'Pass', Assign: { [name]: 1 }, End: true } }))).toEqual([
      `States.One.Assign: ${sentence}`,
    ]);
  });
});
