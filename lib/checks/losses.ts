import { isDeepStrictEqual } from 'node:util';
import type { ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { type Holding, holdingOf, isReplica, rankOf } from './holdings';
import { weakenings } from './protection';
import { type PropertyChange, replacing } from './replacement';
import { nameOf, type Resource, resourcesOf, type Template, type Templates } from './templates';

export type LossKind = 'removed' | 'renamed' | 'moved' | 'replaced' | 'weakened';

/** Something that would be done to a resource that holds data. */
export interface Loss {
  readonly kind: LossKind;
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  /** One sentence, complete in itself. */
  readonly sentence: string;
}

/** What a deploy of `after` over `before` would do to the data, the worst first. */
export function findLosses(before: Templates, after: Templates): readonly Loss[] {
  const order: readonly LossKind[] = ['removed', 'replaced', 'renamed', 'moved', 'weakened'];
  return Object.keys(before)
    .flatMap((stack) => lossesOf(stack, before, after))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || rankOf(a.type) - rankOf(b.type));
}

function lossesOf(stack: string, before: Templates, after: Templates): readonly Loss[] {
  // A comparison brings CloudFormation's whole specification, 0.3 s of loading that most synths do not need.
  const differences = isDeepStrictEqual(plain(before[stack]), plain(after[stack]))
    ? {}
    : differencesOf(before[stack], after[stack]);
  return resourcesOf(before[stack]).flatMap(([id, old]): readonly Loss[] => {
    const holding = holdingOf(before, stack, id);
    if (holding === undefined) return [];
    const loss = (kind: LossKind, sentence: string): Loss => ({ kind, stack, id, type: old.Type, sentence });
    const now = after[stack]?.Resources?.[id];
    if (now === undefined) return [gone(id, old, holding, stack, { before, after }, loss)];
    const changes = replacing(differences[id] ?? unchanged);
    const replaced = changes.length > 0 ? [loss('replaced', replacement(id, old, now, holding, changes))] : [];
    const weaker = weakenings(old, now).map((how) => loss('weakened', `${capital(holding.what)} (${id}): ${how}.`));
    return [...replaced, ...weaker];
  });
}

/** Without what replaces nothing whatever it says: the code of functions, and notes of the CDK to itself. */
const plain = (template: Template | undefined) =>
  resourcesOf(template).map(([id, { Metadata: _, ...resource }]) => {
    const { Code, ...properties } = (resource.Properties ?? {}) as Readonly<Record<string, unknown>>;
    return [
      id,
      { ...resource, Properties: resource.Type === 'AWS::Lambda::Function' ? properties : resource.Properties },
    ];
  });

const unchanged = { resourceTypeChanged: false, propertyUpdates: {} } as unknown as ResourceDifference;

/** The differences between the resources of two templates of a stack, with replacements that follow from one another. */
export function differencesOf(
  before: Template | undefined,
  after: Template | undefined,
): Readonly<Record<string, ResourceDifference>> {
  const { fullDiff } = require('@aws-cdk/cloudformation-diff') as typeof import('@aws-cdk/cloudformation-diff');
  return fullDiff({ ...(before ?? {}) }, { ...(after ?? {}) }).resources.changes;
}

type Made = (kind: LossKind, sentence: string) => Loss;

function gone(
  id: string,
  old: Resource,
  holding: Holding,
  stack: string,
  { before, after }: { readonly before: Templates; readonly after: Templates },
  loss: Made,
): Loss {
  const what = capital(holding.what);
  const elsewhere = Object.keys(after).find((other) => other !== stack && sameType(after[other], id, old));
  const fate = old.DeletionPolicy?.startsWith('Retain')
    ? 'CloudFormation would let go of the old one, which stays and is managed by nobody'
    : old.DeletionPolicy === 'Snapshot'
      ? `CloudFormation would delete the old one after a last snapshot`
      : `CloudFormation would delete the old one ${holding.loss}`;
  if (elsewhere !== undefined) {
    const made = `a deploy would make ${holding.anew} there, and ${fate}`;
    return loss('moved', `${what} (${id}) moves from the stack ${stack} to ${elsewhere}; ${made}.`);
  }
  const renamed = successorOf(id, old, stack, before, after);
  if (renamed !== undefined) {
    const made = `a deploy would make ${holding.anew} under that id, and ${fate}`;
    return loss('renamed', `The logical id of ${holding.what} changes from ${id} to ${renamed}; ${made}.`);
  }
  return loss('removed', `${what} (${id}) is no longer in the stack ${stack}; ${removal(old, holding)}.`);
}

function removal({ DeletionPolicy }: Resource, { loss }: Holding): string {
  if (DeletionPolicy?.startsWith('Retain')) return 'a deploy would let go of it: it stays, and is managed by nobody';
  if (DeletionPolicy === 'Snapshot') return 'a deploy would delete it after a last snapshot';
  return `a deploy would delete it ${loss}`;
}

const sameType = (template: Template | undefined, id: string, old: Resource) =>
  template?.Resources?.[id]?.Type === old.Type;

/** The new resource of the same kind and name, where there is one. */
function successorOf(id: string, old: Resource, stack: string, before: Templates, after: Templates) {
  const known = before[stack]?.Resources ?? {};
  const added = resourcesOf(after[stack]).filter(
    ([other, resource]) => !(other in known) && resource.Type === old.Type && !isReplica(resource),
  );
  const named = added.find(([other, resource]) => nameOf(other, resource) === nameOf(id, old));
  return (named ?? added[0])?.[0];
}

function replacement(
  id: string,
  old: Resource,
  now: Resource,
  { what, loss, anew }: Holding,
  changes: readonly PropertyChange[],
): string {
  const names = changes.map(({ property }) => property);
  const because = `${capital(what)} (${id}) would be replaced, because ${changes.map(worded).join(' and ')}`;
  // A name that stays cannot be given to a second one while the first is there.
  const fixed = ['DBInstanceIdentifier', 'BucketName', 'BackupVaultName', 'DBSubnetGroupName', 'Name', 'LogGroupName']
    .filter((name) => !names.includes(name))
    .map((name) => old.Properties?.[name])
    .find((value) => typeof value === 'string');
  if (typeof fixed === 'string') {
    return `${because}; a deploy would fail, since ${anew} cannot be named ${fixed} while the old one is there.`;
  }
  const kept = [old, now].every(({ UpdateReplacePolicy }) => UpdateReplacePolicy?.startsWith('Retain'));
  const fate = kept ? 'leave the old one behind, managed by nobody' : `delete the old one ${loss}`;
  return `${because}; a deploy would make ${anew} and ${fate}.`;
}

function worded({ property, before, after }: PropertyChange): string {
  const plain = [before, after].every((value) => value === undefined || typeof value !== 'object');
  if (!plain) return `${property} changes`;
  return `${property} changes from ${before ?? 'nothing'} to ${after ?? 'nothing'}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
