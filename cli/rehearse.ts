import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadProject, type Project, selectEnvironment } from '../lib/config';
import { openPlace } from '../postgres/open';
import type { PostgresPlace } from '../postgres/place';
import { createRunFolder } from '../postgres/run-folder';
import { type Assembly, readAssembly } from '../rehearsal/assembly';
import { chooseDamage, damages } from '../rehearsal/drills/damage';
import type { DrillRequest } from '../rehearsal/drills/run';
import { chooseFault, faults } from '../rehearsal/faults/faults';
import { reportPage } from '../rehearsal/page';
import { rehearse as rehearseApp } from '../rehearsal/rehearse';
import type { Report } from '../rehearsal/report';
import { parseArguments, refuseWords, UsageError } from './arguments';
import { approveIn } from './rehearsal/approve';
import { writeChangedProject } from './rehearsal/change';
import { drillLines, type JudgedDrill, judgeDrills } from './rehearsal/drills';
import { keepUp } from './rehearsal/keep';
import { allFunctions, liveLogs } from './rehearsal/live-logs';
import { progress } from './rehearsal/progress';
import { paintFor, screenOn, silence } from './rehearsal/screen';
import { shortPath, summary } from './rehearsal/summary';
import { root, synthesizeInto } from './synthesize';
import { print, printed, untilInterrupted } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment to rehearse (default: dev, or the only one)' },
  app: { value: 'DIR', help: 'an app that is synthesized already, such as cdk.out; nothing is changed then' },
  postgres: { value: 'KIND', help: 'embedded (default), native or url' },
  url: { value: 'URL', help: 'for url: the server, as a role that may create roles and databases' },
  fault: { value: 'NAME', help: 'let something go wrong; "list" tells what there is' },
  drill: {
    value: 'KIND',
    help: 'instead of deploying again and changing: load rows, back up, restore, check, and show what the drill says',
  },
  damage: {
    value: 'NAME',
    help: 'with --drill: break something before, which it must find; "list" tells what there is',
  },
  logs: {
    value: 'FUNCTION',
    help: 'show the log of functions as it comes: of those with this in their name, or of all',
  },
  keep: {
    help: 'after the deploy, keep everything up until Ctrl-C, and tell how to reach it; nothing is changed then',
  },
  json: { help: 'print the report as JSON, and nothing else' },
} as const;

// So that a time of day in a template would differ, also one in seconds.
const apartMs = 1_000;

export const rehearse: Verb = {
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('rehearse', withDefaults(args), options);
    refuseWords('rehearse', words);
    if (given.fault === 'list') return listFaults();
    if (given.damage === 'list') return listDamages();
    const drill = drillOf(given);
    const fault = given.fault === undefined ? undefined : chooseFault(given.fault);
    const fixed = given.app !== undefined ? '--app' : given.keep ? '--keep' : drill ? '--drill' : undefined;
    if (fault?.fault.during === 'change' && fixed)
      throw new UsageError(
        `The fault ${fault.fault.name} strikes the deploy of a change, and with ${fixed} there is none.`,
      );
    const project = await loadProject(given.project ?? '.');
    const environment = selectEnvironment(project, given.env ?? ('dev' in project.environments ? 'dev' : undefined));
    const { kinds } = environment.drills;
    if (drill?.kind !== undefined && given.app === undefined && !kinds.some((kind) => kind === drill.kind)) {
      throw new UsageError(
        `This environment has no drill of the kind "${drill.kind}"; its drills.kinds are ${kinds.join(', ')}.`,
      );
    }
    const folder = createRunFolder();
    let opening: Promise<PostgresPlace> | undefined;
    let running: Promise<unknown> | undefined;
    const over = new AbortController();
    const synths: Promise<unknown>[] = [];
    const beside = <T>(synth: Promise<T>): Promise<T> => {
      // Whoever waits for it is told; a rehearsal that fails before waits for none of them.
      synths.push(synth.catch(() => undefined));
      return synth;
    };
    const output = given.json ? process.stderr : process.stdout;
    // With --json a terminal still sees what happens, on the other output.
    const show = progress(given.json && !output.isTTY ? silence : screenOn(output));
    let judged: readonly JudgedDrill[] = [];
    const tell = async (report: Report): Promise<void> => {
      show.end();
      const files = writeReport(project.folder, environment.name, report);
      if (given.json) print(JSON.stringify(report, undefined, 2));
      else {
        const look = { paint: paintFor(process.stdout), columns: columnsOf(process.stdout) };
        summary(report, files, look).forEach(print);
        if (report.drills) drillLines(report.drills, judged, drill?.damage, shortPath, look).forEach(print);
      }
      await printed();
    };
    return untilInterrupted(
      async (interrupted) => {
        const built = given.app === undefined ? undefined : readAssembly(resolve(given.app));
        const name = built ? nameOf(built) : environment.prefix;
        opening = openPlace(given.postgres ?? 'embedded', given.url === undefined ? {} : { url: given.url });
        const place = await opening;
        show.begin(name, place.description);
        if (!built) show.doing('synthesize');
        const stopped = AbortSignal.any([interrupted, over.signal]);
        const synthesize = async (from: string, name: string, inBackground = true) => {
          const to = join(folder.path, name);
          await synthesizeInto({
            program: root,
            project: from,
            environment: environment.name,
            folder: to,
            interrupted: stopped,
            inBackground,
          });
          return readAssembly(to);
        };
        const again =
          built || drill
            ? undefined
            : beside(
                setTimeout(apartMs, undefined, { signal: stopped }).then(() => synthesize(project.folder, 'again')),
              );
        const assembly = built ?? (await synthesize(project.folder, 'app', false));
        const logs = given.logs === undefined ? undefined : liveLogs(given.logs, assembly, show.log);
        // Beside the deploy, which leaves about one core idle.
        const changed = fixed
          ? undefined
          : beside(Promise.allSettled([again]).then(() => changedApp(project, folder.path, synthesize)));
        running = rehearseApp({
          name,
          assembly,
          ...(again && { again }),
          ...(changed && { changed }),
          place,
          ...(fault && { fault }),
          ...(drill && {
            drill: {
              ...drill,
              judge: async (drilled, cloud) => {
                const folder = reportFolder(project.folder, environment.name);
                judged = await judgeDrills(drilled, cloud, environment.region, folder, drill.damage);
                return judged.flatMap(({ problem }) => problem ?? []);
              },
            },
          }),
          samples: samplesOf(project),
          answer: approveIn(environment),
          watch: show.watch,
          phase: show.phase,
          aside: show.doing,
          ...(logs && { opened: logs }),
          ...(given.keep && {
            keep: async (report, cloud) => {
              await tell(report);
              await keepUp(cloud, report, reportFolder(project.folder, environment.name), output, interrupted);
            },
          }),
          signal: interrupted,
        });
        const report = (await running) as Report;
        if (!given.keep) await tell(report);
        return report.passed ? 0 : 1;
      },
      async () => {
        show.end(true);
        over.abort();
        await running?.catch(() => undefined);
        await Promise.all(synths);
        await (await opening?.catch(() => undefined))?.close();
        folder.remove();
      },
    );
  },
};

