import type { ResourceRequest } from './type';

/** A type that does nothing by itself at run time: it is kept as it is declared, and others look at it. */
export interface Recorded {
  /** Begins the physical id, where AWS makes one up; otherwise the property that holds the name. */
  readonly prefix?: string;
  readonly name?: string;
  /** What the name is unique in, where that is not the account: a property, or null where several may have the same. */
  readonly uniqueIn?: string | null;
  /** Where `Ref` gives something else than the name. */
  readonly id?: (name: string, request: ResourceRequest) => string;
  readonly attributes?: (id: string, request: ResourceRequest) => Readonly<Record<string, unknown>>;
  readonly replacing?: readonly string[];
}

export const property = (request: ResourceRequest, name: string) => request.properties[name];
