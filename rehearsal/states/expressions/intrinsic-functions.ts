// The intrinsic functions of JSONPath states. Each takes values and returns one; what they do not take is
// States.IntrinsicFailure.

import { randomInt, randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject, sameJson } from '../json';
import { digest, partition, range, seeded } from './digest';

export class IntrinsicProblem extends Error {}

export interface Intrinsic {
  readonly least: number;
  readonly most: number;
  readonly call: (...values: Json[]) => Json;
}

/** Characters that Base64 and Hash take. */
const longestText = 10_000;
const longestRange = 1000;

export const intrinsicFunctions: ReadonlyMap<string, Intrinsic> = new Map([
  ['States.Format', { least: 1, most: Number.POSITIVE_INFINITY, call: format }],
  ['States.StringToJson', { least: 1, most: 1, call: (value) => parseJson(text(value)) }],
  ['States.JsonToString', { least: 1, most: 1, call: (value) => JSON.stringify(value) }],
  ['States.Array', { least: 0, most: Number.POSITIVE_INFINITY, call: (...values) => values }],
  ['States.ArrayPartition', { least: 2, most: 2, call: (value, size) => partition(list(value), positive(size)) }],
  ['States.ArrayContains', { least: 2, most: 2, call: (value, x) => list(value).some((item) => sameJson(item, x)) }],
  ['States.ArrayRange', { least: 3, most: 3, call: arrayRange }],
  ['States.ArrayGetItem', { least: 2, most: 2, call: getItem }],
  ['States.ArrayLength', { least: 1, most: 1, call: (value) => list(value).length }],
  ['States.ArrayUnique', { least: 1, most: 1, call: unique }],
  ['States.Base64Encode', { least: 1, most: 1, call: (value) => Buffer.from(short(value)).toString('base64') }],
  ['States.Base64Decode', { least: 1, most: 1, call: (value) => Buffer.from(short(value), 'base64').toString() }],
  ['States.Hash', { least: 2, most: 2, call: hash }],
  ['States.JsonMerge', { least: 3, most: 3, call: merge }],
  ['States.MathRandom', { least: 2, most: 3, call: random }],
  ['States.MathAdd', { least: 2, most: 2, call: (a, b) => whole(a) + whole(b) }],
  ['States.StringSplit', { least: 2, most: 2, call: split }],
  ['States.UUID', { least: 0, most: 0, call: () => randomUUID() }],
] satisfies [string, Intrinsic][]);

function format(template: Json = '', ...values: Json[]): Json {
  let used = 0;
  const filled = text(template).replace(/\\([{}])|\{\}|[{}]/g, (found, escaped: string | undefined) => {
    if (escaped) return escaped;
    if (found !== '{}') throw new IntrinsicProblem(`a single ${found} needs a backslash before it`);
    const value = values[used++];
    if (value === undefined) throw new IntrinsicProblem('there are more {} than values');
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  if (used < values.length) throw new IntrinsicProblem('there are more values than {}');
  return filled;
}

function parseJson(value: string): Json {
  try {
    return JSON.parse(value);
  } catch {
    throw new IntrinsicProblem(`${excerpt(value)} is no JSON`);
  }
}

function arrayRange(first: Json = null, last: Json = null, step: Json = null): Json {
  const by = whole(step);
  if (by === 0) throw new IntrinsicProblem('the step may not be 0');
  const values = range(whole(first), whole(last), by);
  if (values.length > longestRange) throw new IntrinsicProblem(`more than ${longestRange} numbers are asked for`);
  return values;
}

function getItem(value: Json = null, index: Json = null): Json {
  const found = list(value)[whole(index)];
  if (found === undefined) throw new IntrinsicProblem(`there is no index ${index} in a list of ${list(value).length}`);
  return found;
}

function unique(value: Json = null): Json {
  return list(value).reduce<Json[]>((kept, item) => {
    if (!kept.some((other) => sameJson(other, item))) kept.push(item);
    return kept;
  }, []);
}

function hash(value: Json = null, algorithm: Json = null): Json {
  const found = digest(typeof value === 'string' ? short(value) : JSON.stringify(value), text(algorithm));
  if (found === undefined) {
    throw new IntrinsicProblem(`${algorithm} is none of MD5, SHA-1, SHA-256, SHA-384 and SHA-512`);
  }
  return found;
}

function merge(one: Json = null, two: Json = null, deep: Json = null): Json {
  if (deep !== false) throw new IntrinsicProblem('only a shallow merge is possible: the third argument must be false');
  return { ...object(one), ...object(two) };
}

function random(from: Json = null, to: Json = null, seed?: Json): Json {
  const [least, limit] = [whole(from), whole(to)];
  if (limit <= least) throw new IntrinsicProblem('the end must be greater than the start');
  return seed === undefined ? randomInt(least, limit) : least + Math.floor(seeded(whole(seed)) * (limit - least));
}

/** Each character of the second text separates. */
function split(value: Json = null, separators: Json = null): Json {
  const among = [...text(separators)];
  const parts = [''];
  for (const character of text(value)) {
    if (among.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

function text(value: Json = null): string {
  if (typeof value === 'string') return value;
  throw new IntrinsicProblem(`${excerpt(value)} is no text`);
}

function short(value: Json = null): string {
  const given = text(value);
  if (given.length > longestText) throw new IntrinsicProblem(`a text is longer than ${longestText} characters`);
  return given;
}

function list(value: Json = null): Json[] {
  if (Array.isArray(value)) return value;
  throw new IntrinsicProblem(`${excerpt(value)} is no list`);
}

function object(value: Json): JsonObject {
  if (isObject(value)) return value;
  throw new IntrinsicProblem(`${excerpt(value)} is no object`);
}

/** As documented, a number with a fraction is rounded to the nearest whole one. */
function whole(value: Json = null): number {
  if (typeof value === 'number') return Math.round(value);
  throw new IntrinsicProblem(`${excerpt(value)} is no number`);
}

function positive(value: Json = null): number {
  const size = whole(value);
  if (size < 1) throw new IntrinsicProblem(`${size} is no positive number`);
  return size;
}

function excerpt(value: Json): string {
  const all = JSON.stringify(value);
  return all.length > 60 ? `${all.slice(0, 57)}…` : all;
}
