/** A place where a secret value stood in the open. */
export interface Leak {
  readonly secret: string;
  readonly where: string;
}

// Shorter ones would be found in any text.
const shortest = 8;

// What stands beside a password in a secret, and everywhere else as well.
const openFields =
  /^(user(name)?|host(name)?|endpoint|engine|port|db(name)?|database|schema|sslmode|db(instance|cluster)identifier|masterarn|region)$/i;

/** The secret values that came to be in a rehearsal, and the places where they must not stand. */
export class SecretWatch {
  readonly leaks: Leak[] = [];
  readonly #values = new Map<string, string>();

  /** A value that is secret as a whole, or JSON of which all is that does not stand elsewhere, too. */
  note(value: string, name: string): void {
    for (const secret of secretsIn(value)) {
      if (secret.length < shortest) continue;
      // As it stands, and as it stands inside of JSON, of a URL and of base64.
      const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...inBase64(secret)];
      for (const form of forms) this.#values.set(form, name);
    }
  }

  /** Looks for all of them in a text that people or services may read. */
  look(text: string, where: string): void {
    for (const secret of this.found(text)) {
      if (this.leaks.some((leak) => leak.secret === secret && leak.where === where)) continue;
      this.leaks.push({ secret, where });
    }
  }

  /** The names of those that stand in a text. */
  found(text: string): string[] {
    const names = [...this.#values].filter(([value]) => text.includes(value)).map(([, name]) => name);
    return [...new Set(names)];
  }

  /** For what is kept or shown after all. */
  redact(text: string): string {
    let shown = text;
    for (const value of this.#values.keys()) shown = shown.replaceAll(value, '***');
    return shown;
  }
}

function secretsIn(value: string): string[] {
  const parsed = objectIn(value);
  if (parsed !== undefined) return secretsOf(parsed);
  // A URL with a password, or the secret itself.
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:/@]*:([^@]+)@/i.exec(value)?.[1];
  return password === undefined ? [value] : [value, password, decoded(password)];
}

function secretsOf(value: unknown, field = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => secretsOf(item, field));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => secretsOf(item, key));
  }
  if (typeof value === 'string') return openFields.test(field) ? [] : secretsIn(value);
  return typeof value === 'number' && /password|secret|token|key|pin/i.test(field) ? [String(value)] : [];
}

function objectIn(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What base64 makes of it wherever it begins: three bytes become four characters, so there are three ways, of two alphabets. */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Without the characters at both ends that hold bits of what stands beside it.
    const begin = Math.ceil((before * 8) / 6);
    const core = text.slice(begin, Math.floor(((before + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
