import { type Asked, valuesOf } from './context';

const literal: Readonly<Record<string, string>> = { '*': '*', '?': '?', $: '$' };

/**
 * A pattern with the policy variables in it worked out: `${aws:PrincipalTag/team}`, with another value behind a comma
 * for when there is none. Undefined when a variable has no value: then the element matches nothing.
 */
export function withVariables(pattern: string, asked: Asked, from: string): string | undefined {
  let missing = false;
  const filled = pattern.replace(/\$\{([^}]*)\}/g, (_, inside: string) => {
    const plain = literal[inside];
    // What stands for itself must not become a wildcard again.
    if (plain !== undefined) return plain === '$' ? '$' : `\\${plain}`;
    const [, key = '', fallback] = /^([^,]+?)\s*(?:,\s*'([^']*)')?$/.exec(inside.trim()) ?? [];
    const values = valuesOf(asked, key, from);
    if (values?.length === 1) return values[0] as string;
    if (fallback !== undefined) return fallback;
    missing = true;
    return '';
  });
  return missing ? undefined : filled;
}
