import { OperationError } from './errors';

/** What the construct wrote for this function, as JSON in one environment variable. Never a secret. */
export function settingsFrom<T>(variable: string): T {
  const text = process.env[variable];
  if (text === undefined) throw new OperationError(`The environment variable ${variable} is not set.`);
  return JSON.parse(text) as T;
}
