import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { adoptPrisma } from '../lambdas/migrations/adopt-prisma';
import { analyse, formatFinding } from '../lambdas/migrations/analyse';
import type { MigrationSet, MigrationStatus } from '../lambdas/migrations/contract';
import { down } from '../lambdas/migrations/down';
import { inFolder, loadMigrations, readMigrationFolder } from '../lambdas/migrations/files';
import type { RunEvent, RunOptions } from '../lambdas/migrations/run/settings';
import { renderSchema } from '../lambdas/migrations/schema/render';
import { stamp } from '../lambdas/migrations/stamp';
import { status } from '../lambdas/migrations/status';
import { up } from '../lambdas/migrations/up';
import { schemaFile, verify } from '../lambdas/migrations/verify';
import type { Session } from '../lambdas/shared/database';
import { OperationError } from '../lambdas/shared/errors';
import { nearest } from '../lib/config/nearest';
import { parseArguments, UsageError } from './arguments';
import { connectionFromUrl, withConnection } from './connection';
import { print } from './terminal';
import type { Verb } from './verb';

const options = {
  url: { value: 'URL', help: 'the database: postgresql://user@host:port/name (default: DATABASE_URL)' },
  dir: { value: 'DIR', help: "the folder of the migrations (default: the project's sql/migrations)" },
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'take role and rules from this environment of the project' },
  role: { value: 'ROLE', help: 'the role that is to own what is made, taken by SET ROLE' },
  to: { value: 'VERSION', help: 'down: what stays, 0 for nothing; stamp: the last to mark' },
  build: { value: 'NAME', help: 'up: the build that is written into the ledger' },
  'prisma-schema': { value: 'NAME', help: 'adopt: where _prisma_migrations is (default: public)' },
  write: { help: 'schema: write sql/schema.sql instead of printing' },
  json: { help: 'the result as JSON' },
} as const;

type Given = ReturnType<typeof parseArguments<typeof options>>['options'];

interface Context {
  readonly given: Given;
  readonly set: MigrationSet;
  readonly run: RunOptions;
  readonly schemaPath: string;
  readonly ignoreIndexes: readonly string[];
}

/** What an action prints: lines for people, or its result as JSON; and whether it is a success. */
interface Outcome {
  readonly result: unknown;
  readonly lines: readonly string[];
  readonly failed?: boolean;
}

type Action = (session: Session, context: Context) => Promise<Outcome>;

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

const actions: Readonly<Record<string, Action>> = {
  up: async (session, { set, run }) => {
    const result = await up(session, set, run);
    const { applied, before } = result;
    const last = applied.length === 0 ? 'Nothing to do' : `Applied ${count(applied.length, 'migration')}`;
    return { result, lines: [`${last}; ${before} were applied before.`] };
  },
  down: async (session, { set, run, given }) => {
    const result = await down(session, set, given.to, run);
    return { result, lines: [`Undid ${count(result.undone.length, 'migration')}.`] };
  },
  status: async (session, { set, run }) => {
    const result = await status(session, set, run);
    return { result, lines: result.length === 0 ? ['There are no migrations.'] : result.map(statusLine) };
  },
  stamp: async (session, { set, run, given }) => {
    if (given.to === undefined)
      throw new UsageError('stamp needs --to VERSION: the last migration to mark as applied.');
    const result = await stamp(session, set, given.to, run);
    return { result, lines: [`Marked ${count(result.stamped.length, 'migration')} as applied, and ran none.`] };
  },
  adopt: async (session, { set, run, given }) => {
    const result = await adoptPrisma(session, set, { ...run, prismaSchema: given['prisma-schema'] });
    return { result, lines: [`Took ${count(result.adopted.length, 'migration')} of Prisma's history for applied.`] };
  },
  verify: async (session, { set, run, schemaPath, ignoreIndexes }) => {
    const expectedSchema = existsSync(schemaPath) ? readFileSync(schemaPath, 'utf8') : undefined;
    const result = await verify(session, set, { ...run, expectedSchema, ignoreIndexes });
    const shown = relative('', schemaPath);
    const about = expectedSchema === undefined ? `; there is no ${shown} to compare the schema with` : '';
    const good = result.ok ? [`Ledger, files and schema agree${about}.`] : [];
    const drift = result.drift === '' ? [] : [`The schema is not what ${shown} says:`, result.drift];
    return { result, lines: [...good, ...result.problems, ...drift], failed: !result.ok };
  },
  schema: async (session, { given, schemaPath, ignoreIndexes, run }) => {
    const result = await renderSchema(session, { ledgerSchema: run.ledgerSchema, ignoreIndexes });
    if (!given.write) return { result, lines: [result.text.trimEnd()] };
    writeFileSync(schemaPath, schemaFile(result.text));
    return { result, lines: [`Wrote ${relative('', schemaPath)}.`] };
  },
};
const names = [...Object.keys(actions), 'lint'];

