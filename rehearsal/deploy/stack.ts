import type { Account, StackState } from '../account';
import type { AssemblyStack } from '../assembly';
import { noValue, resolve } from '../template/intrinsics';
import { dependenciesOf, importsOf } from '../template/references';
import type { Template } from '../template/template';
import type { DeployContext } from './context';
import type { StackStatus } from './events';
import { reversed, runGraph } from './graph';
import { Resources } from './resources';
import { checkRules, scopeOf } from './scope';

export type Outcome = 'created' | 'updated' | 'unchanged' | 'rolled back' | 'deleted' | 'failed';

export interface StackResult {
  readonly stack: string;
  readonly outcome: Outcome;
  /** The first thing that went wrong, in one sentence. */
  readonly reason?: string;
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

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
  const state = before ?? newState(stack, account);
  const old = state.template;
  const verb = before ? 'UPDATE' : 'CREATE';
  const resources = new Resources(state, context);
  account.stacks.set(stack.name, state);
  say(`${verb}_IN_PROGRESS`);
  try {
    await bringTo(stack.template, state, resources, context);
  } catch (error) {
    const reason = sentence(error);
    const back = before ? 'UPDATE_ROLLBACK' : 'ROLLBACK';
    say(`${back}_IN_PROGRESS`, reason);
    try {
      if (before) await bringTo(old, state, resources, context);
      await resources.cleanUp(old, stack.template, !before);
    } catch (second) {
      say(`${back}_FAILED`, sentence(second));
      return {
        stack: stack.name,
        outcome: 'failed',
        reason: `${reason} Then the rollback failed: ${sentence(second)}`,
      };
    }
    if (!before) account.stacks.delete(stack.name);
    say(`${back}_COMPLETE`);
    return { stack: stack.name, outcome: 'rolled back', reason };
  }
  // CloudFormation calls an update complete even where something old could not be removed.
  await resources.cleanUp(stack.template, old);
  say(`${verb}_COMPLETE`);
  return { stack: stack.name, outcome: before ? 'updated' : 'created' };
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
});

/** Makes and changes what the template says. What it no longer says stays until `cleanUp`. */
async function bringTo(
  template: Template,
  state: StackState,
  resources: Resources,
  context: DeployContext,
): Promise<void> {
  const scope = scopeOf(template, { account: context.account, name: state.name, id: state.id }, state.resources);
  checkRules(template, scope);
  state.template = template;
  const wanted = [...needsOf(template)].filter(([id]) => {
    const condition = template.resources[id]?.Condition;
    return condition === undefined || scope.condition(condition);
  });
  await runGraph(new Map(wanted), (id) => resources.ensure(id, template, scope));
  state.outputs.clear();
  state.exports.clear();
  for (const [name, { Value, Export, Condition }] of Object.entries(template.outputs)) {
    if (Condition !== undefined && !scope.condition(Condition)) continue;
    const value = resolve(Value, scope, `Outputs.${name}.Value`);
    if (value === noValue) continue;
    state.outputs.set(name, value);
    if (Export) state.exports.set(String(resolve(Export.Name, scope, `Outputs.${name}.Export.Name`)), value);
  }
}

const needsOf = (template: Template) =>
  new Map(
    Object.entries(template.resources).map(([id, resource]) => [id, new Set(dependenciesOf(resource, template))]),
  );

function importerOf(state: StackState, account: Account): string | undefined {
  for (const other of account.stacks.values()) {
    if (other.name === state.name) continue;
    const imports = importsOf([other.template.resources, other.template.outputs]);
    if ([...imports].some((name) => state.exports.has(name))) return other.name;
  }
  return undefined;
}
