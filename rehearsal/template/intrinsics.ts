import { isDeepStrictEqual } from 'node:util';
import { RehearsalError } from '../errors';
import { cidrBlocks } from './cidr';

/** Where the values come from that a template only names. */
export interface Scope {
  ref(name: string): unknown;
  attribute(resource: string, attribute: string): unknown;
  mapping(map: string, first: string, second: string): unknown;
  condition(name: string): boolean;
  importValue(name: string): unknown;
  zones(region: string): readonly string[];
}

/** Takes the place of a property that is not there (`AWS::NoValue`). */
export const noValue = Symbol('AWS::NoValue');

/** The value with every intrinsic function worked out. One that is not known is refused, with where it stands. */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, i) => resolve(item, scope, `${path}[${i}]`)).filter((item) => item !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;
  const called = intrinsicOf(value as Record<string, unknown>, path);
  if (called) return call(called.name, called.argument, scope, `${path}.${called.name}`);
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(item, scope, `${path}.${key}`)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== noValue));
}

/** The function that an object stands for, when it is not a plain object. */
export function intrinsicOf(
  value: Readonly<Record<string, unknown>>,
  path: string,
): { readonly name: string; readonly argument: unknown } | undefined {
  const keys = Object.keys(value);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined) {
    // In a policy, Condition is a plain object; as a function it names a condition, alone.
    return keys.length === 1 && keys[0] === 'Condition' && typeof value['Condition'] === 'string'
      ? { name: 'Condition', argument: value['Condition'] }
      : undefined;
  }
  if (keys.length > 1)
    throw new RehearsalError(`${path}: ${name} must stand alone, and has ${keys.length - 1} beside it.`);
  return { name, argument: value[name] };
}

type Intrinsic = (argument: unknown, scope: Scope, path: string) => unknown;

