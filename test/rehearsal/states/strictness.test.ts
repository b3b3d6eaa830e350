import { functionArn, jsonata, machine, only, parse, problemsOf } from './machines';

const pass = { Type: 'Pass', End: true };
const task = (more: object) => only({ Type: 'Task', Resource: functionArn, ...more });
const choice = (...rules: object[]) =>
  machine({ Check: { Type: 'Choice', Choices: rules, Default: 'Other' }, Other: pass });
const rule = (more: object) => choice({ Variable: '$.v', Next: 'Other', ...more });

describe('the structure of a machine', () => {
  it.each([
    [
      'an unknown field',
      machine({ A: pass }, { Start: 'A' }),
      [
        'Start: is no field of a state machine, which has Comment, QueryLanguage, StartAt, States, TimeoutSeconds, Version.',
      ],
    ],
    ['no StartAt', { States: { A: pass } }, ['StartAt is missing.']],
    ['a StartAt that does not exist', { StartAt: 'B', States: { A: pass } }, ['StartAt: there is no state "B" here.']],
    [
      'no states',
      { StartAt: 'A', States: {} },
      ['States must be an object of at least one state.', 'StartAt: there is no state "A" here.'],
    ],
    [
      'an unknown language',
      machine({ A: pass }, { QueryLanguage: 'JMESPath' }),
      ['QueryLanguage: must be one of JSONPath, JSONata, and is "JMESPath".'],
    ],
    ['an unknown version', machine({ A: pass }, { Version: '2.0' }), ['Version: must be 1.0, and is "2.0".']],
    [
      'a TimeoutSeconds of 0',
      machine({ A: pass }, { TimeoutSeconds: 0 }),
      ['TimeoutSeconds: must be a whole number from 1 to 99999999, and is 0.'],
    ],
    [
      'a Next that does not exist',
      machine({ A: { Type: 'Pass', Next: 'B' }, C: pass }),
      ['States.A.Next: there is no state "B" here.', 'States.C: no state leads here.'],
    ],
    ['a state that nothing leads to', machine({ A: pass, B: pass }), ['States.B: no state leads here.']],
    [
      'a flow without an end',
      machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
      ['no state ends the flow: one must be a Succeed or a Fail, or have "End": true.'],
    ],
    [
      'a Next into a branch',
      machine({ A: { Type: 'Parallel', Branches: [machine({ B: pass })], Next: 'B' } }),
      [
        'States.A.Next: there is no state "B" here.',
        'no state ends the flow: one must be a Succeed or a Fail, or have "End": true.',
      ],
    ],
    [
      'a name that a branch uses again',
      machine({ A: { Type: 'Parallel', Branches: [machine({ A: pass })], End: true } }),
      ['States.A.Branches[0].States.A: another state of this machine has that name: States.A.'],
    ],
    [
      'a name that is too long',
      machine({ ['a'.repeat(81)]: pass }),
      [`States.${'a'.repeat(81)}: the name of a state has at most 80 characters.`],
    ],
    ['a list instead of an object', [], ['must be an object, and is [].']],
  ])('refuses %s', (_, definition, sentences) => {
    expect(problemsOf(definition)).toEqual(sentences);
  });

  it('refuses a text that is no JSON', () => {
    expect(problemsOf('{')).toEqual([expect.stringMatching(/^The definition is no JSON: /)]);
  });

  it('is also read from text', () => {
    expect([...parse(JSON.stringify(machine({ A: pass }))).states.keys()]).toEqual(['A']);
  });

  it('is refused with all that is wrong, at once', () => {
    const wrong = { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: -1, Nxt: 'B' }, B: { Type: 'Pas' } } };
    expect(() => parse(wrong)).toThrow(
      [
        'The state machine definition has 4 problems:',
        '  States.A.Seconds: must be a whole number from 0 to 99999999, and is -1.',
        '  States.A: needs a Next or "End": true.',
        '  States.A.Nxt: is no field of a Wait, which has Assign, Comment, End, InputPath, Next, OutputPath, QueryLanguage, Seconds, SecondsPath, Timestamp, TimestampPath, Type.',
        '  States.B.Type: must be one of Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map, and is "Pas".',
      ].join('\n'),
    );
  });
});

