/** A place where a secret value stood in the open. */
export interface Leak {
  readonly secret: string;
  readonly where: string;
}

// Shorter ones would be found in any text.
const shortest = 8;

/** The secret values that came to be in a rehearsal, and the places where they must not stand. */
export class SecretWatch {
  readonly leaks: Leak[] = [];
  readonly #values = new Map<string, string>();

  /** A value that is secret as a whole, or JSON of which the passwords are. */
  note(value: string, name: string): void {
    for (const secret of secretsIn(value)) {
      if (secret.length < shortest) continue;
      // As it stands, and as it stands inside of JSON, of a URL and of base64.
      const encoded = Buffer.from(secret).toString('base64');
      for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), encoded])) {
        this.#values.set(form, name);
      }
    }
  }

  /** Looks for all of them in a text that people or services may read. */
  look(text: string, where: string): void {
    for (const [value, secret] of this.#values) {
      if (!text.includes(value) || this.leaks.some((leak) => leak.secret === secret && leak.where === where)) continue;
      this.leaks.push({ secret, where });
    }
  }

  /** For what is kept or shown after all. */
  redact(text: string): string {
    let shown = text;
    for (const value of this.#values.keys()) shown = shown.replaceAll(value, '***');
    return shown;
  }
}

function secretsIn(value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null) {
      return Object.entries(parsed)
        .filter(([key]) => /password|secret|token/i.test(key))
        .map(([, item]) => String(item));
    }
  } catch {
    // No JSON: a URL with a password, or the secret itself.
  }
  const password = /^[a-z]+:\/\/[^:/@]+:([^@]+)@/.exec(value)?.[1];
  return password === undefined ? [value] : [value, decodeURIComponent(password)];
}
