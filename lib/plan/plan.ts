import { findLosses, type Loss } from '../checks/losses';
import type { Templates } from '../checks/templates';
import { type Changes, compare } from './changes';
import { type CostChange, compareCosts } from './cost';
import { findWidenings, type Widenings } from './permissions';

/** What a deploy of one set of templates over another would do, as far as the templates tell it. */
export interface TemplatePlan extends Changes, Widenings {
  readonly losses: readonly Loss[];
  readonly costs: readonly CostChange[];
}

export const planTemplates = (before: Templates, after: Templates, region: string): TemplatePlan => ({
  losses: findLosses(before, after),
  ...compare(before, after),
  ...findWidenings(before, after),
  costs: compareCosts(before, after, region),
});
