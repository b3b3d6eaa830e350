import type { Account } from './account';
import type { Assembly } from './assembly';
import type { Clock } from './clock';
import type { LocalCloud } from './cloud/cloud';
import type { DeployContext } from './deploy/context';
import type { DeployEvent } from './deploy/events';
import { deleteStack, deployStack, type Outcome, type StackResult } from './deploy/stack';
import { differences } from './differences';
import { runDrills } from './drills/run';
import { type ChosenFault, wordsOf } from './faults/faults';
import { actAsApplication, searchAsApplication } from './inspect/application';
import { type DatabaseState, inspect } from './inspect/database';
import { problemsOf } from './inspect/search';
import type { Later, RehearseOptions } from './options';
import type { Recording } from './recording';
import type { Phase, PhaseName, TimedEvent } from './report';
import { runScheduled } from './scheduled';

const titles: Readonly<Record<PhaseName, string>> = {
  fault: 'deploy while something goes wrong',
  deploy: 'deploy',
  again: 'deploy the same again',
  change: 'deploy a change',
  schedules: 'run what is scheduled',
  drill: 'drill a restore',
  destroy: 'destroy',
};

/** One rehearsal while it runs: its phases, one after the other, and what they come to. */
export class Run {
  #phase: PhaseName = 'deploy';
  /** What was deployed last. */
  #standing: Assembly;

  constructor(
    private readonly options: RehearseOptions,
    private readonly account: Account,
    private readonly cloud: LocalCloud,
    private readonly recording: Recording,
    private readonly clock: Clock,
  ) {
    this.#standing = options.assembly;
  }

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
  async proveChanges(): Promise<void> {
    const { assembly, again, fault } = this.options;
    const same = again && (await this.made('The same project', again));
    if (!again) {
      this.recording.note(
        'The app was given, so the one that was deployed again is the same: no second synth was compared.',
      );
    }
    await this.phase('again', () => this.deploy(same ?? assembly, ['unchanged']));
    if (same) for (const difference of differences(assembly, same)) this.recording.fail(difference);
    const changed = this.options.changed && (await this.made('The change', this.options.changed));
    if (changed && fault?.fault.during === 'change') await this.phase('fault', () => this.deployWith(fault, changed));
    if (changed) await this.phase('change', () => this.deploy(changed, ['updated', 'unchanged']));
    await this.phase('schedules', () => this.schedules());
    await this.look(changed ? 'change' : 'schedules');
  }

  /** What has been made beside the deploy. Where that failed, what was deployed is told all the same. */
  private async made(what: string, app: Later<Assembly>): Promise<Assembly | undefined> {
    if (app instanceof Promise) this.options.aside?.('synthesize');
    try {
      return await app;
    } catch (error) {
      this.options.signal?.throwIfAborted();
      this.recording.fail(`${what} could not be synthesized: ${(error as Error).message}`);
      return undefined;
    }
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

  async deploy(app: Assembly, expected: readonly Outcome[]): Promise<StackResult[]> {
    this.#standing = app;
    const results: StackResult[] = [];
    for (const stack of app.stacks) {
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
    const forgive = this.cloud.forgiving();
    const letGo = fault.arm(this.cloud, target, () => strikes++);
    this.recording.fault = wordsOf({ fault, target });
    const results: StackResult[] = [];
    for (const stack of stacks) {
      const result = await deployStack(stack, this.context());
      results.push(result);
      if (result.outcome === 'rolled back' || result.outcome === 'failed') break;
    }
    letGo();
    forgive();
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
  async destroy(): Promise<StackResult[]> {
    const results: StackResult[] = [];
    for (const { name } of [...this.#standing.stacks].reverse()) {
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
    const { databases, secrets } = this.cloud;
    for (const instance of databases.instances.values()) {
      const { id, status, postgres } = instance;
      if (!postgres) {
        this.recording.note(`Nobody could look into ${id}, which is ${status}.`);
        continue;
      }
      try {
        const password = secrets.passwordFor(instance.address) ?? postgres.master.password;
        for (const state of await inspect(instance, password, after)) await this.search(state);
      } catch (error) {
        this.options.signal?.throwIfAborted();
        this.recording.fail(`The look into ${id} failed: ${(error as Error).message}`);
      }
    }
  }

  private async search(state: DatabaseState): Promise<void> {
    // Also without the searches it is told what is inside.
    const at = this.recording.databases.push(state) - 1;
    const found = await searchAsApplication(this.cloud, state);
    const indexes = state.indexes.map((index) => {
      const search = found.get(index.name);
      return search ? { ...index, search } : index;
    });
    this.recording.databases[at] = { ...state, indexes };
    for (const { name, search } of indexes) {
      for (const problem of search ? problemsOf(name, search) : []) this.recording.fail(problem);
    }
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
