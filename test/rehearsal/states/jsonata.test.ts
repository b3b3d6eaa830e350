import { createHash } from 'node:crypto';
import { context, functionArn, jsonata, machine, run, start } from './machines';

const input = {
  name: 'World',
  list: [
    { n: 1, t: 'x' },
    { n: 2, t: 'y' },
  ],
  empty: [],
  one: [7],
  text: '{"a":[1]}',
  nothing: null,
};

async function value(expression: string): Promise<unknown> {
  const { output, error, cause } = await run(
    jsonata({ Only: { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true } }),
    { input },
  );
  return error ? `${error}: ${cause?.split("'Output/v' ")[1]}` : (output as { v: unknown }).v;
}

describe('an expression', () => {
  it.each([
    ['finds the input in $states.input', '$states.input.name', 'World'],
    ['finds the Context Object in $states.context', '$states.context.Execution.Name', context.Execution.Name],
    ['selects', "$states.input.list[t='y'].n", 2],
    ['gives a list for several, and the value itself for one, as JSONata does', '$states.input.list.n', [1, 2]],
    ['keeps a list of one with []', "$states.input.list[t='y'].n[]", [2]],
    ['keeps a list of one that was there', '$states.input.one', [7]],
    ['keeps an empty list', '$states.input.empty', []],
    ['may be null', '$states.input.nothing', null],
    ['builds objects', '{"sum": $sum($states.input.list.n)}', { sum: 3 }],
    ['joins texts', "'Hello ' & $states.input.name", 'Hello World'],
    ['has functions of higher order', '$map($states.input.list, function($v, $i) { $v.n * $i })', [0, 2]],
    ['has variables of its own', '($a := 2; $b := $a * 3; $b)', 6],
    ['calls itself', '($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(5))', 120],
    ['has regular expressions', '$replace($states.input.name, /[a-z]+/, "-")', 'W-'],
    ['sorts', '$states.input.list^(>n).t', ['y', 'x']],
    ['groups', '$states.input.list{t: n}', { x: 1, y: 2 }],
    ['chains', '$states.input.name ~> $uppercase()', 'WORLD'],
    [
      'transforms',
      '$states.input.list ~> |$|{"n": n + 1}|',
      [
        { n: 2, t: 'x' },
        { n: 3, t: 'y' },
      ],
    ],
    ['leaves out of an object what is undefined', '{"a": 1, "b": $states.input.missing}', { a: 1 }],
    ['asks whether something is there', '$exists($states.input.missing)', false],
    [
      'goes up to the parent',
      '$states.input.list.{"n": n, "of": %.name}',
      [
        { n: 1, of: 'World' },
        { n: 2, of: 'World' },
      ],
    ],
  ])('%s', async (_, expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  it('may stand anywhere in an object or a list, and nothing else is touched', async () => {
    const output = { deep: [{ v: '{% 1 + 1 %}' }], text: 'no {% 1 %} here', space: ' {% 1 %} ', n: 1.5, no: null };
    const ran = await run(jsonata({ Only: { Type: 'Pass', Output: output, End: true } }));
    expect(ran.output).toEqual({ ...output, deep: [{ v: 2 }] });
  });

  it('cannot change the input', async () => {
    const definition = jsonata({
      One: { Type: 'Pass', Output: '{% ($x := $states.input ~> |$|{"name": "other"}|; $states.input) %}', Next: 'Two' },
      Two: { Type: 'Pass', Output: '{% $states.context.Execution.Input.name %}', End: true },
    });
    expect((await run(definition, { input })).output).toBe('World');
  });
});

describe('States.QueryEvaluationError comes of', () => {
  it.each([
    ['a result that is undefined', '$states.input.missing', 'returned nothing (undefined).'],
    [
      'types that do not go together',
      '1 + "a"',
      'threw an error during evaluation: The right side of the "+" operator must evaluate to a number',
    ],
    ['a result that is a function', 'function() { 1 }', 'returned an unsupported result type: a function.'],
    [
      'a result that is no number',
      '$number("x")',
      'threw an error during evaluation: Unable to cast value to a number: "x"',
    ],
    ['$error', '$error("my words")', 'threw an error during evaluation: my words'],
    [
      'a recursion without an end',
      '($f := function($n) { 1 + $f($n) }; $f(1))',
      'threw an error during evaluation: Stack overflow. Check for non-terminating recursive function.  Consider rewriting as tail-recursive',
    ],
    ['a step of 0', '$range(1, 2, 0)', 'threw an error during evaluation: $range takes any step but 0'],
    [
      'an unknown hash',
      '$hash("a", "X")',
      'threw an error during evaluation: $hash knows MD5, SHA-1, SHA-256, SHA-384, SHA-512, and is asked for X',
    ],
    [
      'a text that $parse cannot read',
      '$parse("{")',
      'threw an error during evaluation: $parse was given a text that is no JSON',
    ],
  ])('%s', async (_, expression, expected) => {
    expect(await value(expression)).toBe(`States.QueryEvaluationError: ${expected}`);
  });

  it('an expression that runs for more than ten seconds', async () => {
    let now = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 100));
    const found = await value('($f := function($n) { $f($n + 1) }; $f(1))');
    jest.restoreAllMocks();
    expect(found).toBe(
      'States.QueryEvaluationError: threw an error during evaluation: Evaluation timeout after 10000 milliseconds. Check for infinite loop',
    );
  });

  it('a Condition that is neither true nor false', async () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] };
    const { error, cause } = await run(jsonata({ Choice: choice, End: { Type: 'Succeed' } }));
    expect([error, cause]).toEqual([
      'States.QueryEvaluationError',
      "An error occurred while executing the state 'Choice' (entered at the event id #2). The field 'Choices[0]/Condition' must be true or false, and is 1.",
    ]);
  });

  it('Seconds that are no whole number', async () => {
    const { error } = await run(jsonata({ Wait: { Type: 'Wait', Seconds: '{% 1.5 %}', End: true } }));
    expect(error).toBe('States.QueryEvaluationError');
  });

  it('and the history names state, field and cause', async () => {
    const { history } = await run(
      jsonata({ Only: { Type: 'Pass', Output: { v: '{% $states.input.no %}' }, End: true } }),
    );
    const cause =
      "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '$states.input.no' specified for the field 'Output/v' returned nothing (undefined).";
    expect(history[2]).toMatchObject({
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: {
        error: 'States.QueryEvaluationError',
        cause,
        location: 'Output/v',
        state: 'Only',
      },
    });
    expect(history[3]).toMatchObject({ type: 'ExecutionFailed', executionFailedEventDetails: { cause } });
  });
});

