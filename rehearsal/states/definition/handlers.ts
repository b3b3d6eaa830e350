import { predefinedErrors } from '../errors';
import { mostSeconds } from '../limits';
import type { Catcher, Handled, Retrier } from '../machine';
import { Fields } from './fields';
import { defined, parseAssign, parseResultPath } from './io';
import { isArrayOfStrings, type Place, show } from './place';
import { template } from './settings';

/** Without a MaxDelaySeconds, the longest that one may say: a year and a day. */
const longestDelay = 31_622_400;

/** Retry and Catch of a Task, a Parallel or a Map. */
export function parseHandlers(fields: Fields): Handled {
  return {
    retry: each(fields, 'Retry', parseRetrier),
    catch: each(fields, 'Catch', parseCatcher),
  };
}

function each<T>(fields: Fields, key: string, parse: (one: Fields) => T): T[] {
  const list = fields.array(key) ?? [];
  return list.flatMap((value, i) => {
    const place = fields.at(key).index(i);
    const one = Fields.of(value, place);
    if (!one) return [];
    checkErrors(one, place, i === list.length - 1);
    return [parse(one)];
  });
}

function checkErrors(one: Fields, place: Place, last: boolean): void {
  const errors = one.get('ErrorEquals');
  if (!isArrayOfStrings(errors)) {
    place.problem(`ErrorEquals must be a list of names of errors, and is ${show(errors)}.`);
    return;
  }
  for (const name of errors) {
    if (name.startsWith('States.') && !predefinedErrors.includes(name)) {
      one.at('ErrorEquals').problem(`${name} is no error of the language, and no other name may begin with States.`);
    }
  }
  if (!errors.includes('States.ALL')) return;
  if (errors.length > 1) one.at('ErrorEquals').problem('States.ALL must stand alone.');
  if (!last) place.problem('States.ALL must come last.');
}

function errorsOf(one: Fields): string[] {
  const errors = one.get('ErrorEquals');
  return isArrayOfStrings(errors) ? errors : [];
}

function parseRetrier(one: Fields): Retrier {
  const intervalSeconds = one.number('IntervalSeconds', 1, mostSeconds) ?? 1;
  const maxDelaySeconds = one.number('MaxDelaySeconds', 1, longestDelay - 1) ?? longestDelay;
  if (maxDelaySeconds <= intervalSeconds && one.has('MaxDelaySeconds')) {
    one.at('MaxDelaySeconds').problem(`must be greater than IntervalSeconds, which is ${intervalSeconds}.`);
  }
  const retrier = {
    errors: errorsOf(one),
    intervalSeconds,
    maxAttempts: one.number('MaxAttempts', 0, mostSeconds) ?? 3,
    backoffRate: one.number('BackoffRate', 1, Number.MAX_VALUE, false) ?? 2,
    maxDelaySeconds,
    jitter: one.oneOf('JitterStrategy', ['FULL', 'NONE']) === 'FULL',
  };
  one.comment();
  one.end('a retrier');
  return retrier;
}

function parseCatcher(one: Fields): Catcher {
  one.required('Next');
  const jsonPath = one.place.language === 'JSONPath';
  const catcher = {
    errors: errorsOf(one),
    next: one.string('Next') ?? '',
    ...defined('assign', parseAssign(one, 'errorOutput')),
    ...(jsonPath
      ? defined('resultPath', parseResultPath(one))
      : defined('output', template(one, 'Output', 'errorOutput'))),
  };
  one.comment();
  one.end('a catcher');
  return catcher;
}
