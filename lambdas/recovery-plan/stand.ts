import { OperationError } from '../shared/errors';
import { damagedName, recoveryTags, restoredName } from './contract';
import type { InstanceSeen } from './sight';

/** Between two names; it passes by itself, so whoever meets it waits and looks again. */
export class StillRenaming extends OperationError {
  override readonly name = 'StillRenaming';
}

/** Where a recovery stands, as far as the instances tell. */
export interface Stand {
  readonly recovery: string;
  /** Whoever has the name of the application's instance. */
  readonly live: InstanceSeen | undefined;
  /** The restored one, while it has a name of its own. */
  readonly restored: InstanceSeen | undefined;
  /** The one that was moved aside. */
  readonly damaged: InstanceSeen | undefined;
  /** Whether the one that has the name is the restored one. */
  readonly swapped: boolean;
}

export const nameForm = /^\d{8}-\d{6}$/;

/** The application's instance, and what recoveries have put beside it. What is being deleted is not there any more. */
export function belonging(all: readonly InstanceSeen[], instance: string): readonly InstanceSeen[] {
  const found = all.filter(({ id, status }) => status !== 'deleting' && (id === instance || nameIn(id, instance)));
  const renaming = found.find(({ status }) => status === 'renaming');
  if (renaming) throw new StillRenaming(`${renaming.id} is being renamed; that takes some ten minutes.`);
  return found;
}

/** The recovery that an identifier beside the instance's names. */
export function nameIn(id: string, instance: string): string | undefined {
  const rest = [`${instance}-restored-`, `${instance}-damaged-`].find((each) => id.startsWith(each));
  const name = rest === undefined ? undefined : id.slice(rest.length);
  return name !== undefined && nameForm.test(name) ? name : undefined;
}

export function standOf(found: readonly InstanceSeen[], instance: string, recovery: string): Stand {
  const by = (id: string) => found.find((each) => each.id === id);
  const live = by(instance);
  const restored = by(restoredName(instance, recovery));
  return {
    recovery,
    live,
    restored,
    damaged: by(damagedName(instance, recovery)),
    swapped: restored === undefined && live?.tags[recoveryTags.name] === recovery,
  };
}

/** All recoveries of which something is there, the newest first. */
export function recoveriesOf(found: readonly InstanceSeen[], instance: string): readonly string[] {
  const ofLive = found.find(({ id }) => id === instance)?.tags[recoveryTags.name];
  const names = found.flatMap(({ id }) => nameIn(id, instance) ?? []);
  return [...new Set([...names, ...(ofLive === undefined ? [] : [ofLive])])].sort().reverse();
}
