import { isDeepStrictEqual } from 'node:util';
import type { Account, StackState } from '../account';
import type { AssemblyStack } from '../assembly';
import { noValue, resolve } from '../template/intrinsics';
import { dependenciesOf } from '../template/references';
import type { Template } from '../template/template';
import type { DeployContext } from './context';
import type { StackStatus } from './events';
import { circleIn, reversed, runGraph } from './graph';
import { Resources } from './resources';
import { checkRules, scopeOf } from './scope';

export type Outcome = 'created' | 'updated' | 'unchanged' | 'rolled back' | 'deleted' | 'failed';

export interface StackResult {
  readonly stack: string;
  readonly outcome: Outcome;
  /** The first thing that went wrong, in one sentence. */
  readonly reason?: string;
  /** What should have been removed and could not be, each in a sentence: the deploy is complete all the same. */
  readonly left?: readonly string[];
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
const leaving = (left: readonly string[]) => (left.length > 0 ? { left } : {});

/** Brings a stack to what its template says, or back to where it was, as CloudFormation does. */
export async function deployStack(stack: AssemblyStack, context: DeployContext): Promise<StackResult> {
  const { account } = context;
  for (const [key, folder] of stack.assets) account.assets.set(key, folder);
  const before = account.stacks.get(stack.name);
  const count = Object.keys(stack.template.resources).length;
  const say = (status: StackStatus, reason?: string) =>
    context.emit({
      kind: 'stack',
      stack: stack.name,
      status,
      resources: count,
      ...(reason !== undefined && { reason }),
    });
  if (before?.template.text === stack.template.text) {
    say('UNCHANGED');
    return { stack: stack.name, outcome: 'unchanged' };
  }
  const verb = before ? 'UPDATE' : 'CREATE';
  const unfit = whyUnfit(stack.template, before, context);
  if (unfit !== undefined) {
    say(`${verb}_FAILED`, unfit);
    return { stack: stack.name, outcome: 'failed', reason: unfit };
  }
  const state = before ?? newState(stack, account);
  const old = state.template;
  const resources = new Resources(state, context);
  account.stacks.set(stack.name, state);
  say(`${verb}_IN_PROGRESS`);
  let wanted: ReadonlySet<string>;
  try {
    wanted = await bringTo(stack.template, state, resources, context);
  } catch (error) {
    return rollBack(sentence(error), old);
  }
  // CloudFormation calls an update complete even where something old could not be removed.
  const left = await resources.cleanUp(wanted, old);
  say(`${verb}_COMPLETE`);
  return { stack: stack.name, outcome: before ? 'updated' : 'created', ...leaving(left) };

  async function rollBack(reason: string, old: Template): Promise<StackResult> {
    const back = before ? 'UPDATE_ROLLBACK' : 'ROLLBACK';
    say(`${back}_IN_PROGRESS`, reason);
    let left: readonly string[];
    try {
      const kept = before ? await bringTo(old, state, resources, context) : new Set<string>();
      left = await resources.cleanUp(kept, stack.template);
      // A stack that never was must leave nothing.
      if (!before && left.length > 0) throw new Error(left.join(' '));
    } catch (second) {
      say(`${back}_FAILED`, sentence(second));
      const both = `${reason} Then the rollback failed: ${sentence(second)}`;
      return { stack: stack.name, outcome: 'failed', reason: both };
    }
    if (!before) account.stacks.delete(stack.name);
    say(`${back}_COMPLETE`);
    return { stack: stack.name, outcome: 'rolled back', reason, ...leaving(left) };
  }
}

/** What is refused before anything is done. */
function whyUnfit(template: Template, before: StackState | undefined, context: DeployContext): string | undefined {
  const circle = circleIn(needsOf(template));
  if (circle) return `Circular dependency between resources: [${circle.join(', ')}]`;
  const ids = Object.keys(template.resources);
  const typed = ids.filter((id) => {
    const there = before?.resources.get(id);
    return there !== undefined && there.type !== template.resources[id]?.Type;
  });
  if (typed.length > 0) {
    return `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${typed.join(', ')}]`;
  }
  for (const id of ids) {
    try {
      context.typeOf(template.resources[id]?.Type ?? '');
    } catch (error) {
      return `${id}: ${sentence(error)}`;
    }
  }
  return undefined;
}

/** Removes a stack; what is to be retained is handed over to the account. */
export async function deleteStack(name: string, context: DeployContext): Promise<StackResult> {
  const state = context.account.stacks.get(name);
  if (!state) return { stack: name, outcome: 'deleted' };
  const say = (status: StackStatus, reason?: string) =>
    context.emit({ kind: 'stack', stack: name, status, resources: state.resources.size, ...(reason && { reason }) });
  say('DELETE_IN_PROGRESS');
  const user = importerOf(state, context.account);
  if (user !== undefined) {
    const reason = `${user} still imports a value of ${name}.`;
    say('DELETE_FAILED', reason);
    return { stack: name, outcome: 'failed', reason };
  }
  const resources = new Resources(state, context);
  try {
    await runGraph(reversed(needsOf(state.template)), (id) => resources.remove(id, state.template));
  } catch (error) {
    say('DELETE_FAILED', sentence(error));
    return { stack: name, outcome: 'failed', reason: sentence(error) };
  }
  context.account.stacks.delete(name);
  say('DELETE_COMPLETE');
  return { stack: name, outcome: 'deleted' };
}

const newState = (stack: AssemblyStack, account: Account): StackState => ({
  name: stack.name,
  id: account.arn('cloudformation', `stack/${stack.name}/${account.random(32)}`),
  template: { ...stack.template, resources: {}, outputs: {}, text: '' },
  resources: new Map(),
  outputs: new Map(),
  exports: new Map(),
  imports: new Set(),
});

/** Makes and changes what the template says, and gives the ids of that. What it no longer says stays until `cleanUp`. */
async function bringTo(
  template: Template,
  state: StackState,
  resources: Resources,
  context: DeployContext,
): Promise<ReadonlySet<string>> {
  const { account } = context;
  const imports = new Set<string>();
  const place = { account, name: state.name, id: state.id };
  const scope = scopeOf(template, place, state.resources, (name) => imports.add(name));
  checkRules(template, scope);
  state.template = template;
  const wanted = [...needsOf(template)].filter(([id]) => {
    const condition = template.resources[id]?.Condition;
    return condition === undefined || scope.condition(condition);
  });
  await runGraph(new Map(wanted), (id) => resources.ensure(id, template, scope));
  const outputs = new Map<string, unknown>();
  const exports = new Map<string, unknown>();
  for (const [name, { Value, Export, Condition }] of Object.entries(template.outputs)) {
    if (Condition !== undefined && !scope.condition(Condition)) continue;
    const value = resolve(Value, scope, `Outputs.${name}.Value`);
    if (value === noValue) continue;
    outputs.set(name, value);
    if (Export) exports.set(String(resolve(Export.Name, scope, `Outputs.${name}.Export.Name`)), value);
  }
  checkExports(exports, state, account);
  replaceAll(state.outputs, outputs);
  replaceAll(state.exports, exports);
  state.imports.clear();
  for (const name of imports) state.imports.add(name);
  return new Set(wanted.map(([id]) => id));
}

function replaceAll(target: Map<string, unknown>, by: ReadonlyMap<string, unknown>): void {
  target.clear();
  for (const [name, value] of by) target.set(name, value);
}

/** A name is exported once, and stays what it is while another stack imports it. */
function checkExports(exports: ReadonlyMap<string, unknown>, state: StackState, account: Account): void {
  const others = [...account.stacks.values()].filter(({ name }) => name !== state.name);
  for (const name of exports.keys()) {
    const owner = others.find((other) => other.exports.has(name));
    if (owner) throw new Error(`Export with name ${name} is already exported by stack ${owner.name}.`);
  }
  for (const [name, value] of state.exports) {
    const user = others.find(({ imports }) => imports.has(name));
    if (!user || (exports.has(name) && isDeepStrictEqual(exports.get(name), value))) continue;
    const what = exports.has(name) ? 'updated' : 'deleted';
    throw new Error(`Export ${name} cannot be ${what} as it is in use by ${user.name}.`);
  }
}

const needsOf = (template: Template) =>
  new Map(
    Object.entries(template.resources).map(([id, resource]) => [id, new Set(dependenciesOf(resource, template))]),
  );

function importerOf(state: StackState, account: Account): string | undefined {
  const others = [...account.stacks.values()].filter(({ name }) => name !== state.name);
  return others.find(({ imports }) => [...imports].some((name) => state.exports.has(name)))?.name;
}