describe('a state', () => {
  it.each([
    ['no Type', machine({ A: { End: true } }), ['States.A: Type is missing.']],
    [
      'neither Next nor End',
      machine({ A: { Type: 'Pass' }, B: pass }),
      ['States.A: needs a Next or "End": true.', 'States.B: no state leads here.'],
    ],
    [
      'both Next and End',
      machine({ A: { Type: 'Pass', Next: 'B', End: true }, B: pass }),
      ['States.A: has both Next and End.'],
    ],
    [
      'an End that is not true',
      machine({ A: { Type: 'Pass', End: false } }),
      [
        'States.A.End: must be true or left out, and is false.',
        'no state ends the flow: one must be a Succeed or a Fail, or have "End": true.',
      ].slice(0, 1),
    ],
    [
      'a Next of a Succeed',
      machine({ A: { Type: 'Succeed', Next: 'B' } }),
      ['States.A.Next: is no field of a Succeed, which has Comment, InputPath, OutputPath, QueryLanguage, Type.'],
    ],
    [
      'an Assign of a Succeed',
      jsonata({ A: { Type: 'Succeed', Assign: { x: 1 } } }),
      ['States.A.Assign: is no field of a Succeed, which has Comment, Output, QueryLanguage, Type.'],
    ],
    [
      'a Retry of a Pass',
      only({ Type: 'Pass', Retry: [] }),
      [
        'States.Only.Retry: is no field of a Pass, which has Assign, Comment, End, InputPath, Next, OutputPath, Parameters, QueryLanguage, Result, ResultPath, Type.',
      ],
    ],
    [
      'Error and ErrorPath',
      machine({ A: { Type: 'Fail', Error: 'a', ErrorPath: '$.b' } }),
      ['States.A: Error and ErrorPath exclude each other.'],
    ],
    [
      'a Wait for nothing',
      only({ Type: 'Wait' }),
      ['States.Only: must have one of Seconds and Timestamp (or, in JSONPath, their Path), and has none.'],
    ],
    [
      'a Wait for two things',
      only({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }),
      [
        'States.Only: must have one of Seconds and Timestamp (or, in JSONPath, their Path), and has Seconds and Timestamp.',
      ],
    ],
    [
      'a Timestamp without a zone',
      only({ Type: 'Wait', Timestamp: '2026-01-01T00:00:00' }),
      ['States.Only.Timestamp: must be a timestamp such as 2026-01-31T12:00:00Z, and is "2026-01-01T00:00:00".'],
    ],
    [
      'a Parallel without branches',
      only({ Type: 'Parallel', Branches: [] }),
      ['States.Only: Branches must be a list of at least one branch.'],
    ],
    [
      'a Map without a processor',
      only({ Type: 'Map' }),
      [
        'States.Only: ItemProcessor is missing.',
        'States.Only.ItemProcessor: StartAt is missing.',
        'States.Only.ItemProcessor: States must be an object of at least one state.',
      ],
    ],
    [
      'a heartbeat that is not shorter than the timeout',
      task({ TimeoutSeconds: 10, HeartbeatSeconds: 10 }),
      ['States.Only.HeartbeatSeconds: must be less than TimeoutSeconds, which is 10.'],
    ],
    [
      'TimeoutSeconds and TimeoutSecondsPath',
      task({ TimeoutSeconds: 10, TimeoutSecondsPath: '$.t' }),
      ['States.Only: TimeoutSeconds and TimeoutSecondsPath exclude each other.'],
    ],
  ])('is refused with %s', (_, definition, sentences) => {
    expect(problemsOf(definition)).toEqual(sentences);
  });
});

