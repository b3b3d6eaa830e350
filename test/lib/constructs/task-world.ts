// An ECS that runs one task after the other, for the machines that run some.
import type { Clock } from '../../../rehearsal/clock';
import { type Json, type JsonObject, TaskFailure } from '../../../rehearsal/states';

export interface TaskWorld {
  /** Throws what ECS refuses. */
  readonly run?: (attempt: number) => void;
  /** ECS answers, and starts nothing. */
  readonly startsNothing?: true;
  readonly describe?: () => void;
  /** ECS forgets a task some time after it has ended. */
  readonly forgets?: true;
  readonly minutes?: number;
  /** By container; one that is missing never began. */
  readonly exitCodes?: (attempt: number) => Readonly<Record<string, number>>;
  readonly stop?: () => void;
}

export interface Ecs {
  readonly calls: Readonly<Record<string, (given: JsonObject) => Json>>;
  readonly tokens: string[];
  readonly stopped: string[];
  readonly environments: Json[];
}

export function ecsOf(clock: Clock, world: TaskWorld): Ecs {
  const tokens: string[] = [];
  const stopped: string[] = [];
  const environments: Json[] = [];
  let begun = 0;
  const calls: Ecs['calls'] = {
    runTask: (given) => {
      tokens.push(String(given['ClientToken']));
      environments.push(given['Overrides'] as Json);
      world.run?.(tokens.length);
      if (world.startsNothing) return { Tasks: [], Failures: [{ Reason: 'Capacity is unavailable at this time' }] };
      begun = clock.now();
      return { Tasks: [{ TaskArn: `arn:task/${tokens.length}` }], Failures: [] };
    },
    describeTasks: (given) => {
      world.describe?.();
      if (world.forgets) return { Tasks: [], Failures: [{ Reason: 'MISSING' }] };
      const over = clock.now() - begun >= (world.minutes ?? 5) * 60_000;
      const codes = world.exitCodes?.(tokens.length) ?? { postgres: 0, storage: 0 };
      const Containers = ['postgres', 'storage'].map((Name) => {
        const ExitCode = codes[Name];
        return { Name, ...(over && ExitCode !== undefined && { ExitCode }) };
      });
      const [TaskArn = ''] = given['Tasks'] as string[];
      const end = over ? { StoppedReason: 'Essential container in task exited' } : {};
      return {
        Tasks: [{ TaskArn, LastStatus: over ? 'STOPPED' : 'RUNNING', ...end, Containers } as Json],
        Failures: [],
      };
    },
    stopTask: (given) => {
      world.stop?.();
      stopped.push(String(given['Task']));
      return {};
    },
  };
  return { calls, tokens, stopped, environments };
}

export const boom = (name: string) => () => {
  throw new TaskFailure(name, 'on purpose');
};
