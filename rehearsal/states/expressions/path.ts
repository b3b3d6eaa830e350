// JSONPath as Step Functions documents it: names, indexes, wildcards, slices, descent, and filters. Whatever else
// libraries of that name know (functions, regular expressions, scripts) is refused.

import { readFilter } from './path-filter';
import type { Path, Root, Segment } from './path-types';
import { Scanner } from './scanner';

export function parsePath(text: string): Path {
  const scanner = new Scanner(text);
  const path = readPath(scanner);
  if (!scanner.done) throw scanner.problem('the path is not understood');
  return path;
}

/** A path to a single place: names and indexes only. */
export function parseReferencePath(text: string): Path {
  const path = parsePath(text);
  const scanner = new Scanner(text);
  const single = path.segments.every((s) => s.kind === 'name' || (s.kind === 'index' && s.index >= 0));
  if (!single) throw scanner.problem('only names and indexes may stand in a reference path');
  return path;
}

export function readPath(scanner: Scanner): Path {
  const begin = scanner.position;
  const root = readRoot(scanner);
  const segments: Segment[] = [];
  for (;;) {
    if (scanner.take('..')) {
      segments.push({ kind: 'descend' });
      segments.push(scanner.next === '[' ? readBracket(scanner) : readName(scanner));
    } else if (scanner.take('.')) segments.push(readName(scanner));
    else if (scanner.next === '[') segments.push(readBracket(scanner));
    else break;
  }
  const definite = segments.every(({ kind }) => kind === 'name' || kind === 'index');
  return { text: scanner.text.slice(begin, scanner.position), root, segments, definite };
}

function readRoot(scanner: Scanner): Root {
  if (scanner.take('@')) return { kind: 'item' };
  if (scanner.take('$$')) return { kind: 'context' };
  if (!scanner.take('$')) throw scanner.problem('a path begins with $');
  const name = scanner.variable();
  return name === undefined ? { kind: 'document' } : { kind: 'variable', name };
}

function readName(scanner: Scanner): Segment {
  if (scanner.take('*')) return { kind: 'all' };
  const name = scanner.name();
  if (name === undefined) throw scanner.problem('expected a name');
  if (scanner.next === '(') throw scanner.problem(`the function ${name}() is not known in a path`);
  return { kind: 'name', name };
}

function readBracket(scanner: Scanner): Segment {
  scanner.expect('[');
  scanner.blanks();
  const segment = readSelector(scanner);
  scanner.blanks();
  scanner.expect(']');
  return segment;
}

function readSelector(scanner: Scanner): Segment {
  if (scanner.take('*')) return { kind: 'all' };
  if (scanner.take('?')) return { kind: 'filter', filter: readFilter(scanner, readPath) };
  const name = scanner.quoted();
  if (name !== undefined) return { kind: 'name', name };
  const first = scanner.integer();
  scanner.blanks();
  if (scanner.take(':')) return readSlice(scanner, first);
  if (first === undefined) throw scanner.problem('expected a name in quotes, an index, * or ?');
  const indexes = [first];
  while (scanner.take(',')) {
    scanner.blanks();
    const more = scanner.integer();
    if (more === undefined) throw scanner.problem('expected an index');
    indexes.push(more);
    scanner.blanks();
  }
  return indexes.length === 1 ? { kind: 'index', index: first } : { kind: 'indexes', indexes };
}

function readSlice(scanner: Scanner, from: number | undefined): Segment {
  scanner.blanks();
  const to = scanner.integer();
  const step = scanner.take(':') ? scanner.integer() : undefined;
  if (step !== undefined && step < 1) throw scanner.problem('a slice steps forward');
  return {
    kind: 'slice',
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(step !== undefined && { step }),
  };
}
