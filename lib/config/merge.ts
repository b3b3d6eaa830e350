import { isObject } from './fields';

/**
 * An environment's settings over the project's: key by key at every depth, lists and single values as a whole. What
 * names a `mode` of its own stands alone, because the keys of one mode have no meaning in another.
 */
export function merge(project: unknown, environment: unknown): unknown {
  if (environment === undefined) return project;
  if (!isObject(project) || !isObject(environment) || Object.hasOwn(environment, 'mode')) return environment;
  const keys = new Set([...Object.keys(project), ...Object.keys(environment)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(project[key], environment[key])]));
}

/** Whether something is written at the keys. */
export function isWritten(settings: unknown, keys: readonly string[]): boolean {
  const [first, ...rest] = keys;
  if (first === undefined) return settings !== undefined;
  if (Array.isArray(settings)) return isWritten(settings[Number(first)], rest);
  return isObject(settings) && Object.hasOwn(settings, first) && isWritten(settings[first], rest);
}

/** 'environments.prod.tags["cost centre"]', 'network.zones[1]' */
export function pathOf(keys: readonly string[]): string {
  const parts = keys.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return /^[\w$-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return parts.join('').replace(/^[.]/, '');
}
