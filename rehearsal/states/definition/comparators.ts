import type { Json } from '../json';
import { timestampOf } from '../timestamps';

interface Comparator {
  readonly what: string;
  /** Whether the definition's side may be this. */
  readonly takes: (operand: Json) => boolean;
  /** A value of another type does not hold, and is no error. */
  readonly holds: (value: Json, operand: Json) => boolean;
}

const orders: [string, (difference: number) => boolean][] = [
  ['Equals', (d) => d === 0],
  ['LessThan', (d) => d < 0],
  ['GreaterThan', (d) => d > 0],
  ['LessThanEquals', (d) => d <= 0],
  ['GreaterThanEquals', (d) => d >= 0],
];

const isText = (value: Json): value is string => typeof value === 'string';
const isNumber = (value: Json): value is number => typeof value === 'number';
const isTimestamp = (value: Json): value is string => isText(value) && timestampOf(value) !== undefined;

export const typeTests: ReadonlyMap<string, ((value: Json) => boolean) | undefined> = new Map<
  string,
  ((value: Json) => boolean) | undefined
>([
  ['IsNull', (value: Json) => value === null],
  ['IsBoolean', (value: Json) => typeof value === 'boolean'],
  ['IsNumeric', isNumber],
  ['IsString', isText],
  ['IsTimestamp', isTimestamp],
  // Asks whether there is a value at all, so it gets none.
  ['IsPresent', undefined],
]);

export const comparators: ReadonlyMap<string, Comparator> = new Map([
  ...family('String', 'a text', isText, (a, b) => (a === b ? 0 : a < b ? -1 : 1)),
  ...family('Numeric', 'a number', isNumber, (a, b) => a - b),
  ...family('Timestamp', 'a timestamp such as 2026-01-31T12:00:00Z', isTimestamp, (a, b) => {
    return (timestampOf(a) ?? 0) - (timestampOf(b) ?? 0);
  }),
  ...withPath('BooleanEquals', {
    what: 'true or false',
    takes: (operand) => typeof operand === 'boolean',
    holds: (value, operand) => value === operand,
  }),
  [
    'StringMatches',
    { what: 'a text', takes: isText, holds: (value, operand) => isText(value) && glob(operand).test(value) },
  ],
]);

function family<T extends Json>(
  type: string,
  what: string,
  is: (value: Json) => value is T,
  difference: (a: T, b: T) => number,
): [string, Comparator][] {
  return orders.flatMap(([order, test]) =>
    withPath(`${type}${order}`, {
      what,
      takes: is,
      holds: (value, operand) => is(value) && is(operand) && test(difference(value, operand)),
    }),
  );
}

function withPath(name: string, comparator: Comparator): [string, Comparator][] {
  return [
    [name, comparator],
    [`${name}Path`, comparator],
  ];
}

/** `*` stands for any characters, `\*` for itself, and `\\` for a backslash. */
function glob(pattern: Json): RegExp {
  const source = String(pattern).replace(/\\([*\\])|[\s\S]/g, (one, escaped: string | undefined) => {
    if (one === '*') return '[\\s\\S]*';
    return (escaped ?? one).replace(/[$()*+.?[\\\]^{|}/]/, '\\$&');
  });
  return new RegExp(`^${source}$`);
}
