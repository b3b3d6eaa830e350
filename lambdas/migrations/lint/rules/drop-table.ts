import { dropped } from '../drops';
import type { Check } from '../rule';

/** A table that this file made itself holds nothing of anybody's. */
export const dropTable: Check<{ name: string }> = function* (context) {
  for (const hit of dropped(context, 'OBJECT_TABLE')) if (!context.books.isNew(hit.facts.name)) yield hit;
};
