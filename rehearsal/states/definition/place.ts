import type { Json } from '../json';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A variable that an expression reads, or that a state assigns. */
export interface VariableUse {
  readonly name: string;
  readonly path: string;
}

/** The variables of one flow: the machine's, a branch's, or an iteration's. */
export interface VariableScope {
  readonly outer: VariableScope | undefined;
  readonly assigned: VariableUse[];
  readonly read: VariableUse[];
}

/** Where in the definition something stands, and where to complain about it. */
export class Place {
  constructor(
    /** From the top, for people: `States.Check.Retry[0]`. */
    readonly path: string,
    /** From the state on, as the history names a failed expression: `Output/verdict`. */
    readonly location: string,
    readonly language: QueryLanguage,
    readonly scope: VariableScope,
    readonly problems: string[],
  ) {}

  at(key: string): Place {
    const path = this.path === '' ? key : `${this.path}.${key}`;
    return this.moved(path, this.location === '' ? key : `${this.location}/${key}`);
  }

  index(i: number): Place {
    return this.moved(`${this.path}[${i}]`, `${this.location}[${i}]`);
  }

  problem(sentence: string): void {
    this.problems.push(this.path === '' ? sentence : `${this.path}: ${sentence}`);
  }

  /** A state begins: locations are told from it on. */
  state(name: string, language: QueryLanguage): Place {
    const { path } = this.at('States').at(name);
    return new Place(path, '', language, this.scope, this.problems);
  }

  inner(): Place {
    const scope = { outer: this.scope, assigned: [], read: [] };
    return new Place(this.path, this.location, this.language, scope, this.problems);
  }

  reads(name: string): void {
    this.scope.read.push({ name, path: this.path });
  }

  private moved(path: string, location: string): Place {
    return new Place(path, location, this.language, this.scope, this.problems);
  }
}

/** A value of the definition in a few words, for a sentence about it. */
export function show(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function isArrayOfStrings(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}