export const migrate: Verb = {
  words: names.join('|'),
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('migrate', args, options);
    const [name, ...more] = words;
    if (name === undefined) throw new UsageError(`"plinth migrate" needs a word behind it: ${names.join(', ')}.`);
    if (more.length > 0)
      throw new UsageError(`"plinth migrate ${name}" takes no further words; "${more[0]}" was given.`);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined && name !== 'lint') {
      throw new UsageError(`There is no "plinth migrate ${name}"; did you mean "${nearest(name, names) ?? names[0]}"?`);
    }
    const context = await contextOf(given);
    const { result, lines, failed } = action === undefined ? await lint(context) : await connected(action, context);
    if (given.json) print(JSON.stringify(result, undefined, 2));
    else for (const line of lines) print(line);
    return failed ? 1 : 0;
  },
};

function connected(action: Action, context: Context): Promise<Outcome> {
  const url = context.given.url ?? process.env['DATABASE_URL'];
  if (!url) throw new UsageError('Which database? Give --url URL, or set DATABASE_URL.');
  return withConnection(connectionFromUrl(url), { applicationName: 'plinth migrate' }, (session) =>
    action(session, context),
  );
}

async function lint({ set, run }: Context): Promise<Outcome> {
  const findings = await analyse(set, run.lint);
  const good = findings.length === 0 ? [`${count(set.files.length, 'migration')}, and nothing to say about them.`] : [];
  return {
    result: findings,
    lines: [...findings.map(formatFinding), ...good],
    failed: findings.some(({ level }) => level === 'error'),
  };
}

async function contextOf(given: Given): Promise<Context> {
  // A folder by itself needs no project around it.
  const { project, environment } = given.dir === undefined || given.env !== undefined ? await loaded(given) : {};
  const folder = resolve(given.dir ?? join(project?.sqlFolder ?? '', 'migrations'));
  if (!existsSync(folder))
    throw new OperationError(`There is no folder ${folder}; name the one of the migrations by --dir.`);
  const set = inFolder(loadMigrations(await readMigrationFolder(folder)), relative('', folder) || '.');
  const settings = environment?.migrations;
  const environments = environment === undefined ? Object.values(project?.environments ?? {}) : [environment];
  return {
    given,
    set,
    schemaPath: join(folder, '..', 'schema.sql'),
    ignoreIndexes: [...new Set(environments.flatMap(({ vectorIndexes }) => Object.keys(vectorIndexes)))],
    run: {
      ...(settings && { allowOutOfOrder: settings.allowOutOfOrder, forbidGaps: settings.forbidGaps }),
      ...(settings && { oneTransaction: settings.oneTransaction, lint: { policy: settings.lint } }),
      role: given.role ?? environment?.roles.owner.name,
      build: given.build,
      ...(given.json ? {} : { report }),
    },
  };
}

async function loaded(given: Given) {
  // The checks of a whole project cost half a second, and most runs of a folder need none of it.
  const { loadProject, selectEnvironment } = require('../lib/config') as typeof import('../lib/config');
  const project = await loadProject(given.project ?? '.');
  return { project, environment: given.env === undefined ? undefined : selectEnvironment(project, given.env) };
}

function report(event: RunEvent): void {
  if ('migration' in event) {
    print(`  ${event.event} ${event.migration.id}  ${event.migration.milliseconds} ms`);
  } else if (event.event === 'statement') {
    print(`  ${event.id}: ${event.done} of ${event.of} statements`);
  } else print(`  ${event.message}`);
}

function statusLine({
  id,
  state,
  appliedAt,
  appliedBy,
  milliseconds,
  how,
  statements,
  statementsDone,
  snapshot,
}: MigrationStatus): string {
  const when = appliedAt === undefined ? '' : `  ${appliedAt} by ${appliedBy}`;
  const time = milliseconds === undefined ? '' : `, ${milliseconds} ms`;
  const origin = how === undefined || how === 'run' ? '' : `, ${how}`;
  const part = statements === undefined ? '' : `, ${statementsDone} of ${statements} statements`;
  const restorable = snapshot === undefined ? '' : `, after the snapshot ${snapshot}`;
  return `${state.padEnd(10)}  ${id}${when}${time}${origin}${part}${restorable}`;
}
