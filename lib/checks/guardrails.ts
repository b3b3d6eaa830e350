import { relative } from 'node:path';
import type { Environment } from '../config';
import { goldenFolder, readGolden } from './golden';
import { judgeProduction } from './production';
import { Refusal } from './refusal';
import type { Templates } from './templates';

type Judged = Pick<Environment, 'name' | 'production'>;

/**
 * The last look at what a synth wrote: nothing that holds data may be lost against what was accepted, and production has
 * what production needs. Everything is told at once.
 */
export function guard(environment: Judged, project: string, templates: Templates): void {
  const golden = readGolden(project, environment.name);
  const losses = golden === undefined || alike(golden, templates) ? [] : sentencesOf(golden, templates);
  const demands = environment.production ? judgeProduction(templates) : [];
  const sentences = [...demands, ...losses];
  if (sentences.length === 0) return;
  const count = sentences.length === 1 ? 'one reason' : `${sentences.length} reasons`;
  const { name } = environment;
  throw new Refusal(
    [
      `The templates of ${name} are refused for ${count}:`,
      ...sentences.map((sentence) => `  ${sentence}`),
      ...(losses.length > 0 ? [wayThrough(name, goldenFolder(project, name))] : []),
    ].join('\n'),
  );
}

/** What CloudFormation knows of its resources takes a third of a second to load, and most synths change code alone. */
function sentencesOf(golden: Templates, templates: Templates): readonly string[] {
  const { findLosses } = require('./losses') as typeof import('./losses');
  return findLosses(golden, templates).map(({ sentence }) => sentence);
}

function alike(golden: Templates, templates: Templates): boolean {
  const names = Object.keys(golden);
  const textOf = (template: unknown) => JSON.stringify(template, withoutCode);
  return (
    names.length === Object.keys(templates).length &&
    names.every((name) => textOf(golden[name]) === textOf(templates[name]))
  );
}

const withoutCode = (key: string, value: unknown) => (key === 'Code' || key === 'Metadata' ? undefined : value);

const wayThrough = (name: string, folder: string) =>
  `What changes is judged against ${relative('', folder) || folder}. If it is meant, run ` +
  `npx plinth plan --env ${name} --accept and commit the folder, so that a reviewer sees it.`;

/** What production should be told while nothing has been accepted for it. */
export function withoutGolden({ name, production }: Judged, project: string): string | undefined {
  if (!production || readGolden(project, name) !== undefined) return undefined;
  return (
    `No templates of ${name} have been accepted, so a synth cannot tell what would be lost; ` +
    `run npx plinth plan --env ${name} --accept and commit golden/${name}.`
  );
}
