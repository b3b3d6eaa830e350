import { functionArn, jsonata, machine, only, parse, problemsOf } from './machines';

const pass = { Type: 'Pass', End: true };
const choice = (...rules: object[]) =>
  machine({ Check: { Type: 'Choice', Choices: rules, Default: 'Other' }, Other: pass });
const task = (more: object) => only({ Type: 'Task', Resource: functionArn, ...more });

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
      [`States.${'a'.repeat(81)}: the name of a state has 1 to 80 characters.`],
    ],
    ['a list instead of an object', [], ['must be an object, and is [].']],
  ])('refuses %s', (_, definition, sentences) => {
    expect(problemsOf(definition)).toEqual(sentences);
  });

  it('refuses a text that is no JSON', () => {
    expect(problemsOf('{')).toEqual([expect.stringMatching(/^The definition is no JSON: /)]);
  });

  it('may have comments, also empty ones', () => {
    expect(problemsOf(machine({ A: { ...pass, Comment: '' } }, { Comment: 'why' }))).toEqual([]);
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
      ['States.A.End: must be true or left out, and is false.'],
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
      ['States.A.SecondsPath: belongs to JSONPath, and this state speaks JSONata.'],
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
