// `?(…)` in a path: comparisons of paths and literals, joined by &&, || and !.

import type { Filter, Operand, Path } from './path-types';
import type { Scanner } from './scanner';

type ReadPath = (scanner: Scanner) => Path;

export function readFilter(scanner: Scanner, readPath: ReadPath): Filter {
  scanner.expect('(');
  const filter = readOr(scanner, readPath);
  scanner.expect(')');
  return filter;
}

function readOr(scanner: Scanner, readPath: ReadPath): Filter {
  return readJoined(scanner, 'or', '||', () => readJoined(scanner, 'and', '&&', () => readTest(scanner, readPath)));
}

function readJoined(scanner: Scanner, kind: 'or' | 'and', by: string, read: () => Filter): Filter {
  const first = read();
  const filters = [first];
  while (scanner.take(by)) filters.push(read());
  return filters.length === 1 ? first : { kind, filters };
}

function readTest(scanner: Scanner, readPath: ReadPath): Filter {
  scanner.blanks();
  if (scanner.take('!')) return { kind: 'not', filter: readTest(scanner, readPath) };
  if (scanner.next === '(') {
    const filter = readFilter(scanner, readPath);
    scanner.blanks();
    return filter;
  }
  const left = readOperand(scanner, readPath);
  const by = (['==', '!=', '<=', '>=', '<', '>'] as const).find((operator) => scanner.take(operator));
  if (by) return { kind: 'compare', left, by, right: readOperand(scanner, readPath) };
  if ('path' in left) return { kind: 'exists', path: left.path };
  throw scanner.problem('expected a comparison by ==, !=, <, <=, > or >=');
}

function readOperand(scanner: Scanner, readPath: ReadPath): Operand {
  scanner.blanks();
  const operand = readValue(scanner, readPath);
  scanner.blanks();
  return operand;
}

function readValue(scanner: Scanner, readPath: ReadPath): Operand {
  if (scanner.next === '@' || scanner.next === '$') return { path: readPath(scanner) };
  for (const [word, value] of [
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const) {
    if (scanner.take(word)) return { value };
  }
  const value = scanner.quoted() ?? scanner.number();
  if (value === undefined) throw scanner.problem('expected a path, a number or a text in quotes');
  return { value };
}
