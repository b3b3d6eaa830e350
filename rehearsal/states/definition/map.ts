import { pathExpression } from '../expressions/json-path';
import { templateExpression } from '../expressions/jsonata';
import type { MapState } from '../machine';
import type { Fields } from './fields';
import { parseHandlers } from './handlers';
import { defined, parseIo, payload } from './io';
import { next } from './next';
import { checked, setting, template, wholeNumber } from './settings';
import type { Body, Surroundings } from './surroundings';

const mostItems = 100_000_000;

export function parseMap(fields: Fields, around: Surroundings): Body<MapState> {
  const distributed = 'belongs to a distributed Map, which is not interpreted here.';
  for (const key of [
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'Label',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
  ]) {
    fields.refuse(key, distributed);
    fields.refuse(`${key}Path`, distributed);
  }
  fields.exclusive('ItemProcessor', 'Iterator');
  const key = fields.has('Iterator') && !fields.has('ItemProcessor') ? 'Iterator' : 'ItemProcessor';
  fields.required(key);
  const processor = fields.get(key) ?? {};
  const jsonPath = fields.place.language === 'JSONPath';
  const items = fields.get(jsonPath ? 'ItemsPath' : 'Items');
  const at = fields.at(jsonPath ? 'ItemsPath' : 'Items');
  const aList = { what: 'a list', is: Array.isArray };
  const selector = fields.get('ItemSelector');
  const parameters = jsonPath && selector === undefined ? payload(fields, 'Parameters') : undefined;
  if (jsonPath && selector !== undefined)
    fields.refuse('Parameters', 'is the former name of ItemSelector: only one of them may be there.');
  const found = jsonPath ? pathExpression : templateExpression;
  return {
    type: 'Map',
    processor: around.flow(processor, fields.at(key), ['ProcessorConfig']),
    ...defined('items', items === undefined ? undefined : checked(found(items, at), at, aList)),
    ...defined(
      'itemSelector',
      parameters ?? (jsonPath ? payload(fields, 'ItemSelector') : template(fields, 'ItemSelector')),
    ),
    ...defined('maxConcurrency', setting(fields, 'MaxConcurrency', wholeNumber(0, mostItems))),
    io: {
      ...parseIo(fields, ['result', 'output', 'assign']),
      ...(jsonPath ? defined('select', payload(fields, 'ResultSelector')) : {}),
    },
    ...parseHandlers(fields),
    ...next(fields),
  };
}
