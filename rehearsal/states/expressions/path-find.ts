import { isObject, type Json, own, sameJson } from '../json';
import type { Filter, Operand, Path, Segment } from './path-types';
import type { View } from './view';

/** What a path finds: a value; a list, if it may find several; nothing, if a single value is not there. */
export function find(path: Path, view: View, item?: Json): Json | undefined {
  const root = rootOf(path, view, item);
  if (root === undefined) return undefined;
  const found = path.segments.reduce<Json[]>(
    (values, segment) => {
      return values.flatMap((value) => select(segment, value, view));
    },
    [root],
  );
  return path.definite ? found[0] : found;
}

function rootOf(path: Path, view: View, item: Json | undefined): Json | undefined {
  switch (path.root.kind) {
    case 'document':
      return view.document;
    case 'context':
      return view.states.context;
    case 'variable':
      return view.variables.get(path.root.name);
    case 'item':
      return item;
  }
}

function select(segment: Segment, value: Json, view: View): Json[] {
  switch (segment.kind) {
    case 'name':
      return isObject(value) ? present(own(value, segment.name)) : [];
    case 'index':
      return Array.isArray(value) ? present(value.at(segment.index)) : [];
    case 'indexes':
      return Array.isArray(value) ? segment.indexes.flatMap((index) => present(value.at(index))) : [];
    case 'slice':
      return Array.isArray(value)
        ? value.slice(segment.from, segment.to).filter((_, i) => i % (segment.step ?? 1) === 0)
        : [];
    case 'all':
      return children(value);
    case 'descend':
      return descendants(value);
    case 'filter':
      return (Array.isArray(value) ? value : [value]).filter((child) => holds(segment.filter, child, view));
  }
}

function present(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

function children(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function descendants(value: Json): Json[] {
  return [value, ...children(value).flatMap(descendants)];
}

function holds(filter: Filter, item: Json, view: View): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((part) => holds(part, item, view));
    case 'or':
      return filter.filters.some((part) => holds(part, item, view));
    case 'not':
      return !holds(filter.filter, item, view);
    case 'exists': {
      const found = find(filter.path, view, item);
      return found !== undefined && (filter.path.definite || (found as Json[]).length > 0);
    }
    case 'compare':
      return compare(operand(filter.left, item, view), filter.by, operand(filter.right, item, view));
  }
}

function operand(side: Operand, item: Json, view: View): Json | undefined {
  return 'path' in side ? find(side.path, view, item) : side.value;
}

function compare(a: Json | undefined, by: string, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return by === '!=' && a !== b;
  if (by === '==') return sameJson(a, b);
  if (by === '!=') return !sameJson(a, b);
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const [left, right] = [a, b as typeof a];
  if (by === '<') return left < right;
  if (by === '<=') return left <= right;
  return by === '>' ? left > right : left >= right;
}
