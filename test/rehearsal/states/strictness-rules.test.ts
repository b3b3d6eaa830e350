import { functionArn, machine, only, problemsOf } from './machines';

const pass = { Type: 'Pass', End: true };
const task = (more: object) => only({ Type: 'Task', Resource: functionArn, ...more });
const choice = (...rules: object[]) =>
  machine({ Check: { Type: 'Choice', Choices: rules, Default: 'Other' }, Other: pass });
const rule = (more: object) => choice({ Variable: '$.v', Next: 'Other', ...more });

it('a Task with a role of its own is refused, for its calls would be made with that of the machine', () => {
  expect(problemsOf(task({ Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/other' } }))).toEqual([
    'States.Only.Credentials: names another role for this call, and every call is made here with the role of the machine.',
  ]);
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
