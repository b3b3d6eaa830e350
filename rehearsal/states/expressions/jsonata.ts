// Fields of a JSONata state: any text between `{%` and `%}`, at any depth, is an expression. Each is parsed once.

import jsonata from 'jsonata';
import type { Place } from '../definition/place';
import { StateFailure } from '../errors';
import { define, isObject, type Json, type JsonObject, NotJson, toJson } from '../json';
import { checkExpression } from './jsonata-check';
import { addFunctions } from './jsonata-functions';
import type { Expression, View } from './view';

/** Which of `result` and `errorOutput` a field may ask `$states` for. */
export type StatesField = 'result' | 'errorOutput';

/** Milliseconds of real time for one expression, calls within calls, and items: far beyond what is written in earnest. */
const guards = { timeout: 10_000, stack: 2000, sequence: 1_000_000 };

export function isExpression(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}') && value.length >= 4;
}

export function templateExpression(value: Json, place: Place, ...fields: StatesField[]): Expression {
  if (typeof value === 'string' && isExpression(value)) return textExpression(value, place, fields);
  if (typeof value === 'string' && (value.startsWith('{%') || value.endsWith('%}'))) {
    place.problem('begins with {% and does not end with %}, or the other way round.');
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => templateExpression(item, place.index(i), ...fields));
    return async (view) => {
      const made: Json[] = [];
      for (const item of items) made.push(await item(view));
      return made;
    };
  }
  if (!isObject(value)) return () => value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, templateExpression(item, place.at(key), ...fields)] as const,
  );
  return async (view) => {
    const made: JsonObject = {};
    for (const [key, item] of entries) define(made, key, await item(view));
    return made;
  };
}

function textExpression(text: string, place: Place, fields: readonly StatesField[]): Expression {
  const source = text.slice(2, -2).trim();
  const expression = compile(source, place, fields);
  if (!expression) return () => null;
  const field = place.location;
  const failure = (what: string) =>
    new StateFailure(
      'States.QueryEvaluationError',
      `The JSONata expression '${source}' specified for the field '${field}' ${what}`,
      [],
      field,
    );
  return async (view) => {
    let value: unknown;
    try {
      value = await expression.evaluate(undefined, bindings(view));
    } catch (error) {
      throw failure(`threw an error during evaluation: ${(error as { message?: string }).message}`);
    }
    if (value === undefined) throw failure('returned nothing (undefined).');
    try {
      return toJson(value);
    } catch (error) {
      if (error instanceof NotJson) throw failure(`returned an unsupported result type: ${error.message}.`);
      throw error;
    }
  };
}

function compile(source: string, place: Place, fields: readonly StatesField[]): jsonata.Expression | undefined {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(source, guards);
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    place.problem(`${message} at character ${position ?? 0} of the JSONata expression ${source}.`);
    return undefined;
  }
  addFunctions(expression);
  const found = checkExpression(source, expression.ast());
  for (const problem of found.problems) place.problem(`${problem}.`);
  for (const name of found.variables) place.reads(name);
  const allowed = ['input', 'context', ...fields];
  for (const name of found.states) {
    if (name !== '*' && !allowed.includes(name)) {
      place.problem(`$states.${name} is not available in this field, which has ${allowed.join(', ')}.`);
    }
  }
  return expression;
}

function bindings(view: View): Record<string, unknown> {
  const time = Math.floor(view.now());
  return {
    millis: () => time,
    ...view.variables.all(),
    states: view.states,
  };
}
