import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoginKey, RemovalMode } from '../lambdas/app-database/contract';
import { describeRoles } from '../lambdas/app-database/describe';
import { ensureAppDatabase } from '../lambdas/app-database/ensure';
import { removeRole } from '../lambdas/app-database/remove-role';
import { type Credentials, rotate } from '../lambdas/app-database/rotate';
import { ensureExtensions } from '../lambdas/extensions/ensure';
import type { OpenDatabase } from '../lambdas/shared/database';
import { loadProject, selectEnvironment } from '../lib/config';
import { parseArguments, UsageError } from './arguments';
import { connectionFromUrl, type UrlConnection, withConnection } from './connection';
import { print } from './terminal';
import type { Verb } from './verb';

const options = {
  url: { value: 'URL', help: 'the server, as a role that may create roles and databases (default: DATABASE_URL)' },
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'ensure, rotate: the environment of the project' },
  into: { value: 'FILE', help: 'rotate: the file that holds the connection string; it is written anew' },
  'in-place': { help: 'rotate: change the password that is in use; logins fail until it is written' },
  mode: { value: 'MODE', help: 'drop: retain (default, only lists), reassign or drop what the role owns' },
  heir: { value: 'ROLE', help: 'drop --mode reassign: who gets what the role owns' },
  json: { help: 'the result as JSON' },
} as const;

type Given = ReturnType<typeof parseArguments<typeof options>>['options'];

interface Context {
  readonly given: Given;
  readonly server: UrlConnection;
  readonly open: OpenDatabase;
  readonly word: string | undefined;
}

interface Outcome {
  readonly result: unknown;
  readonly lines: readonly string[];
}

const settings = { applicationName: 'plinth role' };
const patience = () => ({ until: Date.now() + 60_000 });

const actions: Readonly<Record<string, (context: Context) => Promise<Outcome>>> = {
  list: async ({ open, server }) => {
    const result = await open(server.database, describeRoles);
    return { result, lines: result.flatMap(({ name, lines }) => [name, ...lines.map((line) => `  ${line}`)]) };
  },
  ensure: async ({ given, open }) => {
    const declared = await environment(given);
    const roles = await ensureAppDatabase(open, declared, patience());
    const extensions = await open(roles.database, (session) =>
      ensureExtensions(session, declared.database, patience()),
    );
    return { result: { roles, extensions }, lines: [...roles.summary, ...extensions.summary] };
  },
  rotate: async (context) => {
    const result = await rotateInto(context);
    return { result, lines: result.summary };
  },
  drop: async ({ given, open, word }) => {
    if (word === undefined) throw new UsageError('drop needs the name of a role: plinth role drop NAME.');
    const { heir } = given;
    const request = { role: word, mode: removalMode(given.mode), ...(heir !== undefined && { heir }) };
    const result = await removeRole(open, request, patience());
    return { result, lines: result.summary };
  },
};

export const role: Verb = {
  words: Object.keys(actions).join('|'),
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('role', args, options);
    const [name = '', word, ...more] = words;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action)
      throw new UsageError(`"plinth role" takes one of ${Object.keys(actions).join(', ')}; "${name}" was given.`);
    const [extra] = name === 'rotate' || name === 'drop' ? more : [word, ...more];
    if (extra !== undefined)
      throw new UsageError(`"plinth role ${name}" takes no further words; "${extra}" was given.`);
    const url = given.url ?? process.env['DATABASE_URL'];
    if (url === undefined) throw new UsageError('No server is named: give --url URL or set DATABASE_URL.');
    const server = connectionFromUrl(url);
    const open: OpenDatabase = (database, work) => withConnection({ ...server, database }, settings, work);
    const { result, lines } = await action({ given, server, open, word });
    if (given.json) print(JSON.stringify(result, undefined, 2));
    else for (const line of lines) print(line);
    return 0;
  },
};

async function environment({ project, env }: Given) {
  return selectEnvironment(await loadProject(project ?? '.'), env);
}

async function rotateInto({ given, server, open, word }: Context) {
  const { into } = given;
  if (word !== 'app' && word !== 'readonly' && word !== 'migrator') {
    throw new UsageError('rotate needs to know whose password: plinth role rotate app|readonly|migrator.');
  }
  if (into === undefined) throw new UsageError('rotate needs --into FILE, where the connection string is kept.');
  const key: LoginKey = word;
  const { roles, database } = await environment(given);
  const at = (who: Credentials) => ({ ...server, ...who, database: database.name });
  return rotate(
    {
      open,
      published: async () => (existsSync(into) ? connectionFromUrl(readFileSync(into, 'utf8').trim()).user : undefined),
      login: (who, work) => withConnection(at(who), settings, work),
      publish: async (who) => writeWhole(resolve(into), `${urlFor(given, who, database.name)}\n`),
    },
    { database: database.name, role: roles[key], mode: given['in-place'] ? 'inPlace' : 'alternate' },
    patience(),
  );
}

/** Where `--url` leads, TLS and all, with other credentials. */
function urlFor({ url: text }: Given, { user, password }: Credentials, database: string): string {
  const url = new URL(text ?? process.env['DATABASE_URL'] ?? '');
  url.searchParams.delete('user');
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** Whoever reads the file sees the old line or the new one, never half of either; and nobody else reads it. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

function removalMode(mode: string | undefined): RemovalMode {
  if (mode === undefined) return 'retain';
  if (mode === 'retain' || mode === 'reassign' || mode === 'drop') return mode;
  throw new UsageError(`--mode is "${mode}"; it takes retain, reassign or drop.`);
}
