import type { DrillKind } from '../../lib/config/project';
import { UsageError, wholeNumber } from '../arguments';

export interface SourceOptions {
  readonly snapshot: string | undefined;
  readonly tier: string | undefined;
  readonly to: string | undefined;
  readonly 'random-within-days': string | undefined;
}

const tiers = ['hourly', 'daily', 'weekly', 'monthly'];

/** What a drill restores, as its machine takes it; nothing for the newest. */
export function sourceOf(kind: DrillKind, given: SourceOptions): object {
  const { snapshot, tier, to } = given;
  const days = wholeNumber('random-within-days', given['random-within-days'], 1, 3650);
  const named = Object.entries({ snapshot, tier, to, 'random-within-days': days }).filter(
    ([, value]) => value !== undefined,
  );
  if (named.length > 1) {
    throw new UsageError(`One source is enough; ${named.map(([name]) => `--${name}`).join(' and ')} were given.`);
  }
  const [[name = ''] = []] = named;
  const own: Readonly<Record<string, readonly DrillKind[]>> = {
    snapshot: ['snapshot'],
    tier: ['snapshot'],
    to: ['pointInTime', 'dump'],
  };
  const of = own[name];
  if (of !== undefined && !of.includes(kind))
    throw new UsageError(`--${name} is for a drill of the kind ${of.join(' or ')}; this one is ${kind}.`);
  if (tier !== undefined && !tiers.includes(tier)) {
    throw new UsageError(`--tier takes one of ${tiers.join(', ')}; "${tier}" was given.`);
  }
  if (to !== undefined && (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?Z$/.test(to) || Number.isNaN(Date.parse(to)))) {
    throw new UsageError(`--to takes a time like 2026-11-21T04:00:00Z; "${to}" was given.`);
  }
  return {
    ...(snapshot !== undefined && { snapshot }),
    ...(tier !== undefined && { tier }),
    ...(to !== undefined && { time: to }),
    ...(days !== undefined && { randomWithinDays: days }),
  };
}
