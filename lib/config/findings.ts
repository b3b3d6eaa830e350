/** One thing that is wrong with the settings. `path` says where it is written, `message` is the rest of the sentence. */
export interface Finding {
  readonly path: string;
  readonly message: string;
  /** Only where it is a plain value, and never a secret. */
  readonly value?: string | number | boolean;
}

/** Everything that is wrong with the settings, in one message of a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    headline: string,
    readonly errors: readonly Finding[] = [],
  ) {
    super([headline, ...errors.map(({ path, message }) => `  ${path}: ${message}`)].join('\n'));
  }
}

/** Collects what is wrong. The same finding, met again in each environment that inherits it, counts once. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  add(keys: readonly string[], place: string, sentence: string, value: unknown): void {
    const secret = keys.some(looksSecret);
    const message = value === undefined ? sentence : `${secret ? '(hidden)' : show(value)} ${sentence}`;
    const plain = secret ? undefined : masked(value);
    const finding = plain === undefined ? { path: place, message } : { path: place, message, value: plain };
    this.#found.set(`${place}\n${message}`, finding);
  }

  get all(): readonly Finding[] {
    return [...this.#found.values()];
  }
}

/** Whether a key promises a secret as its value. No setting of ours does. */
export function looksSecret(key: string): boolean {
  return /pass(word|wd|phrase|code)?$|password|secret|token|credential|(private|api|access).?key/i.test(key);
}

/** A connection string that was pasted somewhere brings its password along: what stands before its last @ goes. */
export function withoutCredentials(text: string): string {
  return text.replace(/:\/\/\S*@/g, '://(hidden)@');
}

/** A value as a message shows it: short, on one line, without credentials. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    const line = JSON.stringify(withoutCredentials(value)).slice(1, -1).replaceAll('\\"', '"');
    return line.length > 80 ? `'${line.slice(0, 77)}...'` : `'${line}'`;
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function masked(value: unknown): Finding['value'] {
  if (typeof value === 'string') return withoutCredentials(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
