import type { Json } from '../json';
import type { Flow, State } from '../machine';
import type { Place, QueryLanguage } from './place';
import type { Supports } from './resource';

/** What a state needs to know of the machine that it is in. */
export interface Surroundings {
  readonly express: boolean;
  readonly language: QueryLanguage;
  readonly known: Supports;
  /** Parses a branch of a Parallel, or the states of a Map. */
  readonly flow: (value: Json, place: Place, more?: readonly string[]) => Flow;
}

/** A state without what all have. */
export type Body<T extends State = State> = Omit<T, 'name' | 'language'>;