function call(name: string, argument: unknown, scope: Scope, path: string): unknown {
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (!intrinsic) throw new RehearsalError(`${path}: the rehearsal does not know the function ${name}.`);
  return intrinsic(argument, scope, path);
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, path) => scope.ref(text(argument, path)),
  Condition: (argument, scope, path) => scope.condition(text(argument, path)),
  'Fn::GetAtt': (argument, scope, path) => {
    const [resource, attribute] = attributeOf(argument, scope, path);
    return scope.attribute(resource, attribute);
  },
  'Fn::Join': (argument, scope, path) => {
    const [separator, items] = list(argument, 2, path);
    return strings(resolve(items, scope, path), path).join(text(separator, path));
  },
  'Fn::Sub': (argument, scope, path) => {
    const [pattern, variables] = Array.isArray(argument) ? list(argument, 2, path) : [argument, {}];
    const own = variables as Record<string, unknown>;
    if (typeof pattern !== 'string')
      throw new RehearsalError(`${path} takes text where it has ${JSON.stringify(pattern)}.`);
    return substitute(pattern, (name) => {
      if (Object.hasOwn(own, name)) return text(resolve(own[name], scope, path), path);
      const dot = name.indexOf('.');
      const found = dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
      return text(found, path);
    });
  },
  'Fn::Select': (argument, scope, path) => {
    const [index, items] = list(argument, 2, path);
    const from = resolve(items, scope, path);
    const at = Number(resolve(index, scope, path));
    if (!Array.isArray(from) || !(at in from)) throw new RehearsalError(`${path}: there is no item ${at} to select.`);
    return from[at];
  },
  'Fn::Split': (argument, scope, path) => {
    const [separator, source] = list(argument, 2, path);
    return text(resolve(source, scope, path), path).split(text(separator, path));
  },
  'Fn::FindInMap': (argument, scope, path) => {
    const [map, first, second] = strings(resolve(list(argument, 3, path), scope, path), path) as [
      string,
      string,
      string,
    ];
    return scope.mapping(map, first, second);
  },
  'Fn::ImportValue': (argument, scope, path) => scope.importValue(text(resolve(argument, scope, path), path)),
  'Fn::Base64': (argument, scope, path) => Buffer.from(text(resolve(argument, scope, path), path)).toString('base64'),
  'Fn::GetAZs': (argument, scope, path) => scope.zones(text(resolve(argument, scope, path), path)),
  'Fn::Cidr': (argument, scope, path) => {
    const given = resolve(argument, scope, path);
    if (!Array.isArray(given) || given.length < 2 || given.length > 3)
      throw new RehearsalError(`${path} takes a list of 2 or 3.`);
    const [block, count, bits] = given.map(String);
    return cidrBlocks(block ?? '', Number(count), Number(bits ?? 8), path);
  },
  'Fn::If': (argument, scope, path) => {
    const [condition, yes, no] = list(argument, 3, path);
    return resolve(scope.condition(text(condition, path)) ? yes : no, scope, path);
  },
  'Fn::Equals': (argument, scope, path) => {
    const [one, other] = resolve(list(argument, 2, path), scope, path) as unknown[];
    return isDeepStrictEqual(one, other);
  },
  'Fn::And': (argument, scope, path) => truths(argument, scope, path).every(Boolean),
  'Fn::Or': (argument, scope, path) => truths(argument, scope, path).some(Boolean),
  'Fn::Not': (argument, scope, path) => !truths(list(argument, 1, path), scope, path)[0],
  'Fn::Length': (argument, scope, path) => listed(resolve(argument, scope, path), path).length,
  'Fn::ToJsonString': (argument, scope, path) => JSON.stringify(resolve(argument, scope, path)),
  // These four are for the section Rules.
  'Fn::Contains': (argument, scope, path) => {
    const [items, item] = resolve(list(argument, 2, path), scope, path) as unknown[];
    return listed(items, path).includes(item);
  },
  'Fn::EachMemberEquals': (argument, scope, path) => {
    const [items, item] = resolve(list(argument, 2, path), scope, path) as unknown[];
    return listed(items, path).every((each) => each === item);
  },
  'Fn::EachMemberIn': (argument, scope, path) => {
    const [items, allowed] = resolve(list(argument, 2, path), scope, path) as unknown[];
    return listed(items, path).every((each) => listed(allowed, path).includes(each));
  },
};

/** `${Name}`, `${Name.Attribute}`, and `${!Text}`, which stands for itself. */
export function substitute(pattern: string, textOf: (name: string) => string): string {
  return pattern.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) =>
    literal ? `\${${name}}` : textOf(name.trim()),
  );
}

export function attributeOf(argument: unknown, scope: Scope | undefined, path: string): [string, string] {
  const parts = typeof argument === 'string' ? splitAtDot(argument, path) : list(argument, 2, path);
  const attribute = scope && typeof parts[1] === 'object' ? resolve(parts[1], scope, path) : parts[1];
  return [text(parts[0], path), text(attribute, path)];
}

function splitAtDot(value: string, path: string): [string, string] {
  const dot = value.indexOf('.');
  if (dot < 1) throw new RehearsalError(`${path} takes a resource and an attribute where it has "${value}".`);
  return [value.slice(0, dot), value.slice(dot + 1)];
}

function list(value: unknown, length: number, path: string): unknown[] {
  if (Array.isArray(value) && value.length === length) return value;
  throw new RehearsalError(`${path} takes a list of ${length}.`);
}

function listed(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new RehearsalError(`${path} takes a list first.`);
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new RehearsalError(`${path} takes text where it has ${JSON.stringify(value)?.slice(0, 80)}.`);
}

function strings(value: unknown, path: string): string[] {
  if (!Array.isArray(value)) throw new RehearsalError(`${path} takes a list of texts.`);
  return value.map((item) => text(item, path));
}

function truths(argument: unknown, scope: Scope, path: string): boolean[] {
  const values = resolve(argument, scope, path);
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'boolean')) {
    throw new RehearsalError(`${path} takes a list of conditions.`);
  }
  return values as boolean[];
}
