import { pathExpression } from '../expressions/json-path';
import { templateExpression } from '../expressions/jsonata';
import type { Json, JsonObject } from '../json';
import type { Flow, MapState, State, TaskState } from '../machine';
import { timestampOf } from '../timestamps';
import { parseChoice } from './choice';
import { Fields } from './fields';
import { parseHandlers } from './handlers';
import { defined, parseIo, payload } from './io';
import { type Place, type QueryLanguage, show } from './place';
import { parseResource, type Supports } from './resource';
import { aText, checked, seconds, setting, template, wholeNumber } from './settings';

/** What a state needs to know of the machine that it is in. */
export interface Surroundings {
  readonly express: boolean;
  readonly language: QueryLanguage;
  readonly known: Supports;
  /** Parses a branch of a Parallel, or the states of a Map. */
  readonly flow: (value: Json, place: Place, more?: readonly string[]) => Flow;
}

const types = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;
const mostItems = 100_000_000;

export function parseState(name: string, value: Json, flow: Place, around: Surroundings): State | undefined {
  const outer = flow.state(name, around.language);
  const probe = Fields.of(value, outer);
  if (!probe) return undefined;
  const fields = new Fields(value as JsonObject, flow.state(name, languageOf(probe, around)));
  fields.get('QueryLanguage');
  fields.comment();
  fields.required('Type');
  const type = fields.oneOf('Type', types);
  if (!type) return undefined;
  const state = { name, language: fields.place.language, ...parsers[type](fields, around) } as State;
  fields.end(type === 'Map' ? 'an inline Map' : `a ${type}`);
  return state;
}

function languageOf(fields: Fields, around: Surroundings): QueryLanguage {
  const language = fields.oneOf('QueryLanguage', ['JSONPath', 'JSONata']) ?? around.language;
  if (language === 'JSONata' || around.language === 'JSONPath') return language;
  fields.at('QueryLanguage').problem('a machine that speaks JSONata has no state that speaks JSONPath.');
  return 'JSONata';
}

type Body<T extends State = State> = Omit<T, 'name' | 'language'>;

const parsers: Record<State['type'], (fields: Fields, around: Surroundings) => Body> = {
  Task: parseTask,
  Choice: parseChoice,
  Map: parseMap,
  Pass: (fields) => ({
    type: 'Pass',
    ...(fields.place.language === 'JSONPath' ? defined('result', fields.get('Result')) : {}),
    io: {
      ...parseIo(fields, fields.place.language === 'JSONPath' ? ['result', 'output', 'assign'] : ['output', 'assign']),
      ...(fields.place.language === 'JSONPath' ? defined('arguments', payload(fields, 'Parameters')) : {}),
    },
    ...next(fields),
  }),
  Wait: (fields) => {
    const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter((key) => key in fields.object);
    if (given.length !== 1) {
      fields.place.problem(
        `must have one of Seconds and Timestamp (or, in JSONPath, their Path), and has ${given.join(' and ') || 'none'}.`,
      );
    }
    const aTime = {
      what: 'a timestamp such as 2026-01-31T12:00:00Z',
      is: (value: Json) => typeof value === 'string' && timestampOf(value) !== undefined,
    };
    return {
      type: 'Wait',
      ...defined('seconds', setting(fields, 'Seconds', seconds(0))),
      ...defined('timestamp', setting(fields, 'Timestamp', aTime)),
      io: parseIo(fields, ['output', 'assign']),
      ...next(fields),
    };
  },
  Succeed: (fields) => ({ type: 'Succeed', io: parseIo(fields, ['output']) }),
  Fail: (fields) => ({
    type: 'Fail',
    ...defined('error', setting(fields, 'Error', aText, true)),
    ...defined('cause', setting(fields, 'Cause', aText, true)),
    io: {},
  }),
  Parallel: (fields, around) => {
    const branches = fields.array('Branches');
    if (!branches?.length) fields.place.problem('Branches must be a list of at least one branch.');
    return {
      type: 'Parallel',
      branches: (branches ?? []).map((branch, i) => around.flow(branch, fields.at('Branches').index(i))),
      io: parseIo(fields, ['arguments', 'result', 'output', 'assign']),
      ...parseHandlers(fields),
      ...next(fields),
    };
  },
};

function parseTask(fields: Fields, around: Surroundings): Body<TaskState> {
  fields.required('Resource');
  const resource = fields.get('Resource');
  const parsed =
    resource === undefined ? undefined : parseResource(resource, fields.at('Resource'), around.express, around.known);
  const [timeout, heartbeat] = [fields.object['TimeoutSeconds'], fields.object['HeartbeatSeconds']];
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    fields.at('HeartbeatSeconds').problem(`must be less than TimeoutSeconds, which is ${timeout}.`);
  }
  const jsonPath = fields.place.language === 'JSONPath';
  return {
    type: 'Task',
    resource: parsed ?? { arn: '', kind: 'lambda', service: '', action: '', pattern: 'requestResponse' },
    ...defined('timeoutSeconds', setting(fields, 'TimeoutSeconds', seconds(1))),
    ...defined('heartbeatSeconds', setting(fields, 'HeartbeatSeconds', seconds(1))),
    ...defined('credentials', jsonPath ? payload(fields, 'Credentials') : template(fields, 'Credentials')),
    io: parseIo(fields, ['arguments', 'result', 'output', 'assign']),
    ...parseHandlers(fields),
    ...next(fields),
  };
}

function parseMap(fields: Fields, around: Surroundings): Body<MapState> {
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

function next(fields: Fields): { next: string | undefined } {
  const to = fields.string('Next');
  const end = fields.get('End');
  if (end !== undefined && end !== true) fields.at('End').problem(`must be true or left out, and is ${show(end)}.`);
  if ((to === undefined) === (end === undefined) && !(fields.has('Next') && to === undefined)) {
    fields.place.problem(to === undefined ? 'needs a Next or "End": true.' : 'has both Next and End.');
  }
  return { next: to };
}
