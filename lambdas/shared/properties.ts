import { OperationError } from './errors';

/** Reads one value out of the properties; `path` is where it stands, for the error. */
export type Parse<T> = (value: unknown, path: string) => T;
type Shape<T> = { readonly [K in keyof T]-?: Parse<T[K]> };

function refuse(value: unknown, path: string, takes: string): never {
  if (value === undefined) throw new OperationError(`The property ${path} is missing; it takes ${takes}.`);
  const shown = JSON.stringify(value);
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  throw new OperationError(`The property ${path} is ${short}; it takes ${takes}.`);
}

export const text: Parse<string> = (value, path) =>
  typeof value === 'string' && value !== '' ? value : refuse(value, path, 'a text');

/** CloudFormation hands every number on as a string. */
export const wholeNumber: Parse<number> = (value, path) => {
  const digits = typeof value === 'number' ? String(value) : value;
  if (typeof digits !== 'string' || !/^(0|[1-9]\d{0,14})$/.test(digits)) {
    return refuse(value, path, 'a whole number, 0 or more');
  }
  return Number(digits);
};

/** And every boolean too. */
export const flag: Parse<boolean> = (value, path) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return refuse(value, path, 'true or false');
};

export const oneOf =
  <const T extends string>(...words: readonly T[]): Parse<T> =>
  (value, path) =>
    words.find((word) => word === value) ?? refuse(value, path, words.join(' or '));

/** A word where there is no number. */
export const numberOr =
  <const T extends string>(word: T): Parse<number | T> =>
  (value, path) =>
    value === word ? word : wholeNumber(value, path);

export const optional =
  <T>(parse: Parse<T>): Parse<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : parse(value, path);

export const list =
  <T>(parse: Parse<T>): Parse<readonly T[]> =>
  (value, path) =>
    Array.isArray(value) ? value.map((each, index) => parse(each, `${path}[${index}]`)) : refuse(value, path, 'a list');

/** Names that the project chose, each with a value of one kind. An empty one may have been left out on the way. */
export const record =
  <T>(parse: Parse<T>): Parse<Readonly<Record<string, T>>> =>
  (value, path) =>
    Object.fromEntries(
      Object.entries(entriesOf(value ?? {}, path)).map(([name, each]) => [name, parse(each, `${path}.${name}`)]),
    );

/** Exactly these properties. One that nobody reads is a misspelling, or meant for another version of the code. */
export const object =
  <T>(shape: Shape<T>): Parse<T> =>
  (value, path) => {
    const found = entriesOf(value, path);
    const known = Object.keys(shape);
    const below = (name: string) => (path === '' ? name : `${path}.${name}`);
    const extra = Object.keys(found).find((name) => !known.includes(name));
    if (extra !== undefined) {
      throw new OperationError(`The property ${below(extra)} is not known; known are ${known.join(', ')}.`);
    }
    const parse = (name: string) =>
      (shape as Readonly<Record<string, Parse<unknown>>>)[name]?.(found[name], below(name));
    return Object.fromEntries(known.map((name) => [name, parse(name)])) as T;
  };

function entriesOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(value, path === '' ? 'list' : path, 'named values');
  }
  return value as Readonly<Record<string, unknown>>;
}
