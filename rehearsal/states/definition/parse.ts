import { DefinitionError } from '../errors';
import { bytesOf, isObject, type Json, toJson } from '../json';
import { definitionBytes, mostSeconds, stateNameLength } from '../limits';
import type { Flow, State, StateMachine } from '../machine';
import { Fields } from './fields';
import { defined } from './io';
import { Place, type QueryLanguage, show, type VariableScope } from './place';
import type { Supports } from './resource';
import { parseState } from './state';
import type { Surroundings } from './surroundings';
import { targetsOf } from './targets';
import { checkVariables } from './variables-check';

export interface ParseOptions {
  readonly type?: 'STANDARD' | 'EXPRESS';
  /** Which integrations there are. */
  readonly integrations: Supports;
}

/** A definition as an object or as text. Throws a DefinitionError with all that is wrong with it. */
export function parseStateMachine(definition: unknown, options: ParseOptions): StateMachine {
  const problems: string[] = [];
  const type = options.type ?? 'STANDARD';
  const value = readJson(definition);
  const language: QueryLanguage = isObject(value) && value['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath';
  const scope: VariableScope = { outer: undefined, assigned: [], read: [] };
  const place = new Place('', '', language, scope, problems);
  const scopes = [scope];
  if (bytesOf(value) > definitionBytes) place.problem('The definition is larger than 1 MiB.');
  const names = new Map<string, string>();

  const around: Surroundings = {
    express: type === 'EXPRESS',
    language,
    known: options.integrations,
    flow: (inner, at, more = []) => {
      const within = at.inner();
      scopes.push(within.scope);
      const fields = Fields.of(inner, within);
      if (!fields) return { startAt: '', states: new Map() };
      if (more.includes('ProcessorConfig')) processorConfig(fields);
      const flow = parseFlow(fields, around, names);
      fields.end('a flow of states');
      return flow;
    },
  };

  const fields = Fields.of(value, place);
  const machine = fields ? parseTop(fields, around, names, type) : undefined;
  checkVariables(scopes, problems);
  if (!machine || problems.length > 0) throw new DefinitionError(problems);
  return machine;
}

function readJson(definition: unknown): Json {
  if (typeof definition !== 'string') return toJson(definition);
  try {
    return JSON.parse(definition);
  } catch (error) {
    throw new DefinitionError([`The definition is no JSON: ${(error as Error).message}.`]);
  }
}

function parseTop(
  fields: Fields,
  around: Surroundings,
  names: Map<string, string>,
  type: StateMachine['type'],
): StateMachine {
  fields.oneOf('QueryLanguage', ['JSONPath', 'JSONata']);
  const version = fields.string('Version');
  if (version !== undefined && version !== '1.0') fields.at('Version').problem(`must be 1.0, and is ${show(version)}.`);
  const machine = {
    type,
    ...defined('comment', fields.comment()),
    ...defined('timeoutSeconds', fields.number('TimeoutSeconds', 1, mostSeconds)),
    ...parseFlow(fields, around, names),
  };
  fields.end('a state machine');
  return machine;
}

function processorConfig(fields: Fields): void {
  const value = fields.get('ProcessorConfig');
  if (value === undefined) return;
  const config = Fields.of(value, fields.at('ProcessorConfig'));
  if (config?.oneOf('Mode', ['INLINE', 'DISTRIBUTED']) === 'DISTRIBUTED') {
    config.at('Mode').problem('a distributed Map is not interpreted here: only INLINE is.');
    config.get('ExecutionType');
  }
  config?.end('the ProcessorConfig of an inline Map');
}

function parseFlow(fields: Fields, around: Surroundings, names: Map<string, string>): Flow {
  fields.comment();
  fields.required('StartAt');
  const startAt = fields.string('StartAt') ?? '';
  const states = new Map<string, State>();
  const given = fields.objectAt('States');
  if (!given || Object.keys(given).length === 0)
    fields.place.problem('States must be an object of at least one state.');
  for (const [name, value] of Object.entries(given ?? {})) {
    const place = fields.at('States').at(name);
    if (name === '' || name.length > stateNameLength) {
      place.problem(`the name of a state has 1 to ${stateNameLength} characters.`);
    }
    const other = names.get(name);
    if (other !== undefined) place.problem(`another state of this machine has that name: ${other}.`);
    names.set(name, place.path);
    const state = parseState(name, value, fields.place, around);
    if (state) states.set(name, state);
  }
  const flow = { startAt, states };
  checkTransitions(flow, fields.place, Object.keys(given ?? {}));
  return flow;
}

/** Every Next leads somewhere, every state can be reached, and there is a way out. */
function checkTransitions(flow: Flow, place: Place, names: readonly string[]): void {
  const exists = (target: string) => names.includes(target);
  if (flow.startAt !== '' && !exists(flow.startAt))
    place.at('StartAt').problem(`there is no state ${show(flow.startAt)} here.`);
  const reached = new Set<string>();
  const queue = [flow.startAt];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const state = flow.states.get(name);
    if (state) queue.push(...targetsOf(state).map(({ target }) => target));
  }
  for (const [name, state] of flow.states) {
    const at = place.at('States').at(name);
    for (const { field, target } of targetsOf(state)) {
      if (target !== '' && !exists(target)) at.at(field).problem(`there is no state ${show(target)} here.`);
    }
    if (exists(flow.startAt) && !reached.has(name)) at.problem('no state leads here.');
  }
  // A state that could not be read may be the way out.
  if (
    flow.states.size === names.length &&
    names.length > 0 &&
    exists(flow.startAt) &&
    ![...flow.states.values()].some(ends)
  ) {
    place.problem('no state ends the flow: one must be a Succeed or a Fail, or have "End": true.');
  }
}

function ends(state: State): boolean {
  if (state.type === 'Succeed' || state.type === 'Fail') return true;
  return state.type !== 'Choice' && state.next === undefined;
}