describe('the two languages', () => {
  it.each([
    [
      'a JSONPath field in a JSONata state',
      jsonata({ A: { ...pass, InputPath: '$' } }),
      ['States.A.InputPath: belongs to JSONPath, and this state speaks JSONata.'],
    ],
    [
      'a Path setting in a JSONata state',
      jsonata({ A: { Type: 'Wait', SecondsPath: '$.s', End: true } }),
      [
        'States.A: must have one of Seconds and Timestamp (or, in JSONPath, their Path), and has SecondsPath.',
        'States.A.SecondsPath: belongs to JSONPath, and this state speaks JSONata.',
      ].slice(1),
    ],
    [
      'a JSONata field in a JSONPath state',
      machine({ A: { ...pass, Output: 1 } }),
      ['States.A.Output: belongs to JSONata, and this state speaks JSONPath.'],
    ],
    [
      'a Result in JSONata',
      jsonata({ A: { ...pass, Result: 1 } }),
      ['States.A.Result: belongs to JSONPath, and this state speaks JSONata.'],
    ],
    [
      'a Condition in a JSONPath rule',
      choice({ Condition: '{% true %}', Next: 'Other' }),
      [
        'States.Check.Choices[0]: must have one comparison, or one of And, Or and Not, and has none.',
        'States.Check.Choices[0].Condition: belongs to JSONata, and this state speaks JSONPath.',
      ],
    ],
    [
      'a JSONPath state in a JSONata machine',
      jsonata({ A: { ...pass, QueryLanguage: 'JSONPath' } }),
      ['States.A.QueryLanguage: a machine that speaks JSONata has no state that speaks JSONPath.'],
    ],
    [
      'an expression that is not closed',
      jsonata({ A: { ...pass, Output: '{% 1' } }),
      ['States.A.Output: begins with {% and does not end with %}, or the other way round.'],
    ],
  ])('refuse %s', (_, definition, sentences) => {
    expect(problemsOf(definition)).toEqual(sentences);
  });
});

describe('Retry and Catch', () => {
  it.each([
    [
      'an unknown field',
      { Retry: [{ ErrorEquals: ['A'], Interval: 1 }] },
      [
        'States.Only.Retry[0].Interval: is no field of a retrier, which has BackoffRate, Comment, ErrorEquals, IntervalSeconds, JitterStrategy, MaxAttempts, MaxDelaySeconds.',
      ],
    ],
    [
      'no errors',
      { Retry: [{ ErrorEquals: [] }] },
      ['States.Only.Retry[0]: ErrorEquals must be a list of names of errors, and is [].'],
    ],
    [
      'an unknown name with States.',
      { Retry: [{ ErrorEquals: ['States.Broken'] }] },
      [
        'States.Only.Retry[0].ErrorEquals: States.Broken is no error of the language, and no other name may begin with States.',
      ],
    ],
    [
      'States.ALL with others',
      { Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] },
      ['States.Only.Retry[0].ErrorEquals: States.ALL must stand alone.'],
    ],
    [
      'States.ALL before others',
      { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] },
      ['States.Only.Retry[0]: States.ALL must come last.'],
    ],
    [
      'a BackoffRate under 1',
      { Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] },
      ['States.Only.Retry[0].BackoffRate: must be a number from 1 to 1.7976931348623157e+308, and is 0.5.'],
    ],
    [
      'an IntervalSeconds of 0',
      { Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }] },
      ['States.Only.Retry[0].IntervalSeconds: must be a whole number from 1 to 99999999, and is 0.'],
    ],
    [
      'a MaxDelaySeconds that is no longer than the interval',
      { Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] },
      ['States.Only.Retry[0].MaxDelaySeconds: must be greater than IntervalSeconds, which is 5.'],
    ],
    [
      'an unknown JitterStrategy',
      { Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'HALF' }] },
      ['States.Only.Retry[0].JitterStrategy: must be one of FULL, NONE, and is "HALF".'],
    ],
    ['a catcher without Next', { Catch: [{ ErrorEquals: ['A'] }] }, ['States.Only.Catch[0]: Next is missing.']],
    [
      'a catcher that leads nowhere',
      { Catch: [{ ErrorEquals: ['A'], Next: 'B' }] },
      ['States.Only.Catch[0].Next: there is no state "B" here.'],
    ],
    [
      'a ResultPath that is no reference path',
      { Catch: [{ ErrorEquals: ['A'], Next: 'Only', ResultPath: '$..x' }] },
      ['States.Only.Catch[0].ResultPath: only names and indexes may stand in a reference path at character 1 of $..x.'],
    ],
  ])('refuse %s', (_, more, sentences) => {
    expect(problemsOf(task(more))).toEqual(sentences);
  });
});

