import { OperationError } from '../shared/errors';
import type { Backups, SnapshotFound } from './backups';
import {
  type DrillKind,
  type DrillPlan,
  type DrillPlanInput,
  type DrillPlanSettings,
  type DrillSource,
  tierTag,
} from './contract';
import type { DumpsFound } from './dumps';
import { pickDump } from './plan-dump';

const dayMs = 24 * 60 * 60_000;

export interface PlanOptions {
  readonly now: Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Absent where there are none. */
  readonly dumps?: DumpsFound | undefined;
}

/** Picks what is restored, and refuses when too many temporary instances are there already. */
export async function planDrill(
  backups: Backups,
  settings: DrillPlanSettings,
  { Id, Kind, Source }: DrillPlanInput,
  options: PlanOptions,
): Promise<DrillPlan> {
  refuseUnknown(Kind, Source);
  const others = (await backups.temporary(settings.TemporaryPrefix)).filter((id) => id !== Id);
  if (others.length >= settings.MostInstances) {
    throw new OperationError(
      `There are ${others.length} temporary instances (${others.join(', ')}), and ${settings.MostInstances} may be there at once; wait for their drills, or let the sweeper remove them.`,
    );
  }
  if (Kind === 'dump') {
    if (options.dumps) return pickDump(options.dumps, Source, options);
    throw new OperationError(`There is nothing to restore: ${settings.Instance} has no dumps.`);
  }
  return Kind === 'snapshot'
    ? pickSnapshot(backups, settings.Instance, Source, options)
    : pickTime(backups, settings.Instance, Source, options);
}

/** What each kind can be asked for. */
const keys: Readonly<Record<DrillKind, readonly (keyof DrillSource)[]>> = {
  snapshot: ['snapshot', 'tier', 'randomWithinDays'],
  pointInTime: ['time', 'randomWithinDays'],
  dump: ['time', 'randomWithinDays'],
};

function refuseUnknown(kind: DrillKind, source: DrillSource): void {
  const known = keys[kind];
  if (known === undefined)
    throw new OperationError(`"${kind}" is not a kind of drill; it is snapshot, pointInTime or dump.`);
  const given = Object.keys(source);
  const wrong = given.find((key) => !known.includes(key as keyof DrillSource));
  if (wrong !== undefined) {
    throw new OperationError(
      `A drill of the kind ${kind} takes no "${wrong}" in its source; it takes ${known.join(', ')}.`,
    );
  }
  if (given.length > 1)
    throw new OperationError(`A source is one of ${known.join(', ')}; ${given.join(' and ')} were given.`);
}

async function pickSnapshot(
  backups: Backups,
  instance: string,
  { snapshot, tier, randomWithinDays }: DrillSource,
  { now, random }: PlanOptions,
): Promise<DrillPlan> {
  const all = (await backups.snapshots(instance)).filter(({ status }) => status === 'available');
  const newest = [...all].sort((a, b) => b.created.getTime() - a.created.getTime());
  if (snapshot !== undefined) {
    return planned(
      newest.find(({ id }) => id === snapshot),
      `the snapshot ${snapshot}`,
      instance,
    );
  }
  // What a deploy took before it migrated is of the schema before; nobody asks for it but by its name.
  const policy = newest.filter(({ id }) => !id.startsWith(`${instance}-migration-`));
  if (tier !== undefined) {
    const ofTier = newest.find(({ tags }) => tags[tierTag] === tier);
    return planned(ofTier, `the newest ${tier} snapshot`, instance);
  }
  if (randomWithinDays !== undefined) {
    const recent = policy.filter(({ created }) => now.getTime() - created.getTime() <= randomWithinDays * dayMs);
    const drawn = recent[Math.floor(random() * recent.length)];
    return planned(
      drawn,
      `one of ${recent.length} snapshots of the last ${randomWithinDays} days, by chance`,
      instance,
    );
  }
  // Where points in time are kept, a recovery takes one of those, and loses less than by the newest snapshot.
  const { to } = await backups.restorable(instance);
  return planned(policy[0], 'the newest snapshot', instance, to ? ['Rto'] : ['Rto', 'Rpo']);
}

function planned(
  found: SnapshotFound | undefined,
  what: string,
  instance: string,
  Objectives: DrillPlan['Objectives'] = ['Rto'],
): DrillPlan {
  if (!found) throw new OperationError(`There is nothing to restore: ${instance} does not have ${what}.`);
  const RestoresTo = found.created.toISOString();
  return {
    Kind: 'snapshot',
    Snapshot: found.id,
    RestoresTo,
    Asked: false,
    Objectives,
    Chosen: `${what}: ${found.id}, of ${RestoresTo}`,
  };
}

async function pickTime(
  backups: Backups,
  instance: string,
  { time, randomWithinDays }: DrillSource,
  { random }: PlanOptions,
): Promise<DrillPlan> {
  const { from, to } = await backups.restorable(instance);
  if (!to) throw new OperationError(`There is nothing to restore: ${instance} keeps no automated backups.`);
  if (time !== undefined) {
    const wanted = new Date(time);
    if (Number.isNaN(wanted.getTime()))
      throw new OperationError(`"${time}" is not a time; write it like 2026-11-21T04:00:00Z.`);
    if (wanted >= to || wanted < from) {
      throw new OperationError(
        `${time} cannot be restored: ${instance} has ${from.toISOString()} to ${to.toISOString()}.`,
      );
    }
    return at(wanted, 'the time that was asked for', true);
  }
  if (randomWithinDays === undefined) {
    // RDS restores to what lies before it.
    return at(new Date(to.getTime() - 1000), 'the latest time that can be restored', false);
  }
  const earliest = Math.max(from.getTime(), to.getTime() - randomWithinDays * dayMs);
  const drawn = new Date(earliest + Math.floor(random() * (to.getTime() - earliest)));
  return at(drawn, `a time of the last ${randomWithinDays} days, by chance`, true);
}

function at(time: Date, what: string, Asked: boolean): DrillPlan {
  const Time = time.toISOString();
  return {
    ...{ Kind: 'pointInTime', Time, RestoresTo: Time, Asked, Objectives: ['Rto', 'Rpo'] },
    Chosen: `${what}: ${Time}`,
  };
}
