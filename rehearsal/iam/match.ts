/** `*` is any text, `?` any one character; behind a backslash they stand for themselves. */
export function matches(pattern: string, text: string): boolean {
  let known = patterns.get(pattern);
  if (!known) {
    const source = pattern.replace(/\\([*?])|[.+^${}()|[\]\\*?]/g, (found, escaped?: string) => {
      if (escaped !== undefined) return `\\${escaped}`;
      return found === '*' ? '.*' : found === '?' ? '.' : `\\${found}`;
    });
    known = new RegExp(`^${source}$`, 's');
    patterns.set(pattern, known);
  }
  return known.test(text);
}

const patterns = new Map<string, RegExp>();

/** Actions are the same in small and large letters. */
export const matchesAction = (pattern: string, action: string) => matches(pattern.toLowerCase(), action.toLowerCase());

/** An ARN is matched part by part, so a star does not reach into the next part. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [wanted, given] = [parts(pattern), parts(arn)];
  return wanted.length === given.length && wanted.every((part, i) => matches(part, given[i] ?? ''));
}

function parts(arn: string): string[] {
  const split = arn.split(':');
  return split.length <= 6 ? split : [...split.slice(0, 5), split.slice(5).join(':')];
}
