// What a field of a JSONPath state may hold: a path, an intrinsic function, or a payload whose keys end in `.$`.

import type { Place } from '../definition/place';
import { show } from '../definition/place';
import { runtimeError, StateFailure } from '../errors';
import { define, isObject, type Json, type JsonObject } from '../json';
import { type Call, parseIntrinsic } from './intrinsic';
import { IntrinsicProblem, intrinsicFunctions } from './intrinsic-functions';
import { parsePath, parseReferencePath } from './path';
import { find } from './path-find';
import type { Path } from './path-types';
import { SyntaxProblem } from './scanner';
import type { Expression, View } from './view';

/** A path that must find something. */
export function pathExpression(text: Json, place: Place): Expression | undefined {
  return expression(parsed(text, place, parsePath), place);
}

export function referenceExpression(text: Json, place: Place): Expression | undefined {
  return expression(parsed(text, place, parseReferencePath), place);
}

/** A path, or an intrinsic function. */
export function valueExpression(text: Json, place: Place): Expression | undefined {
  if (typeof text !== 'string' || !text.startsWith('States.')) return pathExpression(text, place);
  const call = parsed(text, place, parseIntrinsic);
  if (call) callUses(call, place);
  return call && ((view) => run(call, view, place.location));
}

/** The path itself, where it is used for more than finding a value. */
export function parsedReference(text: Json, place: Place): Path | undefined {
  return parsed(text, place, parseReferencePath);
}

export function parsedPath(text: Json, place: Place): Path | undefined {
  return parsed(text, place, parsePath);
}

/** An object in which `"key.$": "$.path"` becomes `"key": value`, at any depth. */
export function payloadExpression(payload: Json, place: Place): Expression {
  if (Array.isArray(payload)) {
    const items = payload.map((item, i) => payloadExpression(item, place.index(i)));
    return (view) => items.map((item) => item(view) as Json);
  }
  if (!isObject(payload)) return () => payload;
  const entries: [string, Expression][] = [];
  for (const [key, value] of Object.entries(payload)) {
    const name = key.endsWith('.$') ? key.slice(0, -2) : key;
    const at = place.at(key);
    if (entries.some(([other]) => other === name)) at.problem(`stands beside another ${name}.`);
    const made = key.endsWith('.$') ? valueExpression(value, at) : payloadExpression(value, at);
    if (made) entries.push([name, made]);
  }
  return (view) => {
    const result: JsonObject = {};
    for (const [name, value] of entries) define(result, name, value(view) as Json);
    return result;
  };
}

function parsed<T extends Path | Call>(text: Json, place: Place, parse: (text: string) => T): T | undefined {
  if (typeof text !== 'string') {
    place.problem(`must be a path, and is ${show(text)}.`);
    return undefined;
  }
  try {
    const path = parse(text);
    if ('root' in path) pathUses(path, place);
    return path;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    place.problem(`${error.message}.`);
    return undefined;
  }
}

function pathUses(path: Path, place: Place): void {
  if (path.root.kind === 'item') place.problem('@ may only stand within a filter.');
  if (path.root.kind === 'variable') place.reads(path.root.name);
}

function callUses(call: Call, place: Place): void {
  for (const argument of call.arguments) {
    if ('path' in argument) pathUses(argument.path, place);
    if ('call' in argument) callUses(argument.call, place);
  }
}

function expression(path: Path | undefined, place: Place): Expression | undefined {
  return path && ((view) => mustFind(path, view, place.location));
}

function mustFind(path: Path, view: View, field: string): Json {
  const found = find(path, view);
  if (found !== undefined) return found;
  throw runtimeError(
    `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(view.document)}'`,
    'States.ParameterPathFailure',
  );
}

function run(call: Call, view: View, field: string): Json {
  const values = call.arguments.map((argument) => {
    if ('value' in argument) return argument.value;
    return 'path' in argument ? mustFind(argument.path, view, field) : run(argument.call, view, field);
  });
  try {
    return intrinsicFunctions.get(call.name)?.call(...values) ?? null;
  } catch (error) {
    if (!(error instanceof IntrinsicProblem)) throw error;
    const cause = `The function '${call.text}' specified for the field '${field}' failed: ${error.message}.`;
    throw new StateFailure('States.IntrinsicFailure', cause);
  }
}
