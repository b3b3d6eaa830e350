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
export function standingLines(standing: Standing, environment: string): readonly string[] {
  const { instance, live, beside, underWay } = standing;
  const command = (words: string) => `npx plinth recover ${words} --env ${environment}`;
  const there = [live ? lineOf(live) : `${instance}: no instance has this name.`, ...beside.map(lineOf)];
  if (underWay.length > 0) {
    return [
      ...there,
      ...underWay.map((name) => `A recovery is under way (execution ${name}). Follow it:  ${command('follow')}`),
    ];
  }
  if (beside.length === 0) return [...there, ...(live ? ['No recovery has left anything beside it.'] : [])];
  return [...there, ...waysOn(standing, command)];
}

/** Of going on and going back, what makes sense where it stands. */
function waysOn({ instance, live, beside }: Standing, command: (words: string) => string): readonly string[] {
  const named = new Set([live, ...beside].flatMap((each) => each?.recovery ?? []));
  // Without it the newest is taken.
  const which = (recovery: string | null) => (named.size > 1 ? ` --recovery ${recovery}` : '');
  const of = (kind: string) => beside.filter(({ id }) => id.startsWith(`${instance}-${kind}-`));
  const [damaged] = live ? of('damaged').filter(({ recovery }) => recovery === live.recovery) : of('damaged');
  const [copy] = [...of('restored')].sort((a, b) => b.id.localeCompare(a.id));
  if (live === null && damaged) {
    return [
      `A recovery stopped between its two renames. Finish it:  ${command(`resume${which(damaged.recovery)}`)}`,
      `                                         or undo it:  ${command(`swap-back${which(damaged.recovery)}`)}`,
    ];
  }
  return [
    ...(copy ? [`To go on with the copy that is there:  ${command(`resume${which(copy.recovery)}`)}`] : []),
    ...(damaged ? [`To swap back:  ${command(`swap-back${which(damaged.recovery)}`)}`] : []),
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
