import { duration, rowsText, size } from '../../lambdas/vector-indexes/words';
import type { Change } from '../../lib/plan/changes';
import type { CostChange } from '../../lib/plan/cost';
import { prices, pricesOf } from '../../lib/plan/prices';
import type { Leaf } from '../../lib/plan/values';
import type { PlannedIndex } from './indexes';
import type { PlannedMigration } from './migrations';
import type { Report } from './report';

/** The plan for a pull request: what nobody may overlook comes first. */
export function markdown(report: Report): string {
  const { environment, project, against, first } = report;
  const title = `# Plan for ${environment} of ${project}`;
  if (report.empty) return `${title}\n\nNothing changes against ${against}.\n`;
  const compared = first ? `Everything is new: ${against}.` : `Against ${against}: ${summary(report)}.`;
  const sections = [
    `${title}\n\n${compared}`,
    losses(report),
    section('Replaced or deleted', report.resources.filter(isGone).map(changeLine)),
    section('Migrations', report.migrations.flatMap(migrationLines)),
    section('Vector indexes', indexSection(report.indexes)),
    section(
      'Permissions that widen',
      report.permissions.map(({ sentence }) => `- ${sentence}`),
    ),
    section(
      'Doors that open',
      report.openings.map(({ sentence }) => `- ${sentence}`),
    ),
    first ? added(report) : section('Added', report.resources.filter(({ kind }) => kind === 'added').map(changeLine)),
    section('Changed', changed(report)),
    section('Code', code(report.code)),
    section(
      'Outputs',
      report.outputs.map(({ stack, ...leaf }) => `- ${stack}: ${leafText(leaf)}`),
    ),
    costs(report),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}`;

const isGone = ({ kind }: Change) => kind !== 'added' && kind !== 'changed';

function summary({ resources, code: functions, migrations }: Report): string {
  const count = (kinds: readonly string[]) => resources.filter(({ kind }) => kinds.includes(kind)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count(['removed']), 'deleted'],
    [count(['replaced', 'perhaps replaced']), 'replaced'],
    [count(['added']), 'added'],
    [count(['changed']), 'changed'],
    [functions.length, functions.length === 1 ? 'function with new code' : 'functions with new code'],
    [migrations.length, migrations.length === 1 ? 'migration' : 'migrations'],
  ];
  const told = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
  return told.length === 0 ? 'outputs only' : told.join(', ');
}

function losses({ losses: found, refused, environment }: Report): string {
  if (found.length === 0) return '';
  const blocked =
    refused.length === 0
      ? ''
      : `\n\nA synth refuses this. If it is meant: \`npx plinth plan --env ${environment} --accept\`, and commit the result.`;
  return `## :warning: Data\n\n${found.map(({ sentence }) => `- **${sentence}**`).join('\n')}${blocked}`;
}

const kinds: Readonly<Record<string, string>> = {
  removed: 'deleted',
  replaced: 'replaced',
  'perhaps replaced': 'may be replaced, which CloudFormation decides',
};

function changeLine({ kind, type, path, stack, because, holdsData, stays }: Change): string {
  const told = kind === 'removed' && stays ? 'let go of; it stays in the account, managed by nobody' : kinds[kind];
  const why = because.length > 0 ? ` (${because.map((name) => `\`${name}\``).join(', ')})` : '';
  const mark = holdsData && kind !== 'added' ? ', **see above**' : '';
  return `- \`${path}\`, ${type}, in ${stack}${told === undefined ? '' : `: ${told}${why}${mark}`}`;
}

/** Told elsewhere, and better: the migrations and indexes themselves, the statements of policies, the doors. */
const toldElsewhere = /^(Migrations|MigrationHead|Indexes|PolicyDocument|SecurityGroup(In|E)gress)([.]|$)/;
const order = /^DependsOn$/;
const policy = /^(Deletion|UpdateReplace)Policy$/;

/** Resources of one type for which the same changes stand together, so that ten functions are one entry. */
function changed({ resources, losses: lost }: Report): readonly string[] {
  const weakened = new Set(lost.filter(({ kind }) => kind === 'weakened').map(({ id }) => id));
  const isTold = ({ id }: Change, path: string) =>
    toldElsewhere.test(path) || order.test(path) || (weakened.has(id) && policy.test(path));
  const groups = new Map<string, { readonly alike: Change[]; readonly details: readonly Leaf[] }>();
  const [statements, ordered]: [string[], string[]] = [[], []];
  for (const change of resources.filter(({ kind }) => kind === 'changed')) {
    const details = change.details.filter(({ path }) => !isTold(change, path));
    if (details.length === 0) {
      if (change.details.some(({ path }) => path.startsWith('PolicyDocument'))) statements.push(change.path);
      else if (change.details.every(({ path }) => order.test(path))) ordered.push(change.path);
      continue;
    }
    const key = JSON.stringify([change.stack, change.type, details]);
    const group = groups.get(key) ?? { alike: [], details };
    group.alike.push(change);
    groups.set(key, group);
  }
  const lines = [...groups.values()].flatMap(({ alike, details }) => [
    `- ${alike.map(({ path }) => `\`${path}\``).join(', ')}, ${alike[0]?.type}, in ${alike[0]?.stack}`,
    ...details.map((leaf) => `  - ${leafText(leaf)}`),
  ]);
  const listed = (paths: readonly string[]) => paths.map((path) => `\`${path}\``).join(', ');
  return [
    ...lines,
    ...(statements.length > 0 ? [`- the statements of ${listed(statements)}`] : []),
    ...(ordered.length > 0 ? [`- the order in which these are made: ${listed(ordered)}`] : []),
  ];
}

