import { machine, run } from './machines';

const yes = { Type: 'Pass', Result: 'yes', End: true };
const no = { Type: 'Pass', Result: 'no', End: true };

async function decides(rule: object, input: object): Promise<unknown> {
  const choice = { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' };
  const { status, output, error } = await run(machine({ Choice: choice, Yes: yes, No: no }), { input: input as never });
  return status === 'SUCCEEDED' ? output : error;
}

const v = (operator: string, operand: unknown) => ({ Variable: '$.v', [operator]: operand });

describe('the comparisons of a Choice', () => {
  it.each([
    ['StringEquals holds for the same text', v('StringEquals', 'a'), { v: 'a' }, 'yes'],
    ['StringEquals does not hold for another', v('StringEquals', 'a'), { v: 'A' }, 'no'],
    ['StringEquals does not hold for a number, and is no error', v('StringEquals', '1'), { v: 1 }, 'no'],
    ['StringLessThan compares texts', v('StringLessThan', 'b'), { v: 'a' }, 'yes'],
    ['StringLessThan excludes the same', v('StringLessThan', 'a'), { v: 'a' }, 'no'],
    ['StringGreaterThan compares texts', v('StringGreaterThan', 'a'), { v: 'b' }, 'yes'],
    ['StringLessThanEquals includes the same', v('StringLessThanEquals', 'a'), { v: 'a' }, 'yes'],
    ['StringGreaterThanEquals includes the same', v('StringGreaterThanEquals', 'a'), { v: 'a' }, 'yes'],
    ['StringMatches takes * for any characters', v('StringMatches', 'log-*.txt'), { v: 'log-1.2.txt' }, 'yes'],
    ['StringMatches takes * for none', v('StringMatches', 'log*'), { v: 'log' }, 'yes'],
    ['StringMatches takes several *', v('StringMatches', '*a*b'), { v: 'xaxb' }, 'yes'],
    ['StringMatches takes the whole text', v('StringMatches', 'log'), { v: 'logs' }, 'no'],
    ['StringMatches takes a dot for a dot', v('StringMatches', 'a.b'), { v: 'axb' }, 'no'],
    ['StringMatches takes \\* for itself', v('StringMatches', 'a\\*b'), { v: 'a*b' }, 'yes'],
    ['StringMatches with \\* matches nothing else', v('StringMatches', 'a\\*b'), { v: 'axb' }, 'no'],
    ['StringMatches takes \\\\ for a backslash', v('StringMatches', 'a\\\\*'), { v: 'a\\b' }, 'yes'],
    ['NumericEquals holds for the same number', v('NumericEquals', 1), { v: 1.0 }, 'yes'],
    ['NumericEquals does not hold for a text', v('NumericEquals', 1), { v: '1' }, 'no'],
    ['NumericLessThan compares numbers', v('NumericLessThan', 10), { v: 9 }, 'yes'],
    ['NumericGreaterThan compares numbers', v('NumericGreaterThan', 9), { v: 10 }, 'yes'],
    ['NumericLessThanEquals includes the same', v('NumericLessThanEquals', 1), { v: 1 }, 'yes'],
    ['NumericGreaterThanEquals includes the same', v('NumericGreaterThanEquals', 1), { v: 1 }, 'yes'],
    ['BooleanEquals holds for the same', v('BooleanEquals', false), { v: false }, 'yes'],
    ['BooleanEquals does not hold for a text', v('BooleanEquals', true), { v: 'true' }, 'no'],
    [
      'TimestampEquals compares times in different zones',
      v('TimestampEquals', '2026-01-01T01:00:00+01:00'),
      { v: '2026-01-01T00:00:00Z' },
      'yes',
    ],
    [
      'TimestampLessThan compares times',
      v('TimestampLessThan', '2026-01-01T00:00:01Z'),
      { v: '2026-01-01T00:00:00.5Z' },
      'yes',
    ],
    [
      'TimestampGreaterThan compares times',
      v('TimestampGreaterThan', '2026-01-01T00:00:00Z'),
      { v: '2027-01-01T00:00:00Z' },
      'yes',
    ],
    [
      'TimestampLessThanEquals includes the same',
      v('TimestampLessThanEquals', '2026-01-01T00:00:00Z'),
      { v: '2026-01-01T00:00:00Z' },
      'yes',
    ],
    [
      'TimestampGreaterThanEquals includes the same',
      v('TimestampGreaterThanEquals', '2026-01-01T00:00:00Z'),
      { v: '2026-01-01T00:00:00Z' },
      'yes',
    ],
    [
      'TimestampEquals does not hold for a text that is no timestamp',
      v('TimestampEquals', '2026-01-01T00:00:00Z'),
      { v: 'today' },
      'no',
    ],
    ['IsNull holds for null', v('IsNull', true), { v: null }, 'yes'],
    ['IsNull false holds for anything else', v('IsNull', false), { v: 0 }, 'yes'],
    ['IsPresent holds for what is there', v('IsPresent', true), { v: null }, 'yes'],
    ['IsPresent false holds for what is not there', v('IsPresent', false), {}, 'yes'],
    [
      'IsPresent finds out about a deep path',
      { Variable: '$.a.b[0].c', IsPresent: true },
      { a: { b: [{ c: 1 }] } },
      'yes',
    ],
    ['IsPresent does not hold when the way is blocked', { Variable: '$.a.b', IsPresent: true }, { a: 'text' }, 'no'],
    ['IsNumeric holds for a number', v('IsNumeric', true), { v: 1.5 }, 'yes'],
    ['IsNumeric does not hold for digits', v('IsNumeric', true), { v: '1' }, 'no'],
    ['IsString holds for a text', v('IsString', true), { v: '' }, 'yes'],
    ['IsBoolean holds for true and false', v('IsBoolean', true), { v: false }, 'yes'],
    ['IsTimestamp holds for a timestamp', v('IsTimestamp', true), { v: '2026-01-01T00:00:00Z' }, 'yes'],
    ['IsTimestamp wants a capital T', v('IsTimestamp', true), { v: '2026-01-01t00:00:00Z' }, 'no'],
    ['IsTimestamp wants a day that exists', v('IsTimestamp', true), { v: '2026-02-30T00:00:00Z' }, 'no'],
    ['IsTimestamp wants a zone', v('IsTimestamp', true), { v: '2026-01-01T00:00:00' }, 'no'],
    ['StringEqualsPath compares with another field', v('StringEqualsPath', '$.w'), { v: 'a', w: 'a' }, 'yes'],
    ['NumericLessThanPath compares with another field', v('NumericLessThanPath', '$.w'), { v: 1, w: 2 }, 'yes'],
    ['BooleanEqualsPath compares with another field', v('BooleanEqualsPath', '$.w'), { v: true, w: true }, 'yes'],
    [
      'TimestampLessThanPath compares with another field',
      v('TimestampLessThanPath', '$.w'),
      { v: '2026-01-01T00:00:00Z', w: '2026-01-02T00:00:00Z' },
      'yes',
    ],
    [
      'a Path may lead into the Context Object',
      { Variable: '$.v', StringEqualsPath: '$$.Execution.Name' },
      { v: 'run' },
      'yes',
    ],
    [
      'a Path that finds another type is States.Runtime',
      v('StringEqualsPath', '$.w'),
      { v: 'a', w: 1 },
      'States.Runtime',
    ],
    ['a Variable that is not there is States.Runtime', v('StringEquals', 'a'), {}, 'States.Runtime'],
    ['a type test of what is not there is States.Runtime', v('IsString', true), {}, 'States.Runtime'],
  ])('%s', async (_, rule, input, expected) => {
    expect(await decides(rule, input)).toBe(expected);
  });
});

describe('And, Or and Not', () => {
  const one = v('NumericGreaterThan', 1);
  const two = v('NumericLessThan', 5);
  it.each([
    ['And holds when all hold', { And: [one, two] }, 3, 'yes'],
    ['And does not hold when one does not', { And: [one, two] }, 9, 'no'],
    ['Or holds when one holds', { Or: [v('NumericEquals', 0), two] }, 3, 'yes'],
    ['Or does not hold when none does', { Or: [v('NumericEquals', 0), two] }, 9, 'no'],
    ['Not turns a rule round', { Not: one }, 0, 'yes'],
    ['they may stand within each other', { Not: { And: [one, { Or: [two, v('NumericEquals', 9)] }] } }, 9, 'no'],
  ])('%s', async (_, rule, value, expected) => {
    expect(await decides(rule, { v: value })).toBe(expected);
  });

  it('And stops at the first that does not hold, so a test for presence can protect the next', async () => {
    const rule = { And: [v('IsPresent', true), v('StringEquals', 'a')] };
    expect(await decides(rule, {})).toBe('no');
  });
});

describe('a Choice', () => {
  const first = { Variable: '$.v', NumericGreaterThan: 0, Next: 'First' };
  const second = { Variable: '$.v', NumericGreaterThan: -1, Next: 'Second' };
  const states = (more: object) => ({
    Choice: { Type: 'Choice', Choices: [first, second], ...more },
    First: { Type: 'Succeed' },
    Second: { Type: 'Succeed' },
  });
  const left = async (definition: object, value: number) => {
    const { history, error } = await run(definition, { input: { v: value } });
    return error ?? history.find(({ type }) => type === 'SucceedStateEntered')?.stateEnteredEventDetails?.name;
  };

  it('takes the first rule that holds', async () => {
    expect(await left(machine(states({})), 1)).toBe('First');
    expect(await left(machine(states({})), 0)).toBe('Second');
  });

  it('fails with States.NoChoiceMatched when no rule holds and there is no Default', async () => {
    expect(await left(machine(states({})), -1)).toBe('States.NoChoiceMatched');
  });

  it('gives its input on, through InputPath and OutputPath', async () => {
    const { output } = await run(machine(states({ InputPath: '$.in', OutputPath: '$.keep' })), {
      input: { in: { v: 1, keep: { x: 1 } } },
    });
    expect(output).toEqual({ x: 1 });
  });
});
