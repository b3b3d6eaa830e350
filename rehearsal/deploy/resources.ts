import { isDeepStrictEqual } from 'node:util';
import type { Deployed, StackState } from '../account';
import { alreadyExists, type Made, ResourceFailure, type ResourceRequest, type ResourceType } from '../resources/type';
import { resolve, type Scope } from '../template/intrinsics';
import { dependenciesOf } from '../template/references';
import type { Policy, Template, TemplateResource } from '../template/template';
import type { DeployContext } from './context';
import type { ResourceStatus } from './events';
import { reversed, runGraph } from './graph';

type Properties = Readonly<Record<string, unknown>>;

interface Replaced {
  readonly resource: Deployed;
  readonly policy: Policy | undefined;
  /** A custom resource replaces itself by answering with another id; only its function can bring the old one back. */
  readonly byAnswer?: boolean;
}

// CloudFormation tries so often to remove what is left over, and then lets it be.
const removalTries = 3;

/** The resources of one stack while it is deployed, changed or removed. */
export class Resources {
  /** Those that something has replaced: gone after the deploy, or after its rollback. */
  readonly #replaced: Replaced[] = [];
  /** Those whose state is not known, since an update of theirs failed: the rollback updates them whatever they say. */
  readonly #doubtful = new Set<string>();
  /** Those that this deploy has made. */
  readonly #made = new Set<Deployed>();

  constructor(
    private readonly state: StackState,
    private readonly context: DeployContext,
  ) {}

  /** Makes the resource, changes it, replaces it, or leaves it alone when nothing about it has changed. */
  async ensure(logicalId: string, template: Template, scope: Scope): Promise<void> {
    const declared = template.resources[logicalId] as TemplateResource;
    const properties = resolve(declared.Properties ?? {}, scope, `${logicalId}.Properties`) as Properties;
    const there = this.takeBack(logicalId, properties) ?? this.state.resources.get(logicalId);
    if (!there) return this.create(logicalId, declared, properties, there);
    const changed = changedBetween(there.properties, properties);
    if (changed.length === 0 && !this.#doubtful.has(logicalId)) return;
    const { replacing, named } = this.context.typeOf(declared.Type);
    if (!changed.some((name) => replacing.includes(name))) return this.update(there, declared, properties);
    if (named !== undefined && properties[named] !== undefined && !changed.includes(named)) {
      const reason = `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${properties[named]} and update the stack again.`;
      throw this.failed(logicalId, declared.Type, 'UPDATE_FAILED', new ResourceFailure(reason));
    }
    return this.create(logicalId, declared, properties, there);
  }

  /** In a rollback, the one that was replaced is still there: it comes back, and its replacement goes. */
  private takeBack(logicalId: string, properties: Properties): Deployed | undefined {
    const at = this.#replaced.findIndex(
      ({ resource, byAnswer }) =>
        !byAnswer && resource.logicalId === logicalId && isDeepStrictEqual(resource.properties, properties),
    );
    const replacement = this.state.resources.get(logicalId);
    const [back] = at < 0 ? [] : this.#replaced.splice(at, 1);
    if (!back || !replacement) return undefined;
    this.#replaced.push({ resource: replacement, policy: 'Delete' });
    this.state.resources.set(logicalId, back.resource);
    return back.resource;
  }

