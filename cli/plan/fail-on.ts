import { nearest } from '../../lib/config/nearest';
import { UsageError } from '../arguments';
import type { Report } from './report';

/** What a pipeline can stop at, each with what it is about. */
const conditions = {
  loss: ({ losses }: Report) => losses.length > 0,
  replace: ({ resources }: Report) =>
    resources.some(({ kind }) => ['removed', 'replaced', 'perhaps replaced'].includes(kind)),
  widening: ({ permissions, openings }: Report) => permissions.length + openings.length > 0,
  change: ({ empty }: Report) => !empty,
} as const;
export type Condition = keyof typeof conditions;

const names = Object.keys(conditions) as Condition[];

/** `--fail-on loss,widening`. */
export function parseFailOn(text: string | undefined): readonly Condition[] {
  return (text?.split(',') ?? []).map((word) => {
    const known = names.find((name) => name === word.trim());
    if (known !== undefined) return known;
    const guess = nearest(word.trim(), names);
    const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
    throw new UsageError(
      `--fail-on is "${text}"; it takes ${names.join(', ')}, with commas between them${hint || '.'}`,
    );
  });
}

export const met = (wanted: readonly Condition[], report: Report): readonly Condition[] =>
  wanted.filter((condition) => conditions[condition](report));
