import type { Fields } from './fields';
import { show } from './place';

/** Where a state leads to: a Next, or undefined for an end. */
export function next(fields: Fields): { next: string | undefined } {
  const to = fields.string('Next');
  const end = fields.get('End');
  if (end !== undefined && end !== true) fields.at('End').problem(`must be true or left out, and is ${show(end)}.`);
  if ((to === undefined) === (end === undefined) && !(fields.has('Next') && to === undefined)) {
    fields.place.problem(to === undefined ? 'needs a Next or "End": true.' : 'has both Next and End.');
  }
  return { next: to };
}
