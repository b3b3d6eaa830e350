import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { goldenFolder, readGolden, writeGolden } from '../lib/checks/golden';
import { findLosses } from '../lib/checks/losses';
import { judgeProduction } from '../lib/checks/production';
import { Refusal } from '../lib/checks/refusal';
import type { Templates } from '../lib/checks/templates';
import { type Environment, loadProject, type Project, selectEnvironment } from '../lib/config';
import { parseArguments, refuseWords, UsageError, wholeNumber } from './arguments';
import { type Past, pastOf } from './plan/against';
import { met, parseFailOn } from './plan/fail-on';
import { markdown } from './plan/markdown';
import { reportOn } from './plan/report';
import { root, synthesize } from './plan/synthesize';
import { print, untilInterrupted } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment (default: the only one; with --accept every one that was accepted)' },
  against: { value: 'WHAT', help: 'a folder that cdk synth wrote, or a git ref (default: the accepted templates)' },
  rows: { value: 'COUNT', help: 'how many rows the tables have, for the time of an index (default: 10k, 100k, 1M)' },
  json: { help: 'the plan as JSON' },
  'fail-on': { value: 'WHAT', help: 'exit with 2 at loss, replace, widening or change; several with commas' },
  accept: { help: 'write the templates into golden/NAME: from now on they are what a change is judged against' },
} as const;

// Of a pipeline that is to stop; 1 is for what could not be planned at all.
const stopped = 2;

export const plan: Verb = {
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('plan', args, options);
    refuseWords('plan', words);
    const { against, accept, json } = given;
    const failOn = parseFailOn(given['fail-on']);
    const rows = wholeNumber('rows', given.rows, 1, 10_000_000_000);
    if (accept) {
      const other = (['against', 'rows', 'json', 'fail-on'] as const).find((name) => given[name]);
      if (other !== undefined) throw new UsageError(`--accept writes the templates and takes no --${other} beside it.`);
    }
    const project = await loadProject(given.project ?? '.');
    const removals: (() => void)[] = [];
    return untilInterrupted(
      async (interrupted) => {
        const present = (environment: Environment): Promise<Templates> =>
          synthesize({ program: root, project: project.folder, environment: environment.name, interrupted, removals });
        if (accept) {
          for (const environment of toAccept(project, given.env))
            acceptAs(project, environment, await present(environment));
          return 0;
        }
        const environment = selectEnvironment(project, given.env);
        const golden = readGolden(project.folder, environment.name);
        const past = pastOf(against, { project, environment, golden, interrupted, removals });
        const [after, compared] = await both(present(environment), past);
        const report = await reportOn({
          project,
          environment,
          after,
          golden,
          ...compared,
          rows: rows === undefined ? undefined : [rows],
        });
        if (json) print(JSON.stringify(report, undefined, 2));
        else process.stdout.write(markdown(report));
        const conditions = met(failOn, report);
        if (conditions.length > 0) process.stderr.write(`The plan is stopped at: ${conditions.join(', ')}.\n`);
        return conditions.length > 0 ? stopped : 0;
      },
      async () => {
        for (const remove of removals.splice(0)) remove();
      },
    );
  },
};

/** At once, for each takes seconds and a core; nothing is left running when one of them fails. */
async function both(now: Promise<Templates>, past: (now: Promise<Templates>) => Promise<Past>) {
  const [after, compared] = await Promise.allSettled([now, past(now)]);
  if (after.status === 'rejected') throw after.reason;
  if (compared.status === 'rejected') throw compared.reason;
  return [after.value, compared.value] as const;
}

/** The one that is named; without a name, those that have been accepted before. */
function toAccept(project: Project, name: string | undefined): readonly Environment[] {
  if (name !== undefined) return [selectEnvironment(project, name)];
  const accepted = Object.values(project.environments).filter((each) =>
    existsSync(goldenFolder(project.folder, each.name)),
  );
  return accepted.length > 0 ? accepted : [selectEnvironment(project, undefined)];
}

function acceptAs(project: Project, environment: Environment, templates: Templates): void {
  const demands = environment.production ? judgeProduction(templates) : [];
  if (demands.length > 0)
    throw new Refusal(`The templates of ${environment.name} cannot be accepted:\n  ${demands.join('\n  ')}`);
  const before = readGolden(project.folder, environment.name);
  const losses = before === undefined ? [] : findLosses(before, templates);
  const same = JSON.stringify(sorted(before)) === JSON.stringify(sorted(templates));
  const folder = writeGolden(project.folder, environment.name, templates);
  const where = relative('', folder) || folder;
  for (const { sentence } of losses) print(`Accepted: ${sentence}`);
  print(same ? `${where} is what it was.` : `${where} holds the templates of ${environment.name} now; commit it.`);
}

const sorted = (templates: Templates | undefined) =>
  Object.entries(templates ?? {}).sort(([a], [b]) => a.localeCompare(b));
