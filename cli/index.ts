import { nearest } from '../lib/config/nearest';
import { type Options, UsageError } from './arguments';
import { config } from './config';
import { db } from './db';
import { drill } from './drill';
import { index } from './index-verb';
import { migrate } from './migrate';
import { plan } from './plan';
import { postgresNative } from './postgres-native';
import { recover } from './recover';
import { rehearse } from './rehearse';
import { role } from './role';
import { print } from './terminal';
import type { Verb } from './verb';

const verbs: Readonly<Record<string, Verb>> = {
  config,
  plan,
  db,
  rehearse,
  recover,
  role,
  migrate,
  index,
  drill,
  'postgres-native': postgresNative,
};

// Errors whose message was written for the person at the terminal; any other is a fault of ours and says so.
const spoken = new Set([
  'UsageError',
  'ConfigError',
  'OperationError',
  'PostgresPlaceError',
  'CannotError',
  'Refusal',
  'RehearsalError',
]);

export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || ['help', '--help', '-h'].includes(name)) {
      help();
      return name === undefined ? 1 : 0;
    }
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!verb) throw unknownVerb(name);
    if (rest.includes('--help') || rest.includes('-h')) {
      helpFor(name, verb);
      return 0;
    }
    return await verb.run(rest);
  } catch (error) {
    complain(error);
    return 1;
  }
}

function complain(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const text = spoken.has(name) ? message : `Plinth met an error that it did not expect: ${message}`;
  process.stderr.write(`${text}\n`);
  if (!spoken.has(name)) {
    process.stderr.write(process.env['PLINTH_DEBUG'] ? `${stack}\n` : 'PLINTH_DEBUG=1 shows where.\n');
  }
}

function unknownVerb(name: string): UsageError {
  const names = Object.keys(verbs);
  const guess = nearest(name, names);
  return new UsageError(
    `There is no "plinth ${name}"${guess ? `; did you mean "${guess}"?` : `; there is ${names.join(', ')}.`}`,
  );
}

function help(): void {
  print('plinth VERB [options]');
  print();
  const width = Math.max(...Object.keys(verbs).map((name) => name.length));
  for (const [name, { summary }] of Object.entries(verbs)) print(`  ${name.padEnd(width)}  ${summary}`);
  print();
  print('plinth VERB --help tells its options.');
}

function helpFor(name: string, { summary, options, words }: Verb): void {
  print(`plinth ${name}${words ? ` ${words}` : ''} [options]: ${summary}`);
  print();
  const left = (key: string, { value }: Options[string]) => `--${key}${value ? ` ${value}` : ''}`;
  const width = Math.max(...Object.entries(options).map(([key, option]) => left(key, option).length));
  for (const [key, option] of Object.entries(options)) print(`  ${left(key, option).padEnd(width)}  ${option.help}`);
}
