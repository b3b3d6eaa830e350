import { parsedReference, pathExpression, payloadExpression } from '../expressions/json-path';
import { type StatesField, templateExpression } from '../expressions/jsonata';
import type { Expression } from '../expressions/view';
import { isObject } from '../json';
import { variableNameLength } from '../limits';
import type { StateIo } from '../machine';
import type { Fields } from './fields';
import { show } from './place';
import { template } from './settings';

type Part = 'arguments' | 'result' | 'output' | 'assign';

/** The fields by which a state takes its input and gives its output; which ones there are depends on its type. */
export function parseIo(fields: Fields, parts: readonly Part[]): StateIo {
  const has = (part: Part) => parts.includes(part);
  const produces: StatesField[] = has('arguments') || has('result') ? ['result'] : [];
  const assign = has('assign') ? { assign: parseAssign(fields, ...produces) } : {};
  if (fields.place.language === 'JSONata') {
    return {
      ...defined('arguments', has('arguments') ? template(fields, 'Arguments') : undefined),
      ...defined('output', has('output') ? template(fields, 'Output', ...produces) : undefined),
      ...defined('assign', assign.assign),
    };
  }
  const input = has('output') ? pathOrNull(fields, 'InputPath') : undefined;
  return {
    ...defined('input', input),
    ...defined('arguments', has('arguments') ? payload(fields, 'Parameters') : undefined),
    ...defined('select', has('arguments') && has('result') ? payload(fields, 'ResultSelector') : undefined),
    ...defined('resultPath', has('result') ? parseResultPath(fields) : undefined),
    ...defined('outputPath', has('output') ? pathOrNull(fields, 'OutputPath') : undefined),
    ...defined('assign', assign.assign),
  };
}

export function defined<K extends string, T>(key: K, value: T | undefined): { [key in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: T };
}

export function payload(fields: Fields, name: string): Expression | undefined {
  const value = fields.objectAt(name);
  return value === undefined ? undefined : payloadExpression(value, fields.at(name));
}

/** Null means: nothing of the input. */
function pathOrNull(fields: Fields, name: string): Expression | null | undefined {
  const value = fields.get(name);
  return value === undefined || value === null ? value : pathExpression(value, fields.at(name));
}

export function parseResultPath(fields: Fields): StateIo['resultPath'] {
  const value = fields.get('ResultPath');
  if (value === undefined || value === null) return value;
  const path = parsedReference(value, fields.at('ResultPath'));
  if (path && path.root.kind !== 'document') {
    fields.at('ResultPath').problem('begins with $., for only the input can be written to.');
  }
  return path;
}

export function parseAssign(fields: Fields, ...more: StatesField[]): Expression | undefined {
  const value = fields.get('Assign');
  if (value === undefined) return undefined;
  const place = fields.at('Assign');
  if (!isObject(value)) {
    place.problem(`must be an object of variables, and is ${show(value)}.`);
    return undefined;
  }
  const names = Object.keys(value).map((key) =>
    place.language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key,
  );
  for (const name of names) {
    if (name === 'states') place.problem('$states is reserved.');
    else if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) || name.length > variableNameLength) {
      place.problem(
        `${show(name)} is no name of a variable: a letter, then letters, digits or _, at most 80 characters.`,
      );
    } else place.scope.assigned.push({ name, path: place.path });
  }
  return place.language === 'JSONPath' ? payloadExpression(value, place) : templateExpression(value, place, ...more);
}
