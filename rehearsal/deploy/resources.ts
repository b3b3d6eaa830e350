import { isDeepStrictEqual } from 'node:util';
import type { Deployed, StackState } from '../account';
import { type Made, ResourceFailure, type ResourceRequest } from '../resources/type';
import { resolve, type Scope } from '../template/intrinsics';
import { dependenciesOf } from '../template/references';
import type { Policy, Template, TemplateResource } from '../template/template';
import type { DeployContext } from './context';
import type { ResourceStatus } from './events';
import { reversed, runGraph } from './graph';

type Properties = Readonly<Record<string, unknown>>;

/** The resources of one stack while it is deployed, changed or removed. */
export class Resources {
  /** Those that something has replaced: gone after the deploy, or after its rollback. */
  readonly #replaced: { readonly resource: Deployed; readonly policy: Policy | undefined }[] = [];
  /** Those whose state is not known, since an update of theirs failed: the rollback updates them whatever they say. */
  readonly #doubtful = new Set<string>();
  private undoingCreate = false;

  constructor(
    private readonly state: StackState,
    private readonly context: DeployContext,
  ) {}

  /** Makes the resource, changes it, replaces it, or leaves it alone when nothing about it has changed. */
  async ensure(logicalId: string, template: Template, scope: Scope): Promise<void> {
    const declared = template.resources[logicalId] as TemplateResource;
    const properties = resolve(declared.Properties ?? {}, scope, `${logicalId}.Properties`) as Properties;
    const there = this.takeBack(logicalId, properties) ?? this.state.resources.get(logicalId);
    if (!there || there.type !== declared.Type) return this.create(logicalId, declared, properties, there);
    const changed = changedBetween(there.properties, properties);
    if (changed.length === 0 && !this.#doubtful.has(logicalId)) return;
    const type = this.context.typeOf(declared.Type);
    if (changed.some((name) => type.replacing.includes(name))) {
      return this.create(logicalId, declared, properties, there);
    }
    await this.update(there, properties);
  }

  /** In a rollback, the one that was replaced is still there: it comes back, and its replacement goes. */
  private takeBack(logicalId: string, properties: Properties): Deployed | undefined {
    const at = this.#replaced.findIndex(
      ({ resource }) => resource.logicalId === logicalId && isDeepStrictEqual(resource.properties, properties),
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
    const keep = ({ id, attributes = {} }: Made) =>
      this.state.resources.set(logicalId, { stack: this.state.name, logicalId, type, id, attributes, properties });
    try {
      keep(await handler.create(this.request(logicalId, type, properties)));
    } catch (error) {
      // It is there as far as its id is known, so the rollback has something to remove.
      if (error instanceof ResourceFailure && error.id !== undefined && !replaced) keep({ id: error.id });
      throw this.failed(logicalId, type, `${verb}_FAILED`, error);
    }
    if (replaced) this.#replaced.push({ resource: replaced, policy: declared.UpdateReplacePolicy });
    this.say(logicalId, type, `${verb}_COMPLETE`, { id: this.state.resources.get(logicalId)?.id });
  }

  private async update(there: Deployed, properties: Properties): Promise<void> {
    const { logicalId, type, id, attributes } = there;
    const { update } = this.context.typeOf(type);
    this.say(logicalId, type, 'UPDATE_IN_PROGRESS', { id });
    const previous = this.withDynamics(there.properties);
    this.#doubtful.delete(logicalId);
    try {
      const request = { ...this.request(logicalId, type, properties), id, previous, attributes };
      const made = update ? await update(request) : { id, attributes };
      this.state.resources.set(logicalId, {
        ...there,
        id: made.id,
        attributes: made.attributes ?? attributes,
        properties,
      });
      // A custom resource that answers with another id has replaced what the old id stood for.
      if (made.id !== id) this.#replaced.push({ resource: there, policy: 'Delete' });
    } catch (error) {
      this.#doubtful.add(logicalId);
      this.state.resources.set(logicalId, { ...there, properties });
      throw this.failed(logicalId, type, 'UPDATE_FAILED', error);
    }
    this.say(logicalId, type, 'UPDATE_COMPLETE', { id });
  }

  /** Removes what the template does not have, and what has been replaced; `other` declared what is left over. */
  async cleanUp(template: Template, other: Template, undoingCreate = false): Promise<void> {
    this.undoingCreate = undoingCreate;
    for (const { resource, policy } of this.#replaced.splice(0)) await this.removeOrRetain(resource, policy);
    const extra = [...this.state.resources.keys()].filter((id) => !Object.hasOwn(template.resources, id));
    const needs = extra.map((id) => {
      const resource = other.resources[id];
      return [id, new Set(resource ? dependenciesOf(resource, other) : [])] as const;
    });
    await runGraph(reversed(new Map(needs)), (id) => this.remove(id, other));
  }

  async remove(logicalId: string, template: Template): Promise<void> {
    const resource = this.state.resources.get(logicalId);
    if (!resource) return;
    await this.removeOrRetain(resource, template.resources[logicalId]?.DeletionPolicy);
    this.state.resources.delete(logicalId);
  }

  private async removeOrRetain(resource: Deployed, policy: Policy | undefined): Promise<void> {
    const { logicalId, type, id } = resource;
    // What a first deploy that fails has just made holds nothing yet, and would stand in the way of the next try.
    const kept = policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !this.undoingCreate);
    if (kept) {
      this.context.account.retained.push(resource);
      this.say(logicalId, type, 'DELETE_SKIPPED', { id });
      return;
    }
    this.say(logicalId, type, 'DELETE_IN_PROGRESS', { id });
    try {
      const properties = this.withDynamics(resource.properties);
      const request = this.request(logicalId, type, resource.properties);
      const { attributes } = resource;
      await this.context.typeOf(type).remove?.({ ...request, properties, id, previous: properties, attributes });
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
