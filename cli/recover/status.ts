import { recoveryTags } from '../../lambdas/recovery-plan/contract';
import type { InstanceSeen } from '../../lambdas/recovery-plan/sight';
import { nameIn } from '../../lambdas/recovery-plan/stand';
import { spokenByAws } from '../aws/account';
import type { Place } from './machine';

export interface Standing {
  readonly instance: string;
  /** Null where nobody has the name. */
  readonly live: Shown | null;
  readonly beside: readonly Shown[];
  /** Names of executions. */
  readonly underWay: readonly string[];
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly recovery: string | null;
  readonly dataAsOf: string | null;
  readonly keepUntil: string | null;
  readonly replicas: readonly string[];
}

export async function standing({ sight, settings }: Place): Promise<Standing> {
  const { Instance, Machine } = settings;
  const [found, running] = await spokenByAws(() =>
    Promise.all([sight.instances(Instance), sight.underWay(Machine)] as const),
  );
  const live = found.find(({ id }) => id === Instance);
  return {
    instance: Instance,
    live: live ? shown(live, Instance) : null,
    beside: found.filter(({ id }) => nameIn(id, Instance) !== undefined).map((each) => shown(each, Instance)),
    underWay: running.map(({ arn }) => arn.split(':').at(-1) ?? arn),
  };
}

const shown = ({ id, status, tags, replicas }: InstanceSeen, instance: string): Shown => ({
  ...{ id, status, replicas },
  recovery: nameIn(id, instance) ?? tags[recoveryTags.name] ?? null,
  dataAsOf: tags[recoveryTags.to] ?? null,
  // On the one that has the name, it is from before it was swapped back.
  keepUntil: id === instance ? null : (tags[recoveryTags.keepUntil] ?? null),
});

/** What is there, and what can be done with it. */
export function standingLines({ instance, live, beside, underWay }: Standing, environment: string): readonly string[] {
  const command = (words: string) => `npx plinth recover ${words} --env ${environment}`;
  const half = live === null && beside.some(({ id }) => id.startsWith(`${instance}-damaged-`));
  return [
    live ? lineOf(live) : `${instance}: no instance has this name.`,
    ...beside.map(lineOf),
    ...underWay.map((name) => `A recovery is under way (execution ${name}). Follow it:  ${command('follow')}`),
    ...(half && underWay.length === 0
      ? [
          `A recovery stopped between its two renames. Finish it:  ${command('resume')}`,
          `                                         or undo it:  ${command('swap-back')}`,
        ]
      : []),
    ...(live && beside.length > 0 && underWay.length === 0
      ? [`To go on with a copy that is there:  ${command('resume')}`, `To swap back:  ${command('swap-back')}`]
      : []),
    ...(live && beside.length === 0 && underWay.length === 0 ? ['No recovery has left anything beside it.'] : []),
  ];
}

function lineOf({ id, status, recovery, dataAsOf, keepUntil, replicas }: Shown): string {
  const facts = [
    status,
    ...(dataAsOf === null ? [] : [`restored by ${recovery} as of ${dataAsOf}`]),
    ...(keepUntil === null ? [] : [`worth keeping until ${keepUntil}`]),
    ...(replicas.length === 0 ? [] : [`followed by ${replicas.join(', ')}`]),
  ];
  return `${id}: ${facts.join('; ')}.`;
}
