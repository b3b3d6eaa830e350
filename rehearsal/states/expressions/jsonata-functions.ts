// What Step Functions adds to JSONata. A function that is registered gets `undefined` for what is not there, and
// returns `undefined` then, as JSONata's own functions do.

import { randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';
import { algorithms, digest, partition, range, seeded } from './digest';

class FunctionProblem extends Error {}

const longestRange = 1_000_000;

export function addFunctions(expression: jsonata.Expression): void {
  expression.registerFunction('partition', partitionOf, '<an:a>');
  expression.registerFunction('range', rangeOf, '<nnn:a>');
  expression.registerFunction('hash', hashOf, '<ss:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? Math.random() : seeded(seed)),
    '<n?:n>',
  );
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', parseOf, '<s:x>');
  expression.registerFunction('now', nowIn, '<s?s?:s>');
}

/** JSONata's own asks the machine for the time; `$millis` is bound to the clock of the rehearsal with each evaluation. */
function nowIn(this: jsonata.Focus, picture?: string, timezone?: string): string {
  const { environment } = this;
  return environment.lookup('fromMillis').implementation.call(this, environment.lookup('millis')(), picture, timezone);
}

function partitionOf(items?: unknown[], size?: number): unknown[][] | undefined {
  if (items === undefined || size === undefined) return undefined;
  const by = Math.floor(size);
  if (by < 1) throw new FunctionProblem(`$partition takes a positive size, and gets ${size}`);
  return partition(items, by);
}

function rangeOf(first?: number, last?: number, step?: number): number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  if (step === 0) throw new FunctionProblem('$range takes any step but 0');
  if ((last - first) / step >= longestRange) throw new FunctionProblem(`$range makes at most ${longestRange} numbers`);
  return range(first, last, step);
}

function hashOf(text?: string, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const found = digest(text, algorithm);
  if (found === undefined) {
    throw new FunctionProblem(`$hash knows ${[...algorithms.keys()].join(', ')}, and is asked for ${algorithm}`);
  }
  return found;
}

function parseOf(text?: string): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new FunctionProblem('$parse was given a text that is no JSON');
  }
}
