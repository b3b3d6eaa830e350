import { StateFailure } from '../errors';
import { define, isObject, type Json, own } from '../json';
import type { Path, Segment } from './path-types';

/** The input with a result put where the path says; objects on the way are made, anything else in the way is an error. */
export function put(input: Json, path: Path, result: Json): Json {
  return putAt(input, path.segments, result, path, input);
}

function putAt(target: Json | undefined, segments: readonly Segment[], result: Json, path: Path, input: Json): Json {
  const [segment, ...rest] = segments;
  if (!segment) return result;
  if (segment.kind === 'name' && (target === undefined || isObject(target))) {
    const copy = { ...target };
    define(copy, segment.name, putAt(own(copy, segment.name), rest, result, path, input));
    return copy;
  }
  if (segment.kind === 'index' && Array.isArray(target) && segment.index < target.length) {
    return target.with(segment.index, putAt(target[segment.index], rest, result, path, input));
  }
  throw new StateFailure(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path.text} to input ${JSON.stringify(input)}`,
  );
}