function leafText({ path, before, after }: Leaf): string {
  if (before === undefined) return `\`${path}\`: ${after} (new)`;
  if (after === undefined) return `\`${path}\`: ${before} (taken away)`;
  return `\`${path}: ${before} -> ${after}\``;
}

/** For a first deploy a list of a hundred resources tells less than their number. */
function added({ resources }: Report): string {
  const byType = new Map<string, number>();
  for (const { type } of resources) byType.set(type, (byType.get(type) ?? 0) + 1);
  const rows = [...byType].sort(([a], [b]) => a.localeCompare(b)).map(([type, many]) => `- ${many} × ${type}`);
  return section(`Added: ${resources.length} resources`, rows);
}

const code = (paths: readonly string[]): readonly string[] =>
  paths.length === 0 ? [] : [`New code, and nothing else, for ${paths.map((path) => `\`${path}\``).join(', ')}.`];

const states = {
  new: 'new',
  edited: '**edited**: a database that has run it refuses the deploy, so put it back and write another migration',
  removed: '**removed**: a database that has run it refuses the deploy, so put it back',
} as const;

function migrationLines({ id, state, locks, findings }: PlannedMigration): readonly string[] {
  if (state === 'removed') return [`- \`${id}\`: ${states.removed}`];
  const held = locks.map(({ table, mode, blocks }) => `  - locks \`${table}\`: ${mode}, which blocks ${blocks}`);
  const quiet = locks.length === 0 ? ['  - locks no table that is there before it'] : [];
  const judged = findings.map(
    ({ rule, level, line, message, help }) => `  - line ${line}, ${level} \`${rule}\`: ${message} ${help}`,
  );
  return [`- \`${id}\`: ${states[state]}`, ...held, ...quiet, ...judged];
}

const works = {
  build: 'is built',
  rebuild: 'is built again beside the old one, which serves until it is swapped',
  settings: 'is searched otherwise from the next session on; nothing is built',
  none: 'is not touched',
} as const;

function indexSection(indexes: readonly PlannedIndex[]): readonly string[] {
  const estimated = indexes.some(({ estimates }) => estimates.length > 0);
  const basis = 'The times are for two cores. How many rows there are, no template tells; `--rows COUNT` does.';
  return [...indexes.flatMap(indexLines), ...(estimated ? ['', basis] : [])];
}

function indexLines({ name, state, work, table, changes, estimates }: PlannedIndex): readonly string[] {
  if (state === 'removed') {
    return [`- \`${name}\` on \`${table}\` is declared no longer. It stays in the database until somebody drops it.`];
  }
  const head = `- \`${name}\` on \`${table}\` ${works[work]}.`;
  const shown = changes.filter(({ path }) => state !== 'new' || path !== 'table');
  const told = shown.map((leaf) => `  - ${state === 'new' ? `\`${leaf.path}: ${leaf.after}\`` : leafText(leaf)}`);
  const times = estimates.map(({ rows, seconds, lists, fits, bytesNeeded }) => {
    const how = lists === undefined ? '' : ` with ${lists} lists`;
    const tight = fits
      ? ''
      : `, though it wants ${size(bytesNeeded)} of maintenance_work_mem, which is more than there is`;
    return `  - ${rowsText(rows)}${how}: about ${duration(seconds)}${tight}`;
  });
  return [head, ...told, ...times];
}

function costs({ costs: found, region }: Report): string {
  if (found.length === 0) return '';
  const figures = found.some(({ usdPerMonth }) => usdPerMonth !== undefined);
  const basis = figures
    ? `Roughly, by the list prices of ${region} in ${pricesOf}, on demand.`
    : prices[region] === undefined
      ? `No price list of ${region} is kept here, so this tells the direction alone.`
      : 'Its prices are not kept here, so this tells the direction alone.';
  return `${section('Monthly cost', found.map(costLine))}\n\n${basis}`;
}

function costLine({ direction, sentence, usdPerMonth }: CostChange): string {
  const sum =
    usdPerMonth === undefined ? '' : ` (${usdPerMonth < 0 ? '-' : '+'}${Math.abs(usdPerMonth).toFixed(0)} USD)`;
  return `- **${direction}**${sum}: ${sentence}`;
}
