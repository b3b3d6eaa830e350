import { createHash } from 'node:crypto';
import type { Template } from './template/template';

/** A resource that is there now. */
export interface Deployed {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The physical id: what `Ref` gives. */
  readonly id: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** As the template says, with every intrinsic function worked out; dynamic references stand as they are written. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The name that nothing else can have while it is there, as `Account.names` holds it. */
  readonly heldName?: string;
}

export interface StackState {
  readonly name: string;
  readonly id: string;
  template: Template;
  readonly resources: Map<string, Deployed>;
  readonly outputs: Map<string, unknown>;
  /** By export name. */
  readonly exports: Map<string, unknown>;
  /** The exports of other stacks that its values come from. */
  readonly imports: Set<string>;
}

/** One account in one region: what is deployed in it, and the names that things get there. */
export class Account {
  readonly partition = 'aws';
  readonly stacks = new Map<string, StackState>();
  /** Resources whose stack is gone and that were to be kept. */
  readonly retained: Deployed[] = [];
  /** The code of functions, by its key in the bucket of the bootstrap stack, where nothing is ever removed. */
  readonly assets = new Map<string, string>();
  /** The names that templates have given, by type, with who has them: also of what is kept, or on its way out. */
  readonly names = new Map<string, string>();
  #made = 0;

  constructor(
    readonly id: string,
    readonly region: string,
  ) {}

  resources(): Deployed[] {
    return [...[...this.stacks.values()].flatMap(({ resources }) => [...resources.values()]), ...this.retained];
  }

  ofType(type: string): Deployed[] {
    return this.resources().filter((resource) => resource.type === type);
  }

  exported(name: string): { readonly value: unknown } | undefined {
    for (const { exports } of this.stacks.values()) if (exports.has(name)) return { value: exports.get(name) };
    return undefined;
  }

  arn(service: string, resource: string, { region = this.region, account = this.id } = {}): string {
    return `arn:${this.partition}:${service}:${region}:${account}:${resource}`;
  }

  /** As CloudFormation names what has no name: stack, logical id, and a random end. */
  nameFor(stack: string, logicalId: string, { longest = 64, lower = false } = {}): string {
    const end = this.random(12).toUpperCase();
    const room = longest - end.length - 2;
    const half = Math.floor(room / 2);
    const head =
      stack.length + logicalId.length <= room ? stack : stack.slice(0, Math.max(half, room - logicalId.length));
    const name = `${head}-${logicalId.slice(0, room - head.length)}-${end}`;
    return lower ? name.toLowerCase() : name;
  }

  /** Hexadecimal digits that no other thing of this account has: the same ones in every rehearsal. */
  random(length: number): string {
    this.#made++;
    return createHash('sha256').update(`${this.id} ${this.region} ${this.#made}`).digest('hex').slice(0, length);
  }
}