describe('the functions that Step Functions adds', () => {
  it.each([
    ['$partition cuts into pieces', '$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range includes its end', '$range(0, 10, 5)', [0, 5, 10]],
    ['$range goes down as well', '$range(3, 1, -1)', [3, 2, 1]],
    ['$hash knows SHA-256', '$hash("abc", "SHA-256")', createHash('sha256').update('abc').digest('hex')],
    ['$hash knows MD5', '$hash("abc", "MD5")', createHash('md5').update('abc').digest('hex')],
    ['$parse reads JSON', '$parse($states.input.text)', { a: [1] }],
    ['$random follows its seed', '$random(1) = $random(1) and $random(1) != $random(2)', true],
    ['$random is from 0 up to 1', '($r := $random(); $r >= 0 and $r < 1)', true],
    [
      '$uuid makes a UUID of version 4',
      '$match($uuid(), /^[\\da-f]{8}-[\\da-f]{4}-4[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$/).index',
      0,
    ],
    ['$now tells the time of the rehearsal', '$now()', start.toISOString()],
    ['$now takes a picture', '$now("[Y]-[M01]")', '2026-01'],
    ['$millis tells the time of the rehearsal', '$millis()', start.getTime()],
  ])('%s', async (_, expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });
});

describe('the fields of JSONata states', () => {
  it('Arguments are sent, and Output is what leaves', async () => {
    const definition = jsonata({
      Work: {
        Type: 'Task',
        Resource: functionArn,
        Arguments: { n: '{% $states.input.n + 1 %}' },
        Output: '{% $states.result.n * $states.input.n %}',
        End: true,
      },
    });
    const { calls, output } = await run(definition, { input: { n: 4 }, answer: () => ({ n: 10 }) });
    expect([calls[0]?.arguments, output]).toEqual([{ n: 5 }, 40]);
  });

  it('without Arguments the input is sent, and without Output the result leaves', async () => {
    const { calls, output } = await run(jsonata({ Work: { Type: 'Task', Resource: functionArn, End: true } }), {
      input: { n: 4 },
      answer: () => 'done',
    });
    expect([calls[0]?.arguments, output]).toEqual([{ n: 4 }, 'done']);
  });

  it('TimeoutSeconds and HeartbeatSeconds may be expressions', async () => {
    const work = {
      Type: 'Task',
      Resource: functionArn,
      TimeoutSeconds: '{% $states.input.t * 2 %}',
      HeartbeatSeconds: '{% $states.input.t %}',
      End: true,
    };
    const { calls } = await run(jsonata({ Work: work }), { input: { t: 30 }, answer: () => 1 });
    expect(calls[0]).toMatchObject({ timeoutSeconds: 60, heartbeatSeconds: 30 });
  });

  it('Error and Cause of a Fail may be expressions', async () => {
    const fail = { Type: 'Fail', Error: "{% 'Bad' & $states.input.n %}", Cause: 'fixed' };
    expect(await run(jsonata({ Fail: fail }), { input: { n: 1 } })).toMatchObject({
      status: 'FAILED',
      error: 'Bad1',
      cause: 'fixed',
    });
  });

  it('a rule of a Choice has an Output of its own, and that of the state goes with Default', async () => {
    const definition = jsonata({
      Choice: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.n > 1 %}', Output: 'rule', Next: 'End' }],
        Default: 'End',
        Output: 'default',
      },
      End: { Type: 'Succeed' },
    });
    expect((await run(definition, { input: { n: 2 } })).output).toBe('rule');
    expect((await run(definition, { input: { n: 1 } })).output).toBe('default');
  });

  it('a Condition may simply be true', async () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: true, Next: 'End' }] };
    expect((await run(jsonata({ Choice: choice, End: { Type: 'Succeed' } }))).status).toBe('SUCCEEDED');
  });

  it('a single state may speak JSONata in a machine of JSONPath', async () => {
    const definition = machine({
      Path: { Type: 'Pass', Parameters: { 'n.$': '$.n' }, Next: 'Ata' },
      Ata: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.n + 1 %}', End: true },
    });
    expect((await run(definition, { input: { n: 1 } })).output).toBe(2);
  });
});
