import { functionArn, jsonata, problemsOf } from './machines';

describe('refused before anything runs is', () => {
  const refusal = (expression: string) =>
    problemsOf(jsonata({ Only: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }));
  it.each([
    ['$eval', '$eval("1")', 'States.Only.Output: $eval is not available in Step Functions: use $parse.'],
    [
      'a name at the top',
      'name',
      'States.Only.Output: name stands at the top, where there is no context to find it in.',
    ],
    ['$ at the top', '$.name', 'States.Only.Output: $ means nothing, for there is no context: use $states.input.'],
    ['$$', '$$.name', 'States.Only.Output: $$ means nothing, for there is no context: use $states.input.'],
    [
      '?? of a later JSONata',
      '$states.input.a ?? 1',
      'States.Only.Output: the operator ?? is newer than JSONata 2.0.6, which Step Functions has.',
    ],
    [
      '?: of a later JSONata',
      '$states.input.a ?: 1',
      'States.Only.Output: the operator ?: is newer than JSONata 2.0.6, which Step Functions has.',
    ],
    [
      'a function that is not known',
      '$nope(1)',
      'States.Only.Output: $nope is assigned by no state of this flow or of one around it, and is no function.',
    ],
    [
      'a field that $states does not have',
      '$states.output',
      'States.Only.Output: $states.output is not available in this field, which has input, context.',
    ],
    [
      '$states.result where there is none',
      '$states.result',
      'States.Only.Output: $states.result is not available in this field, which has input, context.',
    ],
    [
      'a mistake in the syntax',
      '1 +',
      'States.Only.Output: Unexpected end of expression at character 3 of the JSONata expression 1 +.',
    ],
  ])('%s', (_, expression, expected) => {
    expect(refusal(expression)).toEqual([expected]);
  });

  it('$states.errorOutput outside of a Catch', () => {
    const work = { Type: 'Task', Resource: functionArn, Output: '{% $states.errorOutput %}', End: true };
    expect(problemsOf(jsonata({ Work: work }))).toEqual([
      'States.Work.Output: $states.errorOutput is not available in this field, which has input, context, result.',
    ]);
  });

  it.each([
    '$x ? 1 : 2',
    '$x?1:$x',
    '"a ?? b ?: c"',
    '$states.input.l[$ > 1]',
    '$filter([1], function($v) { $v > 1 })',
  ])('but not %s', (expression) => {
    const definition = jsonata({
      One: { Type: 'Pass', Assign: { x: true }, Next: 'Two' },
      Two: { Type: 'Pass', Output: `{% ${expression} %}`, End: true },
    });
    expect(problemsOf(definition)).toEqual([]);
  });
});
