import type { Json, JsonObject } from '../json';
import type { Variables } from './variables';

/** What an expression can see. */
export interface View {
  /** `$` of JSONPath: what that is depends on the field. */
  readonly document: Json;
  /** `$states` of JSONata. */
  readonly states: {
    readonly input: Json;
    readonly context: JsonObject;
    readonly result?: Json;
    readonly errorOutput?: Json;
  };
  readonly variables: Variables;
  readonly now: () => number;
}

/** A field of the definition that is ready to be evaluated; what fails is a StateFailure. */
export type Expression = (view: View) => Json | Promise<Json>;
