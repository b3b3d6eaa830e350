import { OperationError } from '../shared/errors';
import { type Choice, chooseSnapshot, chooseTime } from './choose';
import {
  damagedName,
  type RecoveryPlan,
  type RecoveryPlanSettings,
  type RecoveryRequest,
  recoveryTags,
  restoredName,
} from './contract';
import type { InstanceSeen, Sight } from './sight';
import { belonging, recoveriesOf, type Stand, standOf } from './stand';

export interface Moment {
  readonly now: Date;
  /** The execution that asks; without one it is a person who wants to know what would be done. */
  readonly execution?: { readonly arn: string; readonly started: Date };
}

const dayMs = 24 * 60 * 60_000;

/** What is to be done, by what is there. Asked again after any failure, it says how to go on. */
export async function planRecovery(
  sight: Sight,
  settings: RecoveryPlanSettings,
  request: RecoveryRequest,
  moment: Moment,
): Promise<RecoveryPlan> {
  const { Instance, KeepDays } = settings;
  await refuseSecond(sight, settings, moment);
  const found = belonging(await sight.instances(Instance), Instance);
  const asked = moment.execution?.started ?? moment.now;
  const KeepUntil = new Date(asked.getTime() + KeepDays * dayMs).toISOString().slice(0, 10);
  const common = { KeepUntil, Notes: notesOn(found, settings) };
  if (request.action === 'recover') {
    refuseHalfSwapped(found, settings);
    const Recovery = request.recovery ?? nameAt(asked);
    refuseTwice(found, settings, Recovery);
    const choice =
      request.snapshot === undefined
        ? chooseTime(found, settings, request.time ?? '', moment.now)
        : await chooseSnapshot(sight, settings, request.snapshot);
    const names = { Wanted: restoredName(Instance, Recovery), Aside: damagedName(Instance, Recovery) };
    const Other = otherOf(found, Instance, names);
    return { Recovery, Action: 'recover', Next: 'restore', ...choice, ...names, Other, ...common };
  }
  const stand = standOf(found, Instance, request.recovery ?? newestOf(found, settings, request.action));
  const went = request.action === 'resume' ? resume(stand, settings) : swapBack(stand, settings);
  return { Recovery: stand.recovery, ...went, Other: otherOf(found, Instance, went), ...common };
}

type Went = Omit<RecoveryPlan, 'Recovery' | 'Other' | 'KeepUntil' | 'Notes'>;

function otherOf(
  found: readonly InstanceSeen[],
  instance: string,
  { Wanted, Aside }: Pick<RecoveryPlan, 'Wanted' | 'Aside'>,
): RecoveryPlan['Other'] {
  const isThere = (name: string) => found.some(({ id }) => id === name);
  if (Wanted !== instance && isThere(instance)) return 'named';
  return isThere(Aside) ? 'aside' : 'none';
}

function resume(stand: Stand, { Instance }: RecoveryPlanSettings): Went {
  const { recovery, live, restored, damaged, swapped } = stand;
  const Aside = damagedName(Instance, recovery);
  const wanted = swapped ? live : restored;
  if (!wanted) {
    throw new OperationError(
      `Nothing is there of the recovery ${recovery}: no instance was restored. Start a new one.`,
    );
  }
  if (damaged && live && !swapped) throw foreign(stand, Instance);
  // Where names have been changed already, it was decided before.
  const Next = swapped || damaged ? 'swap' : 'prepare';
  return { Action: 'recover', Next, ...restoredBefore(wanted), Wanted: wanted.id, Aside };
}

function swapBack(stand: Stand, { Instance }: RecoveryPlanSettings): Went {
  const { recovery, live, restored, damaged, swapped } = stand;
  const Aside = restoredName(Instance, recovery);
  const nothing: Choice = {
    ...{ Method: 'none', Source: null, Time: null, Snapshot: null, RestoresTo: null, Asked: false, From: '' },
    Chosen: `back to the instance from before the recovery ${recovery}`,
  };
  if (damaged && live && !swapped) throw foreign(stand, Instance);
  if (damaged) return { Action: 'swapBack', Next: 'swap', ...nothing, Wanted: damaged.id, Aside };
  // Swapped back before, as far as names tell; what comes after the names can be done again.
  if (live && restored) {
    const Chosen = `the instance from before the recovery ${recovery}, which has the name already`;
    return { Action: 'swapBack', Next: 'swap', ...nothing, Chosen, Wanted: live.id, Aside };
  }
  throw new OperationError(
    `There is nothing to swap back to: ${damagedName(Instance, recovery)} is not there (any more).`,
  );
}

