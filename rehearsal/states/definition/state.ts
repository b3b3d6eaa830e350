import type { Json, JsonObject } from '../json';
import type { State } from '../machine';
import { timestampOf } from '../timestamps';
import { parseChoice } from './choice';
import { Fields } from './fields';
import { parseHandlers } from './handlers';
import { defined, parseIo, payload } from './io';
import { parseMap } from './map';
import { next } from './next';
import type { Place, QueryLanguage } from './place';
import { aText, seconds, setting } from './settings';
import type { Body, Surroundings } from './surroundings';
import { parseTask } from './task';

const types = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;

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
