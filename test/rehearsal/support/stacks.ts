import { Account } from '../../../rehearsal/account';
import type { AssemblyStack } from '../../../rehearsal/assembly';
import type { DeployContext } from '../../../rehearsal/deploy/context';
import type { DeployEvent } from '../../../rehearsal/deploy/events';
import { RehearsalError } from '../../../rehearsal/errors';
import { recordedType } from '../../../rehearsal/resources/recorded';
import { ResourceFailure, type ResourceType } from '../../../rehearsal/resources/type';
import { parseTemplate } from '../../../rehearsal/template/template';

type Section = Readonly<Record<string, unknown>>;

/** A stack of a template that is written as an object. */
export function stackOf(name: string, resources: Section, sections: Section = {}): AssemblyStack {
  const text = JSON.stringify({ ...sections, Resources: resources });
  return {
    name,
    template: parseTemplate(text, name),
    needs: [],
    account: undefined,
    region: undefined,
    assets: new Map(),
  };
}

/** A resource of the type that these tests watch. */
export const thing = (properties: Section = {}, rest: Section = {}) => ({
  Type: 'Test::Thing',
  Properties: properties,
  ...rest,
});

/** An account whose `Test::Thing` does what its properties say, and tells what was asked of it. */
export class Deploys {
  readonly account = new Account('123456789012', 'eu-west-1');
  /** `create A`, `update A`, `remove A`, in the order in which they began. */
  readonly done: string[] = [];
  readonly events: DeployEvent[] = [];
  /** Logical ids whose create, update or removal fails, such as `update A`. */
  readonly failing = new Set<string>();
  /** What an update answers with as its physical id. */
  answer: ((logicalId: string, properties: Section) => string) | undefined;
  /** Called while something is made, changed or removed. */
  during: (what: string) => Promise<void> = async () => {};
  #made = 0;

  private readonly thing: ResourceType = {
    replacing: ['Name'],
    named: 'Fixed',
    create: async ({ logicalId }) => {
      const id = `${logicalId}-${++this.#made}`;
      await this.begin(`create ${logicalId}`, id);
      return { id, attributes: { Id: id } };
    },
    update: async ({ logicalId, id, properties, attributes }) => {
      await this.begin(`update ${logicalId} ${JSON.stringify(properties)}`, undefined, `update ${logicalId}`);
      return { id: this.answer?.(logicalId, properties) ?? id, attributes };
    },
    snapshot: ({ id }) => this.begin(`snapshot ${id}`),
    remove: ({ logicalId, id }) => this.begin(`remove ${id}`, undefined, `remove ${logicalId}`),
  };

  private async begin(what: string, id?: string, failing = what): Promise<void> {
    this.done.push(what);
    await this.during(what);
    if (this.failing.has(failing)) throw new ResourceFailure(`${failing} fails`, id);
  }

  readonly context: DeployContext = {
    account: this.account,
    typeOf: (type) => {
      const found = type === 'Test::Thing' ? this.thing : recordedType(type);
      if (!found) throw new RehearsalError(`The rehearsal does not know the resource type ${type}.`);
      return found;
    },
    dynamic: (reference) => `<${reference}>`,
    emit: (event) => this.events.push(event),
  };

  /** What was done since the last time. */
  since(): string[] {
    return this.done.splice(0);
  }

  statuses(): string[] {
    return this.events.flatMap((event) => (event.kind === 'stack' ? event.status : []));
  }

  there(stack: string): Record<string, string> {
    const resources = this.account.stacks.get(stack)?.resources ?? new Map();
    return Object.fromEntries([...resources].map(([id, each]) => [id, each.id as string]));
  }
}
