import type { ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { holdingOf } from '../checks/holdings';
import { differencesOf } from '../checks/losses';
import { perhapsReplacing, replacing } from '../checks/replacement';
import { nameOf, type Output, pathOf, type Resource, type Template, type Templates } from '../checks/templates';
import { type Leaf, leaves, same, short } from './values';

export type ChangeKind = 'removed' | 'replaced' | 'perhaps replaced' | 'added' | 'changed';

export interface Change {
  readonly kind: ChangeKind;
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  /** Of the construct, such as `Database/Instance`. */
  readonly path: string;
  readonly name: string;
  /** Whether it holds data: then what is lost with it stands among the losses as well. */
  readonly holdsData: boolean;
  readonly details: readonly Leaf[];
  /** Whether what goes stays in the account, managed by nobody. */
  readonly stays: boolean;
  /** The properties for which it is replaced, or may be. */
  readonly because: readonly string[];
}

export interface Changes {
  readonly resources: readonly Change[];
  /** Functions of which nothing but the code differs, by their paths. */
  readonly code: readonly string[];
  /** `<stack>` and what changes of its outputs. */
  readonly outputs: readonly (Leaf & { readonly stack: string })[];
}

const order: readonly ChangeKind[] = ['removed', 'replaced', 'perhaps replaced', 'added', 'changed'];

export function compare(before: Templates, after: Templates): Changes {
  const stacks = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const all = stacks.flatMap((stack) =>
    Object.entries(differencesOf(before[stack], after[stack])).flatMap(([id, difference]) =>
      changeOf(stack, id, difference, before, after),
    ),
  );
  const isCode = (change: Change) => change.type === 'AWS::Lambda::Function' && change.details.every(isCodeLeaf);
  const code = all.filter((change) => change.kind === 'changed' && change.details.length > 0 && isCode(change));
  const rank = ({ kind, holdsData }: Change) => order.indexOf(kind) * 2 + (holdsData ? 0 : 1);
  return {
    resources: all
      .filter((change) => !code.includes(change))
      .map((change) => ({ ...change, details: change.details.filter((leaf) => !isCodeLeaf(leaf)) }))
      .sort((a, b) => rank(a) - rank(b)),
    code: code.map(({ path }) => path).sort(),
    outputs: stacks.flatMap((stack) => outputsOf(stack, before[stack], after[stack])),
  };
}

const isCodeLeaf = ({ path }: Leaf) => /^Code(\.|$)/.test(path);

function changeOf(
  stack: string,
  id: string,
  difference: ResourceDifference,
  before: Templates,
  after: Templates,
): readonly Change[] {
  const { oldValue, newValue } = difference;
  const resource = (newValue ?? oldValue) as Resource | undefined;
  if (resource === undefined) return [];
  const common = {
    stack,
    id,
    type: resource.Type,
    path: pathOf(id, resource),
    name: nameOf(id, resource),
    stays: oldValue !== undefined && staysBehind(oldValue as Resource, newValue as Resource | undefined),
    holdsData: (holdingOf(before, stack, id) ?? holdingOf(after, stack, id)) !== undefined,
  };
  if (oldValue === undefined) {
    const details = Object.entries(resource.Properties ?? {}).map(([path, value]) => ({ path, after: short(value) }));
    return [{ ...common, kind: 'added', details, because: [] }];
  }
  if (newValue === undefined) return [{ ...common, kind: 'removed', details: [], because: [] }];
  const [certain, possible] = [replacing(difference), perhapsReplacing(difference)];
  const because = [...new Set([...certain, ...possible].map(({ property }) => property))];
  const kind = certain.length > 0 ? 'replaced' : possible.length > 0 ? 'perhaps replaced' : 'changed';
  const details = detailsOf(oldValue as Resource, newValue as Resource);
  // What is left differs in metadata alone: a path in the program, the folder of an asset.
  if (details.length === 0 && kind === 'changed') return [];
  return [{ ...common, kind, details, because }];
}

const staysBehind = (before: Resource, after: Resource | undefined) =>
  after === undefined
    ? before.DeletionPolicy?.startsWith('Retain') === true
    : [before, after].every(({ UpdateReplacePolicy }) => UpdateReplacePolicy?.startsWith('Retain'));

function detailsOf(before: Resource, after: Resource): readonly Leaf[] {
  const { Properties: from = {}, Metadata: _, ...old } = before;
  const { Properties: to = {}, Metadata: __, ...now } = after;
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const others = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const at = (record: object, name: string) => (record as Readonly<Record<string, unknown>>)[name];
  return [
    ...names.flatMap((name) => leaves(name, from[name], to[name])),
    ...others.flatMap((name) => leaves(name, at(old, name), at(now, name))),
  ];
}

function outputsOf(stack: string, before: Template | undefined, after: Template | undefined) {
  const [from, to] = [before?.Outputs ?? {}, after?.Outputs ?? {}];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const value = (output: Output | undefined) => (output === undefined ? undefined : short(output.Value));
  return (
    names
      // What the CDK passes from one stack to the next follows from the resources.
      .filter((name) => !name.startsWith('ExportsOutput') && !same(from[name], to[name]))
      .map((name) => {
        const [old, now] = [value(from[name]), value(to[name])];
        return {
          stack,
          path: name,
          ...(old === undefined ? {} : { before: old }),
          ...(now === undefined ? {} : { after: now }),
        };
      })
  );
}
