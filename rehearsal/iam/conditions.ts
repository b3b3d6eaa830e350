import { RehearsalError } from '../errors';
import { matches, matchesArn } from './match';
import type { Conditions } from './policy';

export type Context = Readonly<Record<string, string | readonly string[]>>;

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
};

/** Whether all of them hold; an operator that is not known is refused. */
export function conditionsHold(conditions: Conditions, context: Context, from: string): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, valuesOf(context, key), wanted, from)),
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
  if (given === undefined) return ifExists !== undefined || opposite !== undefined || set === 'ForAllValues';
  const matchesOne = (value: string) => wanted.some((each) => test(value, each)) !== (opposite !== undefined);
  return set === 'ForAllValues' ? given.every(matchesOne) : given.some(matchesOne);
}

/** Keys are the same in small and large letters, but for the names of tags behind a slash. */
function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => lower(name) === lower(key));
  return found === undefined ? undefined : [found[1]].flat();
}
