import { type Findings, looksSecret, show } from './findings';
import { nearest } from './nearest';

/** What is known while settings are read: where findings go, and where a key of the merged settings was written. */
export interface Scope {
  readonly findings: Findings;
  place(keys: readonly string[]): string;
}

/** A value at its place. A parser takes one, and either returns what it means or reports why it cannot. */
export class Field {
  constructor(
    readonly scope: Scope,
    readonly keys: readonly string[],
    readonly value: unknown,
  ) {}

  at(key: string, value: unknown): Field {
    return new Field(this.scope, [...this.keys, key], value);
  }

  /** The same place with another value, such as one with defaults filled in. */
  with(value: unknown): Field {
    return new Field(this.scope, this.keys, value);
  }

  /** Reports the value followed by the sentence: what is wrong with it; what is allowed. */
  refuse(sentence: string): undefined {
    this.scope.findings.add(this.keys, this.scope.place(this.keys), sentence, this.value);
  }

  /** Reports the sentence alone, where the value says nothing or must not be shown. */
  complain(sentence: string): undefined {
    this.scope.findings.add(this.keys, this.scope.place(this.keys), sentence, undefined);
  }
}

export type Parser<T> = (field: Field) => T | undefined;

/** What could be parsed of a T: any part may be missing because it was reported. */
export type Loose<T> = T extends string | number | boolean | undefined | readonly unknown[]
  ? T
  : { readonly [K in keyof T]?: Loose<T[K]> | undefined };

/** The one place where "nothing was reported" becomes "nothing is missing": to be called only then. */
export function settled<T>(loose: Loose<T>): T {
  return loose as T;
}

/** Objects from a config file may come from another realm, so it is not `Object.prototype` that tells them. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function listed(words: readonly string[], last = 'or'): string {
  const quoted = words.map((word) => `'${word}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)}`;
}

export type Shape<T> = { readonly [K in keyof T]-?: Parser<Loose<T[K]>> };

/** An object with exactly these keys. `elsewhere` says of a key that is not allowed here where it does belong. */
export function section<T>(shape: Shape<T>, elsewhere: Readonly<Record<string, string>> = {}): Parser<Loose<T>> {
  const known = Object.keys(shape);
  return (field) => {
    const { value } = field;
    if (!isObject(value)) return field.refuse('is not a section; write an object in braces');
    refuseUnknown(field, value, known, elsewhere);
    const parsed = Object.entries<Parser<unknown>>(shape).map(([key, parse]) => [
      key,
      parse(field.at(key, value[key])),
    ]);
    return Object.fromEntries(parsed) as Loose<T>;
  };
}

export function refuseUnknown(
  field: Field,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key) || value[key] === undefined) continue;
    const at = field.at(key, undefined);
    const guess = nearest(key, known);
    const belongs = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
    if (looksSecret(key)) at.complain('secrets never stand in the config; passwords are made and kept in AWS');
    else if (belongs !== undefined) at.complain(belongs);
    else if (guess !== undefined) at.complain(`is not a setting; did you mean ${show(guess)}?`);
    else at.complain(`is not a setting; allowed here are ${listed(known, 'and')}`);
  }
}

/** An object with keys of the user's own. */
export function record<T>(key: Parser<string>, item: Parser<Loose<T>>): Parser<Readonly<Record<string, Loose<T>>>> {
  return (field) => {
    const { value } = field;
    if (!isObject(value)) return field.refuse('is not a section; write an object in braces');
    const entries = Object.entries(value).flatMap(([name, each]) => {
      if (each === undefined) return [];
      const goodName = key(new Field(field.scope, [...field.keys, name], name));
      const parsed = item(field.at(name, each));
      return goodName === undefined || parsed === undefined ? [] : [[name, parsed] as const];
    });
    return Object.fromEntries(entries);
  };
}

/** What is not written takes the default, which is judged like anything that is. */
export function orElse<T>(fallback: unknown, parse: Parser<T>): Parser<T> {
  return (field) => parse(field.value === undefined ? field.with(fallback) : field);
}

export function optional<T>(parse: Parser<T>): Parser<T> {
  return (field) => (field.value === undefined ? undefined : parse(field));
}

export function required<T>(what: string, parse: Parser<T>): Parser<T> {
  return (field) => (field.value === undefined ? field.complain(`is missing; write ${what}`) : parse(field));
}