describe('a rule of a Choice', () => {
  it.each([
    [
      'an unknown comparison',
      rule({ StringEqual: 'a' }),
      [
        'States.Check.Choices[0]: must have one comparison, or one of And, Or and Not, and has none.',
        'States.Check.Choices[0].StringEqual: is no field of a rule, which has Assign, Comment, Next, Variable.',
      ],
    ],
    [
      'two comparisons',
      rule({ StringEquals: 'a', IsPresent: true }),
      [
        'States.Check.Choices[0]: must have one comparison, or one of And, Or and Not, and has StringEquals, IsPresent.',
      ],
    ],
    [
      'an operand of another type',
      rule({ NumericEquals: '1' }),
      ['States.Check.Choices[0].NumericEquals: must be a number, and is "1".'],
    ],
    [
      'a type test that is neither true nor false',
      rule({ IsNull: 'yes' }),
      ['States.Check.Choices[0].IsNull: must be true or false, and is "yes".'],
    ],
    ['no Variable', choice({ StringEquals: 'a', Next: 'Other' }), ['States.Check.Choices[0]: Variable is missing.']],
    ['no Next', choice({ Variable: '$.v', IsNull: true }), ['States.Check.Choices[0]: Next is missing.']],
    [
      'a Next within And',
      choice({ And: [{ Variable: '$.v', IsNull: true, Next: 'Other' }], Next: 'Other' }),
      ['States.Check.Choices[0].And[0].Next: only the outermost rule has a Next.'],
    ],
    [
      'an empty Or',
      choice({ Or: [], Next: 'Other' }),
      ['States.Check.Choices[0].Or: must be a list of at least one rule.'],
    ],
    [
      'StringMatchesPath, which does not exist',
      rule({ StringMatchesPath: '$.p' }),
      [
        'States.Check.Choices[0]: must have one comparison, or one of And, Or and Not, and has none.',
        'States.Check.Choices[0].StringMatchesPath: is no field of a rule, which has Assign, Comment, Next, Variable.',
      ],
    ],
  ])('is refused with %s', (_, definition, sentences) => {
    expect(problemsOf(definition)).toEqual(sentences);
  });

  it('is refused when there is none', () => {
    expect(problemsOf(choice())).toEqual(['States.Check: Choices must be a list of at least one rule.']);
  });
});

describe('paths and intrinsic functions', () => {
  const parameters = (text: unknown) => only({ Type: 'Pass', Parameters: { 'v.$': text } });
  it.each([
    ['what is no path', 'a.b', 'a path begins with $ at character 1 of a.b.'],
    ['what is no text', 5, 'must be a path, and is 5.'],
    [
      'a function of a path',
      '$.list.length()',
      'the function length() is not known in a path at character 14 of $.list.length().',
    ],
    ['a path that is not closed', '$.list[0', 'expected ] at character 9 of $.list[0.'],
    [
      'a script',
      '$.list[(@.length-1)]',
      'expected a name in quotes, an index, * or ? at character 8 of $.list[(@.length-1)].',
    ],
    [
      'a regular expression in a filter',
      '$.list[?(@.a =~ /x/)]',
      'expected ) at character 14 of $.list[?(@.a =~ /x/)].',
    ],
    ['@ outside of a filter', '$.a', undefined],
    [
      'a function that is unknown',
      'States.Uppercase($.a)',
      'States.Uppercase is no intrinsic function at character 17 of States.Uppercase($.a).',
    ],
    [
      'too few arguments',
      'States.MathAdd(1)',
      'States.MathAdd takes 2 arguments, and gets 1, at character 18 of States.MathAdd(1).',
    ],
    [
      'too many arguments',
      "States.UUID('x')",
      "States.UUID takes 0 arguments, and gets 1, at character 17 of States.UUID('x').",
    ],
    [
      'something after the function',
      'States.UUID() x',
      'the function is followed by something else at character 15 of States.UUID() x.',
    ],
    [
      'a text that is not closed',
      "States.Format('x)",
      "a text is not closed by ' at character 18 of States.Format('x).",
    ],
    [
      'a variable that nobody assigns',
      '$nobody.x',
      '$nobody is assigned by no state of this flow or of one around it, and is no function.',
    ],
    [
      'more than ten functions within each other',
      `${'States.Array('.repeat(11)}1${')'.repeat(11)}`,
      `more than 10 functions stand within each other at character 143 of ${'States.Array('.repeat(11)}1${')'.repeat(11)}.`,
    ],
  ])('refuse %s', (_, text, sentence) => {
    expect(problemsOf(parameters(text))).toEqual(
      sentence === undefined ? [] : [`States.Only.Parameters.v.$: ${sentence}`],
    );
  });

  it('refuse two keys that would become one', () => {
    expect(problemsOf(only({ Type: 'Pass', Parameters: { v: 1, 'v.$': '$.x' } }))).toEqual([
      'States.Only.Parameters.v.$: stands beside another v.',
    ]);
  });

  it('refuse a ResultPath into the Context Object or a variable', () => {
    for (const path of ['$$.x', '$x.y']) {
      expect(problemsOf(only({ Type: 'Pass', ResultPath: path }))[0]).toBe(
        'States.Only.ResultPath: begins with $., for only the input can be written to.',
      );
    }
  });
});