/** What the names of all its stacks begin with, up to a hyphen. */
function nameOf({ stacks }: Assembly): string {
  const names = stacks.map(({ name }) => name.split('-'));
  const [first = []] = names;
  const same = first.findIndex((part, at) => names.some((other) => other[at] !== part));
  return (names.length > 1 && same > 0 ? first.slice(0, same) : first).join('-');
}

function listDamages(): number {
  for (const { name, tells, foundBy } of damages) {
    print(name);
    print(`  ${tells}; ${foundBy.join(' or ')} must find it`);
  }
  return 0;
}

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
  synthesize: (from: string, name: string) => Promise<T>,
): Promise<T> {
  const changed = join(folder, 'changed');
  mkdirSync(changed);
  writeChangedProject(project, changed);
  return synthesize(changed, 'changed-app');
}

/** What the project's own application would write, where it says so. */
function samplesOf({ sqlFolder }: Project): string[] {
  const folder = join(sqlFolder, 'samples');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}

const reportFolder = (project: string, environment: string) => join(project, '.plinth', 'rehearsal', environment);

/** Both forms of the report; gives their folder. */
function writeReport(project: string, environment: string, report: Report): string {
  const folder = reportFolder(project, environment);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report, undefined, 2));
  writeFileSync(join(folder, 'report.html'), reportPage(report));
  return folder;
}

/** `--logs` alone means all of them, and so does `--drill`. */
const withDefaults = (args: readonly string[]): string[] =>
  args.map((arg, at) => {
    if (!['--logs', '--drill'].includes(arg) || !(args[at + 1] ?? '-').startsWith('-')) return arg;
    return `${arg}=${arg === '--logs' ? allFunctions : allDrills}`;
  });

const allDrills = 'all';

function drillOf({
  drill,
  damage,
  fault,
}: {
  drill?: string;
  damage?: string;
  fault?: string;
}): DrillRequest | undefined {
  if (drill === undefined) {
    if (damage !== undefined)
      throw new UsageError('--damage is for --drill, which restores a backup and looks for it.');
    return undefined;
  }
  if (fault !== undefined) throw new UsageError('--fault is for deploys, and --drill for restores; give one of them.');
  const chosen = damage === undefined ? undefined : chooseDamage(damage);
  return { ...(drill !== allDrills && { kind: drill }), ...(chosen && { damage: chosen }) };
}

// Wide lines are hard to read, and a file has no width.
const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number => (isTTY ? Math.min(columns, 120) : 100);
