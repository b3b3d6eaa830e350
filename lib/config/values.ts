import { type Field, listed, type Parser } from './fields';

/** Parsers of single values, of which the sections are made. */

export const flag: Parser<boolean> = (field) =>
  typeof field.value === 'boolean' ? field.value : field.refuse('is not allowed; write true or false');

export function oneOf<const T extends string>(...allowed: readonly T[]): Parser<T> {
  return (field) =>
    allowed.find((word) => word === field.value) ?? field.refuse(`is not allowed; write ${listed(allowed)}`);
}

/** A text of a form. `sentence` says what the form is: "is not a region; write it like 'ap-southeast-2'". */
export function matching(form: RegExp, sentence: string): Parser<string> {
  return (field) => {
    const value = text(field);
    if (value === undefined) return undefined;
    return form.test(value) ? value : field.refuse(sentence);
  };
}

export const text: Parser<string> = (field) => {
  if (typeof field.value !== 'string') return field.refuse('is not a text; write it in quotes');
  return field.value === '' ? field.refuse('is empty') : field.value;
};

/** `whose` names the rule behind the limits: "RDS takes 1150 to 65535". */
export function integer(least: number, most: number, whose: string): Parser<number> {
  return (field) => {
    const { value } = field;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return field.refuse(`is not a whole number; ${whose} ${least} to ${most}`);
    }
    return value >= least && value <= most ? value : field.refuse(`is out of range; ${whose} ${least} to ${most}`);
  };
}

/** The word, or what the other parser takes. */
export function wordOr<const W extends string, T>(word: W, parse: Parser<T>): Parser<W | T> {
  return (field) => (field.value === word ? word : parse(field));
}

/** A list without doubles, of at least so many. */
export function list<T extends string>(item: Parser<T>, least: number, why: string): Parser<readonly T[]> {
  return (field) => {
    const { value } = field;
    if (!Array.isArray(value)) return field.refuse('is not a list; write it in square brackets');
    const items = value.map((each: unknown, index) => item(field.at(String(index), each)));
    const good = items.filter((each) => each !== undefined);
    if (good.length < items.length) return undefined;
    const double = good.find((each, index) => good.indexOf(each) !== index);
    if (double !== undefined) return field.complain(`names '${double}' twice; once is enough`);
    return good.length >= least ? good : field.complain(`has ${good.length} of at least ${least}; ${why}`);
  };
}

/** Both must agree; the second sees what the first let through. */
export function also<T>(parse: Parser<T>, check: (value: T, field: Field) => string | undefined): Parser<T> {
  return (field) => {
    const value = parse(field);
    if (value === undefined) return undefined;
    const sentence = check(value, field);
    return sentence === undefined ? value : field.refuse(sentence);
  };
}