/** As its tags tell. */
function restoredBefore({ id, tags }: InstanceSeen): Choice {
  const RestoresTo = tags[recoveryTags.to] ?? null;
  const From = tags[recoveryTags.from] ?? 'time';
  return {
    ...{ Method: 'none', Source: null, Time: null, Snapshot: null, RestoresTo, Asked: From === 'time', From },
    Chosen: `${id}, which was restored before, as of ${RestoresTo ?? 'an unknown time'}`,
  };
}

const foreign = ({ recovery }: Stand, instance: string) =>
  new OperationError(
    `${instance} is neither the instance from before the recovery ${recovery} nor the restored one; rename it by hand before anything else is done.`,
  );

/** With the name at nobody, the next thing is to give it to somebody. */
function refuseHalfSwapped(found: readonly InstanceSeen[], { Instance, Environment }: RecoveryPlanSettings): void {
  if (found.some(({ id }) => id === Instance)) return;
  const half = recoveriesOf(found, Instance).find((name) => standOf(found, Instance, name).damaged);
  if (half === undefined) return;
  throw new OperationError(
    `The recovery ${half} stands between its two renames, and no instance is called ${Instance}: finish it by "plinth recover resume --env ${Environment}", or undo it by "plinth recover swap-back --env ${Environment}".`,
  );
}

/** The same name is the same recovery. */
function refuseTwice(
  found: readonly InstanceSeen[],
  { Instance, Environment }: RecoveryPlanSettings,
  name: string,
): void {
  if (!recoveriesOf(found, Instance).includes(name)) return;
  throw new OperationError(
    `There is a recovery ${name} already; "plinth recover resume --env ${Environment} --recovery ${name}" goes on with it.`,
  );
}

function newestOf(
  found: readonly InstanceSeen[],
  { Instance, Environment }: RecoveryPlanSettings,
  action: RecoveryRequest['action'],
): string {
  const names = recoveriesOf(found, Instance);
  const stands = names.map((name) => standOf(found, Instance, name));
  // Half a swap comes before all else. Then, to swap back, the one that has the name.
  const half = found.some(({ id }) => id === Instance) ? undefined : stands.find(({ damaged }) => damaged);
  const live = action === 'swapBack' ? stands.find(({ swapped }) => swapped) : undefined;
  const chosen = (half ?? live)?.recovery ?? names[0];
  if (chosen !== undefined) return chosen;
  throw new OperationError(
    `There is no recovery of ${Instance} to go on with; start one by "plinth recover --env ${Environment} --to TIME".`,
  );
}

/** Two at once would rename the same instances. The one that came first goes on. */
async function refuseSecond(
  sight: Sight,
  { Machine, Environment }: RecoveryPlanSettings,
  { execution }: Moment,
): Promise<void> {
  const others = (await sight.underWay(Machine)).filter(({ arn }) => arn !== execution?.arn);
  const first = others.find(
    ({ arn, started }) =>
      execution === undefined ||
      started < execution.started ||
      (started.getTime() === execution.started.getTime() && arn < execution.arn),
  );
  if (!first) return;
  const name = first.arn.split(':').at(-1);
  throw new OperationError(
    `A recovery is under way since ${first.started.toISOString()} (execution ${name}); follow it by "plinth recover follow --env ${Environment}".`,
  );
}

// Whatever it is in the middle of ends by itself, or it can be renamed as it is.
const renamed = ['available', 'backing-up', 'modifying', 'rebooting', 'storage-optimization', 'storage-initialization'];

function notesOn(found: readonly InstanceSeen[], { Instance }: RecoveryPlanSettings): readonly string[] {
  const live = found.find(({ id }) => id === Instance);
  const replicas = live?.replicas ?? [];
  const beside = found.filter(({ id }) => id !== Instance).map(({ id }) => id);
  return [
    ...(live ? [] : [`No instance is called ${Instance} now, so nothing has to step aside.`]),
    ...(live && !renamed.includes(live.status)
      ? [`${Instance} is ${live.status}, and RDS renames it only once it is available: see to that before you approve.`]
      : []),
    ...(replicas.length > 0
      ? [
          `The read replicas ${replicas.join(', ')} stay with the instance that steps aside, and go on showing its data.`,
        ]
      : []),
    ...(beside.length > 0 ? [`Earlier recoveries have left ${beside.join(', ')}; they are not touched.`] : []),
  ];
}

/** `20261121-041205`. */
const nameAt = (time: Date) => time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
