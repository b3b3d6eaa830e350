import { machine, only, parse, problemsOf } from './machines';

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
    ['@ outside of a filter', '@.a', '@ may only stand within a filter.'],
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
    expect(problemsOf(parameters(text))).toEqual([`States.Only.Parameters.v.$: ${sentence}`]);
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
