import type { Account } from '../account';

export interface ResourceRequest {
  readonly account: Account;
  readonly stack: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  /** With dynamic references worked out: may hold secrets, so it goes no further than the type. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly previous: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Made {
  readonly id: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What the rehearsal does for a type of resource. Each method ends when the resource is ready, or throws a sentence. */
export interface ResourceType {
  /** Properties whose change makes a new resource in place of the old one; all others are changed in place. */
  readonly replacing: readonly string[];
  /**
   * All properties that are acted on, or kept for others to look at. Any other is refused by its name when the resource
   * is made or changed; absent where the type judges its properties itself.
   */
  readonly known?: readonly string[];
  /** What AWS would change in place, and nothing here does: a change of it is refused by its name. */
  readonly fixed?: readonly string[];
  /** The property that names it, where it has one: a new one cannot take the place of an old one of the same name. */
  readonly named?: string;
  /** What the name is unique in, where that is not the account: a property, or null where several may have the same. */
  readonly uniqueIn?: string | null;
  create(request: ResourceRequest): Promise<Made>;
  update?(request: UpdateRequest): Promise<Made>;
  /** What `DeletionPolicy: Snapshot` keeps; a type without it cannot have that policy. */
  snapshot?(request: UpdateRequest): Promise<void>;
  remove?(request: UpdateRequest): Promise<void>;
}

/** Why a resource could not be made, changed or removed. */
export class ResourceFailure extends Error {
  override readonly name = 'ResourceFailure';
  constructor(
    message: string,
    /** The physical id, where the resource got one before it failed. */
    readonly id?: string,
  ) {
    super(message);
  }
}

/** In the words of CloudFormation. */
export const alreadyExists = (type: string, name: string, by = '') =>
  new ResourceFailure(`Resource of type '${type}' with identifier '${name}' already exists.${by}`);
