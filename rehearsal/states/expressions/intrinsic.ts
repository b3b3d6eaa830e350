// `States.Format('{} of {}', $.name, States.ArrayLength($.all))`: parsed once, called often.

import { intrinsicFunctions } from './intrinsic-functions';
import { readPath } from './path';
import type { Path } from './path-types';
import { Scanner } from './scanner';

export type Argument =
  | { readonly value: null | boolean | number | string }
  | { readonly path: Path }
  | { readonly call: Call };

export interface Call {
  readonly text: string;
  readonly name: string;
  readonly arguments: readonly Argument[];
}

/** So many may stand within each other. */
const deepest = 10;

export function parseIntrinsic(text: string): Call {
  const scanner = new Scanner(text);
  const call = readCall(scanner, 1);
  scanner.blanks();
  if (!scanner.done) throw scanner.problem('the function is followed by something else');
  return call;
}

function readCall(scanner: Scanner, depth: number): Call {
  const begin = scanner.position;
  const name = scanner.match(/States\.[A-Za-z0-9]+/y) ?? '';
  const known = intrinsicFunctions.get(name);
  if (!known) throw scanner.problem(`${name === '' ? 'this' : name} is no intrinsic function`);
  if (depth > deepest) throw scanner.problem(`more than ${deepest} functions stand within each other`);
  scanner.expect('(');
  const given = readArguments(scanner, depth);
  const { least, most } = known;
  if (given.length < least || given.length > most) {
    const allowed = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    throw scanner.problem(`${name} takes ${allowed} arguments, and gets ${given.length},`);
  }
  return { text: scanner.text.slice(begin, scanner.position), name, arguments: given };
}

function readArguments(scanner: Scanner, depth: number): Argument[] {
  const given: Argument[] = [];
  scanner.blanks();
  if (scanner.take(')')) return given;
  for (;;) {
    scanner.blanks();
    given.push(readArgument(scanner, depth));
    scanner.blanks();
    if (scanner.take(')')) return given;
    scanner.expect(',');
  }
}

function readArgument(scanner: Scanner, depth: number): Argument {
  if (scanner.next === '$') return { path: readPath(scanner) };
  if (scanner.next === "'") return { value: readText(scanner) };
  for (const [word, value] of [
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const) {
    if (scanner.take(word)) return { value };
  }
  const number = scanner.number();
  return number === undefined ? { call: readCall(scanner, depth + 1) } : { value: number };
}

/** A backslash stands before a quote, a backslash, and the braces of States.Format, and before nothing else. */
function readText(scanner: Scanner): string {
  let text = '';
  for (scanner.expect("'"); !scanner.take("'"); scanner.position++) {
    if (scanner.done) throw scanner.problem("a text is not closed by '");
    if (scanner.next === '\\') {
      scanner.position++;
      if (!"'\\{}".includes(scanner.next)) throw scanner.problem("a backslash may only stand before ' \\ { }, not");
      // The braces keep their backslash until States.Format has looked for its places.
      if ('{}'.includes(scanner.next)) text += '\\';
    }
    text += scanner.next;
  }
  return text;
}
