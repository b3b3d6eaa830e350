import { isObject, type Json, type JsonObject, own } from '../json';
import { type Place, show } from './place';

/** Fields that belong to one of the two languages alone. */
const jsonPathOnly = [
  'InputPath',
  'OutputPath',
  'Parameters',
  'ResultPath',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'MaxConcurrencyPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'Variable',
  'And',
  'Or',
  'Not',
];
const jsonataOnly = ['Arguments', 'Output', 'Items', 'Condition'];

/** The fields of one object of the definition. What nobody has asked for by the end is refused. */
export class Fields {
  private readonly known = new Set<string>();
  private readonly refused = new Set<string>();

  constructor(
    readonly object: JsonObject,
    readonly place: Place,
  ) {}

  static of(value: Json | undefined, place: Place): Fields | undefined {
    if (isObject(value)) return new Fields(value, place);
    place.problem(`must be an object, and is ${show(value)}.`);
    return undefined;
  }

  get(key: string): Json | undefined {
    this.known.add(key);
    return own(this.object, key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  at(key: string): Place {
    return this.place.at(key);
  }

  string(key: string): string | undefined {
    return this.typed(key, 'a text', (value): value is string => typeof value === 'string' && value !== '');
  }

  /** The one text that may be empty. */
  comment(): string | undefined {
    return this.typed('Comment', 'a text', (value): value is string => typeof value === 'string');
  }

  number(key: string, least: number, most: number, whole = true): number | undefined {
    const kind = whole ? 'a whole number' : 'a number';
    return this.typed(
      key,
      `${kind} from ${least} to ${most}`,
      (value): value is number =>
        typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)),
    );
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T | undefined {
    return this.typed(key, `one of ${allowed.join(', ')}`, (value): value is T =>
      (allowed as readonly unknown[]).includes(value),
    );
  }

  array(key: string): Json[] | undefined {
    return this.typed(key, 'a list', Array.isArray as (value: Json) => value is Json[]);
  }

  objectAt(key: string): JsonObject | undefined {
    return this.typed(key, 'an object', isObject);
  }

  required(key: string): void {
    if (!this.has(key)) this.place.problem(`${key} is missing.`);
  }

  /** At most one of these. */
  exclusive(...keys: string[]): void {
    const given = keys.filter((key) => this.has(key));
    if (given.length > 1) this.place.problem(`${given.join(' and ')} exclude each other.`);
  }

  /** A field that exists in the language, and that this interpreter does not do. */
  refuse(key: string, why: string): void {
    this.refused.add(key);
    if (own(this.object, key) !== undefined) this.at(key).problem(why);
  }

  end(what: string): void {
    for (const key of Object.keys(this.object)) {
      if (this.known.has(key) || this.refused.has(key)) continue;
      const { language } = this.place;
      if (language === 'JSONata' && (jsonPathOnly.includes(key) || key.endsWith('Path'))) {
        this.at(key).problem('belongs to JSONPath, and this state speaks JSONata.');
      } else if (language === 'JSONPath' && jsonataOnly.includes(key)) {
        this.at(key).problem('belongs to JSONata, and this state speaks JSONPath.');
      } else {
        this.at(key).problem(`is no field of ${what}, which has ${[...this.known].sort().join(', ')}.`);
      }
    }
  }

  private typed<T extends Json>(key: string, allowed: string, is: (value: Json) => value is T): T | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (is(value)) return value;
    this.at(key).problem(`must be ${allowed}, and is ${show(value)}.`);
    return undefined;
  }
}