  private async create(
    logicalId: string,
    declared: TemplateResource,
    properties: Properties,
    replaced: Deployed | undefined,
  ): Promise<void> {
    const { Type: type } = declared;
    const verb = replaced ? 'UPDATE' : 'CREATE';
    const handler = this.context.typeOf(type);
    this.say(logicalId, type, `${verb}_IN_PROGRESS`);
    let heldName: string | undefined;
    const deployed = ({ id, attributes = {} }: Made): Deployed => {
      const made = { stack: this.state.name, logicalId, type, id, attributes, properties };
      const holding = { ...made, ...(heldName !== undefined && { heldName }) };
      this.#made.add(holding);
      return holding;
    };
    try {
      heldName = this.takeName(logicalId, type, handler, properties);
      this.state.resources.set(logicalId, deployed(await handler.create(this.request(logicalId, type, properties))));
    } catch (error) {
      // It is there as far as its id is known, so the rollback has something to remove.
      if (error instanceof ResourceFailure && error.id !== undefined) {
        const half = deployed({ id: error.id });
        if (replaced) this.#replaced.push({ resource: half, policy: 'Delete' });
        else this.state.resources.set(logicalId, half);
      } else if (heldName !== undefined) {
        this.context.account.names.delete(heldName);
      }
      throw this.failed(logicalId, type, `${verb}_FAILED`, error);
    }
    if (replaced) this.#replaced.push({ resource: replaced, policy: declared.UpdateReplacePolicy });
    this.say(logicalId, type, `${verb}_COMPLETE`, { id: this.state.resources.get(logicalId)?.id });
  }

  /** Nothing else can have the name from now on; CloudFormation fails where something has it already. */
  private takeName(
    logicalId: string,
    type: string,
    { named, uniqueIn }: ResourceType,
    properties: Properties,
  ): string | undefined {
    const name = named === undefined ? undefined : properties[named];
    if (name === undefined || uniqueIn === null) return undefined;
    const place = uniqueIn === undefined ? '' : String(properties[uniqueIn] ?? 'default');
    const key = `${type} ${place} ${name}`;
    const { names } = this.context.account;
    const holder = names.get(key);
    if (holder !== undefined) throw alreadyExists(type, String(name), ` It is that of ${holder}.`);
    names.set(key, `${this.state.name}/${logicalId}`);
    return key;
  }

  private async update(there: Deployed, declared: TemplateResource, properties: Properties): Promise<void> {
    const { logicalId, type, id, attributes } = there;
    const { update } = this.context.typeOf(type);
    this.say(logicalId, type, 'UPDATE_IN_PROGRESS', { id });
    const previous = this.withDynamics(there.properties);
    this.#doubtful.delete(logicalId);
    let made: Made;
    try {
      const request = { ...this.request(logicalId, type, properties), id, previous, attributes };
      made = update ? await update(request) : { id, attributes };
    } catch (error) {
      this.#doubtful.add(logicalId);
      this.state.resources.set(logicalId, { ...there, properties });
      throw this.failed(logicalId, type, 'UPDATE_FAILED', error);
    }
    const now = { ...there, id: made.id, attributes: made.attributes ?? attributes, properties };
    if (this.#made.has(there)) this.#made.add(now);
    this.state.resources.set(logicalId, now);
    if (made.id !== id) this.replacedByAnswer(there, made.id, declared.UpdateReplacePolicy);
    this.say(logicalId, type, 'UPDATE_COMPLETE', { id: made.id });
  }

  /** What the old id stands for goes; in a rollback, what the new id stands for had been on its way out before. */
  private replacedByAnswer(there: Deployed, newId: string, policy: Policy | undefined): void {
    const at = this.#replaced.findIndex(
      ({ resource }) => resource.logicalId === there.logicalId && resource.id === newId,
    );
    const [back] = at < 0 ? [] : this.#replaced.splice(at, 1);
    this.#replaced.push({ resource: there, policy: back ? 'Delete' : policy, byAnswer: true });
  }