describe('integrations', () => {
  const resource = (text: string) => machine({ Only: { Type: 'Task', Resource: text, End: true } });
  it.each([
    ['a text that is no ARN', 'work', 'must be the ARN of a function or an integration, and is "work".'],
    [
      'a service that is not known',
      'arn:aws:states:::glue:startJobRun',
      'the integration arn:aws:states:::glue:startJobRun is not known here.',
    ],
    [
      'a service of the SDK that is not known',
      'arn:aws:states:::aws-sdk:glue:getJob',
      'the integration arn:aws:states:::aws-sdk:glue:getJob is not known here.',
    ],
    [
      '.sync of the SDK',
      'arn:aws:states:::aws-sdk:rds:createDBInstance.sync',
      'ends in .sync, which aws-sdk:rds does not have.',
    ],
    [
      '.sync:2 of anything but states',
      'arn:aws:states:::ecs:runTask.sync:2',
      'ends in .sync:2, which ecs does not have.',
    ],
    ['another ending', 'arn:aws:states:::ecs:runTask.async', 'ends in .async, which ecs does not have.'],
    [
      'an action of the SDK with a capital letter',
      'arn:aws:states:::aws-sdk:rds:DescribeDBInstances',
      'an action of aws-sdk begins with a small letter, unlike DescribeDBInstances.',
    ],
    [
      'an activity',
      'arn:aws:states:eu-west-1:123456789012:activity:work',
      'the integration arn:aws:states:eu-west-1:123456789012:activity:work is not known here.',
    ],
  ])('refuse %s', (_, text, sentence) => {
    expect(problemsOf(resource(text))).toEqual([`States.Only.Resource: ${sentence}`]);
  });

  it.each(['sync', 'waitForTaskToken'])('refuse .%s in an Express machine', (pattern) => {
    expect(problemsOf(resource(`arn:aws:states:::ecs:runTask.${pattern}`), 'EXPRESS')).toEqual([
      `States.Only.Resource: an Express machine does not wait, so it cannot have .${pattern}.`,
    ]);
  });

  it.each([
    [
      'arn:aws:lambda:eu-west-1:123456789012:function:work:live',
      { kind: 'lambda', service: 'lambda', action: 'invoke', pattern: 'requestResponse' },
    ],
    [
      'arn:aws:states:::lambda:invoke',
      { kind: 'optimized', service: 'lambda', action: 'invoke', pattern: 'requestResponse' },
    ],
    [
      'arn:aws:states:::lambda:invoke.waitForTaskToken',
      { kind: 'optimized', action: 'invoke', pattern: 'waitForTaskToken' },
    ],
    [
      'arn:aws:states:::aws-sdk:rds:restoreDBInstanceFromDBSnapshot',
      { kind: 'sdk', service: 'rds', action: 'restoreDBInstanceFromDBSnapshot', pattern: 'requestResponse' },
    ],
    [
      'arn:aws:states:::aws-sdk:lambda:invoke.waitForTaskToken',
      { kind: 'sdk', service: 'lambda', pattern: 'waitForTaskToken' },
    ],
    ['arn:aws:states:::sns:publish', { kind: 'optimized', service: 'sns', action: 'publish' }],
    ['arn:aws:states:::events:putEvents', { kind: 'optimized', service: 'events', action: 'putEvents' }],
    [
      'arn:aws:states:::states:startExecution',
      { service: 'states', action: 'startExecution', pattern: 'requestResponse' },
    ],
    ['arn:aws:states:::states:startExecution.sync', { service: 'states', pattern: 'sync' }],
    ['arn:aws:states:::states:startExecution.sync:2', { service: 'states', pattern: 'sync', version: 2 }],
    ['arn:aws:states:::ecs:runTask.sync', { service: 'ecs', action: 'runTask', pattern: 'sync' }],
  ])('know %s', (arn, expected) => {
    const state = parse(resource(arn)).states.get('Only');
    expect(state?.type === 'Task' && state.resource).toMatchObject({ arn, ...expected });
  });
});
