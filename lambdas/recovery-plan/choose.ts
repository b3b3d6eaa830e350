import { OperationError } from '../shared/errors';
import { type RecoveryPlan, type RecoveryPlanSettings, recoveryTags } from './contract';
import type { InstanceSeen, Sight } from './sight';
import { nameIn } from './stand';

export type Choice = Pick<
  RecoveryPlan,
  'Method' | 'Source' | 'Time' | 'Snapshot' | 'RestoresTo' | 'Asked' | 'From' | 'Chosen'
>;

const dayMs = 24 * 60 * 60_000;

/** From when to when the backups of an instance reach; undefined where it has none. */
export function windowOf({ created, restorableTo, retentionDays }: InstanceSeen) {
  if (restorableTo === undefined || retentionDays === 0) return undefined;
  const from = new Date(Math.max(created.getTime(), restorableTo.getTime() - retentionDays * dayMs));
  return from < restorableTo ? { from, to: restorableTo } : undefined;
}

/** What an earlier recovery moved aside: the damaged ones first, and of each the newest. A copy that never had the name is none. */
function movedAside(found: readonly InstanceSeen[], instance: string): readonly InstanceSeen[] {
  const isDamaged = ({ id }: InstanceSeen) => id.startsWith(`${instance}-damaged-`);
  return found
    .filter((each) => each.id !== instance && (isDamaged(each) || each.tags[recoveryTags.keepUntil] !== undefined))
    .sort((a, b) => Number(isDamaged(b)) - Number(isDamaged(a)) || (a.id < b.id ? 1 : -1));
}

/**
 * The instance whose backups hold that time: the one that has the name, else one that an earlier recovery moved aside,
 * for points in time begin anew with each restore.
 */
export function chooseTime(
  found: readonly InstanceSeen[],
  { Instance }: RecoveryPlanSettings,
  text: string,
  now: Date,
): Choice {
  const sources = [...found.filter(({ id }) => id === Instance), ...movedAside(found, Instance)];
  const windows = sources.flatMap((source) => {
    const window = windowOf(source);
    return window ? [{ id: source.id, ...window }] : [];
  });
  const [newest] = windows;
  if (!newest) {
    throw new OperationError(
      `There is no point in time to go back to: ${Instance} keeps no automated backups, or has none yet; recover from a snapshot.`,
    );
  }
  const ranges = windows.map(({ id, from, to }) => `${id} has ${from.toISOString()} to ${to.toISOString()}`).join('; ');
  // RDS restores to what lies before it.
  if (text === 'latest') return atTime(newest.id, new Date(newest.to.getTime() - 1000), false);
  const wanted = momentOf(text);
  if (wanted > now) {
    throw new OperationError(`${wanted.toISOString()} is in the future; it is ${now.toISOString()}, and ${ranges}.`);
  }
  const source = windows.find(({ from, to }) => from <= wanted && wanted <= to);
  if (!source) throw new OperationError(`${wanted.toISOString()} cannot be restored: ${ranges}.`);
  return atTime(source.id, wanted, true);
}

/** With its zone: without one it means another time to each machine. */
export function momentOf(text: string): Date {
  const wanted = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) && !Number.isNaN(wanted.getTime())) return wanted;
  throw new OperationError(`"${text}" is not a time; write it like 2026-11-21T04:00:00Z, or "latest".`);
}

function atTime(Source: string, time: Date, Asked: boolean): Choice {
  const Time = time.toISOString();
  return {
    ...{
      Method: 'pointInTime',
      Source,
      Time,
      Snapshot: null,
      RestoresTo: Time,
      Asked,
      From: Asked ? 'time' : 'latest',
    },
    Chosen: `${Asked ? 'the time that was asked for' : 'the latest time'}, ${Time}, from the backups of ${Source}`,
  };
}

export async function chooseSnapshot(sight: Sight, { Instance }: RecoveryPlanSettings, id: string): Promise<Choice> {
  // What the machine may restore from; RDS would answer any other with a refusal that says less.
  if (![`rds:${Instance}-`, `${Instance}-`, 'awsbackup:'].some((start) => id.startsWith(start))) {
    throw new OperationError(
      `The snapshot "${id}" is not one of ${Instance}: those begin with rds:${Instance}-, awsbackup: or ${Instance}-.`,
    );
  }
  const snapshot = await sight.snapshot(id);
  if (!snapshot) throw new OperationError(`There is no snapshot "${id}" in this region.`);
  if (snapshot.instance !== Instance && nameIn(snapshot.instance, Instance) === undefined) {
    throw new OperationError(`The snapshot "${id}" is of ${snapshot.instance}, not of ${Instance}.`);
  }
  if (snapshot.status !== 'available') {
    throw new OperationError(`The snapshot "${id}" is ${snapshot.status}; it can be restored once it is available.`);
  }
  const RestoresTo = snapshot.created.toISOString();
  return {
    ...{ Method: 'snapshot', Source: null, Time: null, Snapshot: id, RestoresTo, Asked: false, From: id },
    Chosen: `the snapshot ${id}, of ${RestoresTo}`,
  };
}