  /**
   * Removes what is not wanted any more, and what has been replaced, each before what it needed; `declaring` is the
   * template that declared all of it. Gives what could not be removed: CloudFormation leaves that where it is.
   */
  async cleanUp(wanted: ReadonlySet<string>, declaring: Template): Promise<string[]> {
    const doomed = new Map<string, Replaced[]>();
    const add = (entry: Replaced) => {
      const { logicalId } = entry.resource;
      doomed.set(logicalId, [...(doomed.get(logicalId) ?? []), entry]);
    };
    for (const entry of this.#replaced.splice(0)) add(entry);
    for (const [id, resource] of this.state.resources) {
      if (wanted.has(id)) continue;
      add({ resource, policy: declaring.resources[id]?.DeletionPolicy });
    }
    const declared = Object.entries(declaring.resources).map(
      ([id, resource]) => [id, dependenciesOf(resource, declaring)] as const,
    );
    // Also those that stay: what is doomed may need something doomed through them.
    const needs = new Map([...[...doomed.keys()].map((id) => [id, new Set<string>()] as const), ...declared]);
    const left: string[] = [];
    await runGraph(reversed(needs), async (id) => {
      for (const entry of doomed.get(id) ?? []) {
        const reason = await this.removeOrLeave(entry);
        if (reason !== undefined) left.push(reason);
      }
      // Not before: a function that is called once more needs the role that goes after it.
      if (!wanted.has(id)) this.state.resources.delete(id);
    });
    return left;
  }

  private async removeOrLeave({ resource, policy }: Replaced): Promise<string | undefined> {
    let reason = '';
    for (let i = 0; i < removalTries; i++) {
      try {
        await this.removeOrRetain(resource, policy);
        return undefined;
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    this.context.account.retained.push(resource);
    return reason;
  }

  async remove(logicalId: string, template: Template): Promise<void> {
    const resource = this.state.resources.get(logicalId);
    if (!resource) return;
    await this.removeOrRetain(resource, template.resources[logicalId]?.DeletionPolicy);
    this.state.resources.delete(logicalId);
  }

  private async removeOrRetain(resource: Deployed, policy: Policy | undefined): Promise<void> {
    const { logicalId, type, id } = resource;
    // What the same deploy has just made holds nothing yet, and would stand in the way of the next try.
    const kept = policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !this.#made.has(resource));
    if (kept) {
      this.context.account.retained.push(resource);
      this.say(logicalId, type, 'DELETE_SKIPPED', { id });
      return;
    }
    this.say(logicalId, type, 'DELETE_IN_PROGRESS', { id });
    try {
      const request = this.request(logicalId, type, resource.properties);
      const there = { ...request, id, previous: request.properties, attributes: resource.attributes };
      const { snapshot, remove } = this.context.typeOf(type);
      if (policy === 'Snapshot') {
        if (!snapshot)
          throw new ResourceFailure(`Nothing takes a snapshot of ${type}; the policy can be Delete or Retain.`);
        await snapshot(there);
      }
      await remove?.(there);
      if (resource.heldName !== undefined) this.context.account.names.delete(resource.heldName);
    } catch (error) {
      throw this.failed(logicalId, type, 'DELETE_FAILED', error);
    }
    this.say(logicalId, type, 'DELETE_COMPLETE', { id });
  }

  private request(logicalId: string, type: string, properties: Properties): ResourceRequest {
    const { account } = this.context;
    const { name: stack, id: stackId } = this.state;
    const resolved = this.withDynamics(properties);
    return { account, stack, stackId, logicalId, type, properties: resolved };
  }

  private withDynamics(properties: Properties): Properties {
    const replace = (value: unknown): unknown => {
      if (typeof value === 'string') {
        return value.replace(/\{\{resolve:([^}]+)\}\}/g, (_, reference: string) => this.context.dynamic(reference));
      }
      if (Array.isArray(value)) return value.map(replace);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
    };
    return replace(properties) as Properties;
  }

  private failed(logicalId: string, type: string, status: ResourceStatus, error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    this.say(logicalId, type, status, { reason });
    return new Error(`${logicalId} (${type}): ${reason}`, { cause: error });
  }

  private say(
    logicalId: string,
    type: string,
    status: ResourceStatus,
    { id, reason }: { id?: string | undefined; reason?: string } = {},
  ): void {
    this.context.emit({
      kind: 'resource',
      stack: this.state.name,
      logicalId,
      type,
      status,
      ...(id !== undefined && { id }),
      ...(reason !== undefined && { reason }),
    });
  }
}

function changedBetween(before: Properties, after: Properties): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
