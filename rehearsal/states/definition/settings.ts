import { runtimeError, StateFailure } from '../errors';
import { referenceExpression, valueExpression } from '../expressions/json-path';
import { isExpression, type StatesField, templateExpression } from '../expressions/jsonata';
import type { Expression } from '../expressions/view';
import type { Json } from '../json';
import { mostSeconds } from '../limits';
import type { Fields } from './fields';
import { type Place, show } from './place';

type Test = { readonly what: string; readonly is: (value: Json) => boolean };

export const aText: Test = { what: 'a text', is: (value) => typeof value === 'string' };

export function seconds(least: number): Test {
  return wholeNumber(least, mostSeconds);
}

export function wholeNumber(least: number, most: number): Test {
  return {
    what: `a whole number from ${least} to ${most}`,
    is: (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
  };
}

/**
 * A setting that is a constant, or is found at run time: in JSONata by an expression, in JSONPath by a second field,
 * `<name>Path`. What is found is held to the same test as the constant.
 */
export function setting(fields: Fields, name: string, test: Test, intrinsics = false): Expression | undefined {
  if (fields.place.language === 'JSONPath') {
    fields.exclusive(name, `${name}Path`);
    const path = fields.get(`${name}Path`);
    if (path !== undefined) {
      const at = fields.at(`${name}Path`);
      return checked((intrinsics ? valueExpression : referenceExpression)(path, at), at, test);
    }
  }
  const value = fields.get(name);
  if (value === undefined) return undefined;
  if (fields.place.language === 'JSONata' && isExpression(value)) {
    return checked(templateExpression(value, fields.at(name)), fields.at(name), test);
  }
  if (!test.is(value)) fields.at(name).problem(`must be ${test.what}, and is ${show(value)}.`);
  return () => value;
}

export function template(fields: Fields, name: string, ...more: StatesField[]): Expression | undefined {
  const value = fields.get(name);
  return value === undefined ? undefined : templateExpression(value, fields.at(name), ...more);
}

/** Says so at run time when an expression yields something else than the field takes. */
export function checked(expression: Expression | undefined, place: Place, test: Test): Expression | undefined {
  if (!expression) return undefined;
  return async (view) => {
    const value = await expression(view);
    if (test.is(value)) return value;
    const cause = `The field '${place.location}' must be ${test.what}, and is ${show(value)}.`;
    throw place.language === 'JSONPath'
      ? runtimeError(cause)
      : new StateFailure('States.QueryEvaluationError', cause, [], place.location);
  };
}
