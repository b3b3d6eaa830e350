import type { PostgresPlace } from '../postgres/place';
import { createRunFolder } from '../postgres/run-folder';
import { Account } from './account';
import type { Assembly } from './assembly';
import { Clock } from './clock';
import { LocalCloud } from './cloud/cloud';
import type { DeployContext } from './deploy/context';
import type { DeployEvent } from './deploy/events';
import { deleteStack, deployStack, type Outcome, type StackResult } from './deploy/stack';
import { type Drilled, type DrillRequest, runDrills } from './drills/run';
import type { ChosenFault } from './faults/faults';
import { actAsApplication, searchAsApplication } from './inspect/application';
import { type DatabaseState, inspect } from './inspect/database';
import { Recording } from './recording';
import type { Phase, PhaseName, Report, TimedEvent } from './report';
import { runScheduled } from './scheduled';
import { running } from './services/databases';
import type { Waiting } from './services/task-tokens';

export interface RehearseOptions {
  /** What it is called in the report: `ndis-chatbot-dev`. */
  readonly name: string;
  readonly assembly: Assembly;
  /** The same project after a change; without it, that phase is left out. */
  readonly changed?: Assembly;
  readonly place: PostgresPlace;
  /** SQL that an application of this project would run to fill its tables; without it, rows are made up from the catalogs. */
  readonly samples?: readonly string[];
  readonly fault?: ChosenFault;
  /** Does what people do whom a machine waits for; gives a sentence for the report. */
  readonly answer?: (waiting: Waiting, cloud: LocalCloud) => Promise<string>;
  /** Deploys, drills, and nothing else: no second deploy and no change. */
  readonly drill?: DrillRequest & {
    /** Reads what the drills have proved, while it is there; gives a sentence for each that is not as it should be. */
    readonly judge: (drilled: Drilled, cloud: LocalCloud) => Promise<readonly string[]>;
  };
  /** Called as soon as the cloud stands, for faults and for tests that look inside. */
  readonly opened?: (cloud: LocalCloud, account: Account) => void;
  readonly watch?: (event: TimedEvent) => void;
  readonly phase?: (name: PhaseName, title: string) => void;
  /** What is done between the phases. */
  readonly aside?: (title: string) => void;
  /** Instead of destroying what was deployed: called with the report, and what stands goes when it resolves. */
  readonly keep?: (report: Report, cloud: LocalCloud) => Promise<void>;
  readonly signal?: AbortSignal;
}

const titles: Readonly<Record<PhaseName, string>> = {
  fault: 'deploy while something goes wrong',
  deploy: 'deploy',
  again: 'deploy the same again',
  change: 'deploy a change',
  schedules: 'run what is scheduled',
  drill: 'drill a restore',
  destroy: 'destroy',
};

/** Deploys the app to a cloud of its own, changes it, and takes it down again. Whatever happens, nothing is left behind. */
export async function rehearse(options: RehearseOptions): Promise<Report> {
  const { assembly, changed } = options;
  const folder = createRunFolder();
  const clock = new Clock();
  const first = assembly.stacks[0];
  const account = new Account(first?.account ?? '123456789012', first?.region ?? 'us-east-1');
  const recording = new Recording(options.name, account, options.place);
  const cloud = await LocalCloud.open({
    account,
    clock,
    place: options.place,
    folder: folder.path,
  });
  const stop = () => void cloud.close();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const { answer } = options;
    if (answer) cloud.answerer = async (waiting) => void cloud.notes.push(await answer(waiting, cloud));
    options.opened?.(cloud, account);
    const run = new Run(options, account, cloud, recording, clock);
    const { fault } = options;
    if (fault?.fault.during === 'deploy') await run.phase('fault', () => run.deployWith(fault, assembly));
    const deployed = await run.phase('deploy', () =>
      run.deploy(assembly, fault ? ['created', 'unchanged'] : ['created']),
    );
    if (deployed) {
      await run.actAsApplication();
      await run.look('deploy');
      if (options.drill) await run.phase('drill', () => run.drill());
      else await run.proveChanges(assembly, changed);
    }
    recording.before(cloud);
    if (options.keep) {
      // From here on it is up to whoever looks; while a machine waits for them, time passes as it does for them.
      cloud.answerer = ({ over }) => over;
      const report = recording.report(cloud);
      await options.keep(report, cloud);
      return report;
    }
    await run.phase('destroy', () => run.destroy(changed ?? assembly));
    return recording.report(cloud);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await cloud.close();
    folder.remove();
  }
}

class Run {
  #phase: PhaseName = 'deploy';

  constructor(
    private readonly options: RehearseOptions,
    private readonly account: Account,
    private readonly cloud: LocalCloud,
    private readonly recording: Recording,
    private readonly clock: Clock,
  ) {}

  async phase(name: PhaseName, work: () => Promise<readonly StackResult[]>): Promise<boolean> {
    this.options.signal?.throwIfAborted();
    this.#phase = name;
    this.options.phase?.(name, titles[name]);
    const beginMs = this.recording.elapsed();
    const failed = this.recording.failures.length;
    const stacks = await work();
    const passed = this.recording.failures.length === failed;
    const phase: Phase = { name, title: titles[name], beginMs, endMs: this.recording.elapsed(), stacks, passed };
    this.recording.phases.push(phase);
    return passed;
  }

