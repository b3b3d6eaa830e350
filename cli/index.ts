import { nearest } from '../lib/config/nearest';
import { type Options, UsageError } from './arguments';
import { print } from './terminal';
import type { Verb } from './verb';

interface Entry {
  readonly summary: string;
  /** Only when it is asked for: all of them together are two seconds of reading. */
  readonly read: () => Verb;
}

const verbs: Readonly<Record<string, Entry>> = {
  config: {
    summary: 'check plinth.config.ts and tell in a few lines what each environment comes to',
    read: () => (require('./config') as typeof import('./config')).config,
  },
  plan: {
    summary: 'tell in Markdown what a deploy would change, and accept it',
    read: () => (require('./plan') as typeof import('./plan')).plan,
  },
  db: {
    summary: 'start a PostgreSQL with pgvector, print its DATABASE_URL, and keep it until Ctrl-C',
    read: () => (require('./db') as typeof import('./db')).db,
  },
  rehearse: {
    summary: 'deploy an environment here: the real templates, functions and SQL, with IAM and routes enforced',
    read: () => (require('./rehearse') as typeof import('./rehearse')).rehearse,
  },
  recover: {
    summary: 'restore beside a damaged database, and give the application the restored one by its own host name',
    read: () => (require('./recover') as typeof import('./recover')).recover,
  },
  role: {
    summary: 'list, make, rotate and drop the roles of a database; ensure also makes the database and its extensions',
    read: () => (require('./role') as typeof import('./role')).role,
  },
  migrate: {
    summary: 'apply, undo and check migrations, and render or verify the schema that they make',
    read: () => (require('./migrate') as typeof import('./migrate')).migrate,
  },
  index: {
    summary: 'build, watch and measure the vector indexes that the config declares',
    read: () => (require('./index-verb') as typeof import('./index-verb')).index,
  },
  drill: {
    summary: 'list, start and show the restore drills of an environment, and sign one off',
    read: () => (require('./drill') as typeof import('./drill')).drill,
  },
  'postgres-native': {
    summary: 'put a full PostgreSQL server with pgvector into .postgres/ of this folder (Debian, Ubuntu)',
    read: () => (require('./postgres-native') as typeof import('./postgres-native')).postgresNative,
  },
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
    const entry = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!entry) throw unknownVerb(name);
    const verb = entry.read();
    if (rest.includes('--help') || rest.includes('-h')) {
      helpFor(name, entry.summary, verb);
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

function helpFor(name: string, summary: string, { options, words }: Verb): void {
  print(`plinth ${name}${words ? ` ${words}` : ''} [options]: ${summary}`);
  print();
  const left = (key: string, { value }: Options[string]) => `--${key}${value ? ` ${value}` : ''}`;
  const width = Math.max(...Object.entries(options).map(([key, option]) => left(key, option).length));
  for (const [key, option] of Object.entries(options)) print(`  ${left(key, option).padEnd(width)}  ${option.help}`);
}
