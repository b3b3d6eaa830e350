import type { Session } from '../lambdas/shared/database';
import type { IndexVerdict, VectorIndexesInput, VectorIndexesResult } from '../lambdas/vector-indexes/contract';
import { reconcile } from '../lambdas/vector-indexes/reconcile';
import { status } from '../lambdas/vector-indexes/status';
import { verify } from '../lambdas/vector-indexes/verify';
import { type Environment, loadProject, selectEnvironment } from '../lib/config';
import { nearest } from '../lib/config/nearest';
import { parseArguments, UsageError, wholeNumber } from './arguments';
import { connectionFromUrl, withConnection } from './connection';
import { print } from './terminal';
import type { Verb } from './verb';

const options = {
  url: { value: 'URL', help: 'the database: postgresql://user:password@host:port/database (or DATABASE_URL)' },
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment whose indexes are meant (default: the only one)' },
  samples: { value: 'COUNT', help: 'for verify: how many rows to search for (default: 50)' },
  'memory-mb': { value: 'MB', help: 'for reconcile: the most memory for a build (default: what the server can spare)' },
  wait: { help: 'for reconcile: wait for every build, however long, instead of starting the large ones' },
  'drop-extra': { help: 'for reconcile: drop vector indexes on declared columns that are not declared' },
  json: { help: 'the result as JSON' },
} as const;

const actions = ['reconcile', 'status', 'follow', 'verify'] as const;
type Action = (typeof actions)[number];

interface Output {
  readonly ok: boolean;
  readonly json: unknown;
  readonly lines: readonly string[];
}

export const index: Verb = {
  words: actions.join('|'),
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('index', args, options);
    const action = chooseAction(words);
    const url = given.url ?? process.env['DATABASE_URL'];
    if (url === undefined) throw new UsageError(`"plinth index ${action}" needs --url URL, or DATABASE_URL.`);
    const samples = wholeNumber('samples', given.samples, 1, 10_000);
    const memoryMb = wholeNumber('memory-mb', given['memory-mb'], 1, 1_000_000);
    const environment = selectEnvironment(await loadProject(given.project ?? '.'), given.env);
    const connection = connectionFromUrl(url);
    const output = await withConnection(connection, { applicationName: `plinth index ${action}` }, async (session) => {
      const known = await onThisServer(session, environment);
      const input = {
        ...known.input,
        dropExtra: given['drop-extra'],
        ...(memoryMb !== undefined && { build: { memoryMb } }),
      };
      if (!given.json) for (const note of known.notes) print(note);
      const run = () =>
        reconcile(
          session,
          input,
          given.wait ? {} : { connect: (settings, work) => withConnection(connection, settings, work) },
        );
      if (action === 'verify') return measured(session, input, samples);
      if (action === 'status') return told(await status(session, input));
      return told(action === 'reconcile' ? await run() : await followAll(session, input, run, !given.json));
    });
    if (given.json) print(JSON.stringify(output.json, undefined, 2));
    else for (const line of output.lines) print(line);
    return output.ok ? 0 : 1;
  },
};

function chooseAction(words: readonly string[]): Action {
  const [word, ...more] = words;
  const action = actions.find((each) => each === word);
  const list = actions.join(', ');
  if (more.length > 0) throw new UsageError(`"plinth index" takes one of ${list}; "${words.join(' ')}" was given.`);
  if (action !== undefined) return action;
  const guess = word === undefined ? undefined : nearest(word, actions);
  const given = word === undefined ? 'nothing' : `"${word}"`;
  throw new UsageError(
    `"plinth index" takes one of ${list}; ${given} was given${guess ? `, did you mean ${guess}?` : '.'}`,
  );
}

/** The declared roles, as far as they are here: a database of another making has its own. */
async function onThisServer(
  session: Session,
  { vectorIndexes, roles }: Environment,
): Promise<{ input: VectorIndexesInput; notes: readonly string[] }> {
  const searching = [roles.app.name, roles.readonly.name];
  const { rows } = await session.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)',
    [[...searching, roles.owner.name]],
  );
  const here = new Set(rows.map(({ name }) => name));
  const missing = [...searching, roles.owner.name].filter((name) => !here.has(name));
  const owner = here.has(roles.owner.name) ? { owner: roles.owner.name } : {};
  const input = { indexes: vectorIndexes, searchRoles: searching.filter((name) => here.has(name)), ...owner };
  return { input, notes: missing.map((name) => `There is no role ${name} on this server; it is passed over.`) };
}

async function followAll(
  session: Session,
  input: VectorIndexesInput,
  finish: () => Promise<VectorIndexesResult>,
  aloud: boolean,
): Promise<VectorIndexesResult> {
  for (;;) {
    const seen = await status(session, input);
    const building = seen.indexes.filter(({ state }) => state === 'building');
    if (building.length === 0) {
      if (!seen.pending) return seen;
      // What is built takes its place, and what it shows may ask for one more build.
      const finished = await finish();
      if (!finished.indexes.some(({ state }) => state === 'building')) return finished;
    }
    if (aloud) for (const { sentences } of building) for (const sentence of sentences) print(sentence);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

function told(result: VectorIndexesResult): Output {
  const lines = result.indexes.flatMap(({ name, table, state, sentences, orderBy }) => [
    `${name} on ${table}: ${state}`,
    ...sentences.map((sentence) => `  ${sentence}`),
    ...(orderBy === undefined ? [] : [`  Search with: ORDER BY ${orderBy} LIMIT …`]),
  ]);
  if (result.indexes.length === 0) lines.push('No vector index is declared.');
  for (const setting of result.roleSettings) lines.push(`Set for ${setting}, in every new session.`);
  for (const extra of result.extra) lines.push(`${extra} is on a declared column and is not declared itself.`);
  for (const dropped of result.droppedExtra) lines.push(`${dropped} was dropped.`);
  return { ok: result.ok, json: result, lines };
}

async function measured(session: Session, input: VectorIndexesInput, samples: number | undefined): Promise<Output> {
  const verdicts: IndexVerdict[] = [];
  for (const name of Object.keys(input.indexes)) {
    verdicts.push(await verify(session, input, name, samples === undefined ? {} : { samples }));
  }
  const lines = verdicts.flatMap(({ name, table, ok, sentences }) => [
    `${name} on ${table}: ${ok ? 'good' : 'not good'}`,
    ...sentences.map((sentence) => `  ${sentence}`),
  ]);
  return { ok: verdicts.every(({ ok }) => ok), json: verdicts, lines };
}