  /** A second deploy changes nothing, a change is taken, and what clocks start goes well. */
  async proveChanges(assembly: Assembly, changed: Assembly | undefined): Promise<void> {
    const { fault } = this.options;
    await this.phase('again', () => this.deploy(assembly, ['unchanged']));
    if (changed && fault?.fault.during === 'change') await this.phase('fault', () => this.deployWith(fault, changed));
    if (changed) await this.phase('change', () => this.deploy(changed, ['updated', 'unchanged']));
    await this.phase('schedules', () => this.schedules());
    await this.look(changed ? 'change' : 'schedules');
  }

  async drill(): Promise<StackResult[]> {
    const { drill } = this.options;
    if (!drill) return [];
    const { cloud, account, clock } = this;
    const doing = <T>(title: string, work: () => Promise<T>) => {
      this.options.aside?.(title);
      return work();
    };
    const drilled = await runDrills(drill, { cloud, account, clock, doing, fail: (why) => this.recording.fail(why) });
    this.recording.drills = drilled;
    for (const sentence of await drill.judge(drilled, cloud)) this.recording.fail(sentence);
    return [];
  }

  async deploy({ stacks }: Assembly, expected: readonly Outcome[]): Promise<StackResult[]> {
    const results: StackResult[] = [];
    for (const stack of stacks) {
      const result = await deployStack(stack, this.context());
      results.push(result);
      for (const sentence of result.left ?? []) this.recording.fail(`${stack.name}: ${sentence}`);
      if (expected.includes(result.outcome)) continue;
      this.recording.fail(
        `${stack.name} was ${result.outcome}${result.reason ? `: ${result.reason}` : `, and should be ${expected.join(' or ')}.`}`,
      );
      break;
    }
    return results;
  }

  /** With a fault that strikes once: the deploy must end as the fault says, and nothing else may go wrong. */
  async deployWith({ fault, target }: ChosenFault, { stacks }: Assembly): Promise<StackResult[]> {
    let strikes = 0;
    fault.arm(this.cloud, target, () => strikes++);
    const results: StackResult[] = [];
    for (const stack of stacks) {
      const result = await deployStack(stack, this.context());
      results.push(result);
      if (result.outcome === 'rolled back' || result.outcome === 'failed') break;
    }
    this.cloud.forgive();
    const last = results.at(-1);
    const ended = last?.outcome === 'rolled back' ? 'rolls back' : last?.outcome === 'failed' ? 'fails' : 'succeeds';
    if (strikes === 0) {
      const needs = fault.needs ? `; it needs ${fault.needs}` : '';
      this.recording.fail(`The fault ${fault.name} never struck${target ? ` (${target})` : ''}${needs}.`);
    }
    if (strikes > 0 && ended !== fault.ends && (fault.ends !== 'either' || ended === 'fails')) {
      this.recording.fail(
        `With the fault ${fault.name} the deploy ${ended}, and should ${fault.ends}: ${last?.reason ?? ''}`,
      );
    }
    return results;
  }

  /** In the opposite order, and what is to be retained after it: a rehearsal keeps nothing. */
  async destroy({ stacks }: Assembly): Promise<StackResult[]> {
    const results: StackResult[] = [];
    for (const { name } of [...stacks].reverse()) {
      const result = await deleteStack(name, this.context());
      results.push(result);
      if (result.outcome === 'failed') this.recording.fail(`${name} could not be deleted: ${result.reason}`);
    }
    return results;
  }

  /** What a clock would start, once, and a message of each database to those who watch it. */
  async schedules(): Promise<StackResult[]> {
    await runScheduled(this.cloud, this.account, this.clock, (sentence) => this.recording.fail(sentence));
    return [];
  }

  private async aside<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.options.aside?.(title);
    const beginMs = this.recording.elapsed();
    try {
      return await work();
    } finally {
      this.recording.asides.push({ title, beginMs, endMs: this.recording.elapsed() });
    }
  }

  async actAsApplication(): Promise<void> {
    const { notes, failures } = await this.aside('fill the tables as the application', () =>
      actAsApplication(this.cloud, this.options.samples),
    );
    for (const failure of failures) this.recording.fail(failure);
    for (const note of notes) this.recording.note(note);
  }

  async look(after: string): Promise<void> {
    await this.aside('look into the database, and search it', () => this.lookAt(after));
  }

  private async lookAt(after: string): Promise<void> {
    for (const instance of this.cloud.databases.instances.values()) {
      const password = this.cloud.secrets.passwordFor(instance.address) ?? running(instance).master.password;
      for (const state of await inspect(instance, password, after)) {
        this.recording.databases.push(await this.withSearch(state));
      }
    }
  }

  private async withSearch(state: DatabaseState): Promise<DatabaseState> {
    const found = await searchAsApplication(this.cloud, state.database, state.indexes);
    const indexes = state.indexes.map((index) => {
      const search = found.get(index.name);
      return search ? { ...index, search } : index;
    });
    return { ...state, indexes };
  }

  private context(): DeployContext {
    return {
      account: this.account,
      typeOf: (type) => this.cloud.typeOf(type),
      dynamic: (reference) => this.cloud.dynamic(reference),
      emit: (event: DeployEvent) => {
        const timed: TimedEvent = { ...event, at: this.recording.elapsed(), phase: this.#phase };
        this.recording.events.push(timed);
        this.options.watch?.(timed);
      },
    };
  }
}
