import { RehearsalError } from '../errors';
import { type Asked, valuesOf } from './context';
import { matches, matchesArn } from './match';
import type { Conditions } from './policy';
import { withVariables } from './variables';

type Test = (given: string, wanted: string) => boolean;

const lower = (text: string) => text.toLowerCase();

/** Each with its opposite, where it has one: a key that is not there passes the opposite and fails the test. */
const tests: Readonly<Record<string, Test>> = {
  StringEquals: (given, wanted) => given === wanted,
  StringEqualsIgnoreCase: (given, wanted) => lower(given) === lower(wanted),
  StringLike: (given, wanted) => matches(wanted, given),
  ArnEquals: (given, wanted) => matchesArn(wanted, given),
  ArnLike: (given, wanted) => matchesArn(wanted, given),
  Bool: (given, wanted) => lower(given) === lower(wanted),
  NumericEquals: (given, wanted) => Number(given) === Number(wanted),
  NumericLessThan: (given, wanted) => Number(given) < Number(wanted),
  NumericLessThanEquals: (given, wanted) => Number(given) <= Number(wanted),
  NumericGreaterThan: (given, wanted) => Number(given) > Number(wanted),
  NumericGreaterThanEquals: (given, wanted) => Number(given) >= Number(wanted),
  DateEquals: (given, wanted) => Date.parse(given) === Date.parse(wanted),
  DateLessThanEquals: (given, wanted) => Date.parse(given) <= Date.parse(wanted),
  DateGreaterThanEquals: (given, wanted) => Date.parse(given) >= Date.parse(wanted),
  DateLessThan: (given, wanted) => Date.parse(given) < Date.parse(wanted),
  DateGreaterThan: (given, wanted) => Date.parse(given) > Date.parse(wanted),
};

const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Whether all of them hold; an operator or a key that is not known is refused. */
export function conditionsHold(conditions: Conditions, asked: Asked, from: string): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      // A variable without a value matches nothing.
      const filled = wanted.flatMap((value) => withVariables(value, asked, from) ?? []);
      return holds(operator, valuesOf(asked, key, from), filled, from);
    }),
  );
}

function holds(
  operator: string,
  given: readonly string[] | undefined,
  wanted: readonly string[],
  from: string,
): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return wanted.some((value) => (lower(value) === 'true') === (given === undefined));
  const opposite = opposites[name];
  const test = tests[opposite ?? name];
  if (!test) throw new RehearsalError(`${from}: the rehearsal does not know the condition operator ${operator}.`);
  if (given === undefined) {
    if (ifExists !== undefined || set === 'ForAllValues') return true;
    // Of no values, none is another one.
    return opposite !== undefined && set !== 'ForAnyValue';
  }
  const matchesOne = (value: string) => wanted.some((each) => test(value, each)) !== (opposite !== undefined);
  return set === 'ForAllValues' ? given.every(matchesOne) : given.some(matchesOne);
}
