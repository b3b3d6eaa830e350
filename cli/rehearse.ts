import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadProject, type Project, selectEnvironment } from '../lib/config';
import { openPlace } from '../postgres/open';
import type { PostgresPlace } from '../postgres/place';
import { createRunFolder } from '../postgres/run-folder';
import { readAssembly } from '../rehearsal/assembly';
import { chooseFault, faults } from '../rehearsal/faults/faults';
import { rehearse as rehearseApp } from '../rehearsal/rehearse';
import { parseArguments, refuseWords } from './arguments';
import { writeChangedProject } from './rehearsal/change';
import { progress } from './rehearsal/progress';
import { summary } from './rehearsal/summary';
import { root, synthesizeInto } from './synthesize';
import { print, untilInterrupted } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment to rehearse (default: dev, or the only one)' },
  app: { value: 'DIR', help: 'an app that is synthesized already, such as cdk.out; nothing is changed then' },
  postgres: { value: 'KIND', help: 'embedded (default), native or url' },
  url: { value: 'URL', help: 'for url: the server, as a role that may create roles and databases' },
  fault: { value: 'NAME', help: 'let something go wrong; "list" tells what there is' },
  json: { help: 'print the report as JSON, and nothing else' },
} as const;

export const rehearse: Verb = {
  summary: 'deploy an environment here: the real templates, functions and SQL, with IAM and routes enforced',
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('rehearse', args, options);
    refuseWords('rehearse', words);
    if (given.fault === 'list') return listFaults();
    const fault = given.fault === undefined ? undefined : chooseFault(given.fault);
    const project = await loadProject(given.project ?? '.');
    const environment = selectEnvironment(project, given.env ?? ('dev' in project.environments ? 'dev' : undefined));
    const folder = createRunFolder();
    let opening: Promise<PostgresPlace> | undefined;
    let running: Promise<unknown> | undefined;
    return untilInterrupted(
      async (interrupted) => {
        const show = progress(given.json);
        opening = openPlace(given.postgres ?? 'embedded', given.url === undefined ? {} : { url: given.url });
        const place = await opening;
        show.begin(environment.prefix, place.description);
        const synthesize = async (from: string, to: string) => {
          await synthesizeInto({
            program: root,
            project: from,
            environment: environment.name,
            folder: to,
            interrupted,
          });
          return readAssembly(to);
        };
        const assembly = given.app
          ? readAssembly(resolve(given.app))
          : await synthesize(project.folder, join(folder.path, 'app'));
        const changed = given.app ? undefined : await changedApp(project, folder.path, synthesize);
        show.synthesized();
        running = rehearseApp({
          name: environment.prefix,
          assembly,
          ...(changed && { changed }),
          place,
          ...(fault && { fault }),
          samples: samplesOf(project),
          watch: show.watch,
          phase: show.phase,
          signal: interrupted,
        });
        const report = (await running) as Awaited<ReturnType<typeof rehearseApp>>;
        show.end();
        const file = reportFile(project.folder, environment.name, report);
        if (given.json) print(JSON.stringify(report, undefined, 2));
        else summary(report, file);
        return report.passed ? 0 : 1;
      },
      async () => {
        await running?.catch(() => undefined);
        await (await opening?.catch(() => undefined))?.close();
        folder.remove();
      },
    );
  },
};

function listFaults(): number {
  for (const { name, tells, target } of faults) {
    print(`${target ? `${name}[:TARGET]` : name}`);
    print(
      `  ${tells}${target ? `; TARGET is ${target.what}${target.default ? ` (default: ${target.default})` : ''}` : ''}`,
    );
  }
  return 0;
}

async function changedApp<T>(
  project: Project,
  folder: string,
  synthesize: (from: string, to: string) => Promise<T>,
): Promise<T> {
  const changed = join(folder, 'changed');
  mkdirSync(changed);
  writeChangedProject(project, changed);
  return synthesize(changed, join(folder, 'changed-app'));
}

/** What the project's own application would write, where it says so. */
function samplesOf({ sqlFolder }: Project): string[] {
  const folder = join(sqlFolder, 'samples');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}

function reportFile(project: string, environment: string, report: unknown): string {
  const folder = join(project, '.plinth', 'rehearsal', environment);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report, undefined, 2));
  return file;
}
