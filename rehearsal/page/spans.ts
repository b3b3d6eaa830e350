import type { PhaseName, TimedEvent } from '../report';

/** What was done to one resource, from its beginning to its end. */
export interface Bar {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly phase: PhaseName;
  readonly verb: string;
  readonly beginMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly reason?: string;
}

const verbs: Readonly<Record<string, string>> = { CREATE: 'created', UPDATE: 'changed', DELETE: 'removed' };

export function barsOf(events: readonly TimedEvent[]): Bar[] {
  const begun = new Map<string, number>();
  return events.flatMap((event): Bar[] => {
    if (event.kind !== 'resource') return [];
    const { stack, logicalId, type, phase, status, at, reason } = event;
    const key = `${stack}/${logicalId}`;
    if (status.endsWith('_IN_PROGRESS')) {
      begun.set(key, at);
      return [];
    }
    const beginMs = begun.get(key) ?? at;
    begun.delete(key);
    const [verb = ''] = status.split('_');
    const failed = status.endsWith('_FAILED');
    const told = failed
      ? `${verb.toLowerCase()} failed`
      : status === 'DELETE_SKIPPED'
        ? 'retained'
        : (verbs[verb] ?? '');
    return [
      {
        stack,
        logicalId,
        type,
        phase,
        verb: told,
        beginMs,
        endMs: at,
        failed,
        ...(reason !== undefined && { reason }),
      },
    ];
  });
}

/** When a stack was under way. */
export function stackSpans(events: readonly TimedEvent[], stack: string): { beginMs: number; endMs: number }[] {
  const spans: { beginMs: number; endMs: number }[] = [];
  for (const event of events) {
    if (event.kind !== 'stack' || event.stack !== stack || event.status === 'UNCHANGED') continue;
    const last = spans.at(-1);
    if (/^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.status)) spans.push({ beginMs: event.at, endMs: event.at });
    else if (last) last.endMs = event.at;
  }
  return spans;
}

/** A row for each bar, so that none covers another; a bar takes at least `least`. */
export function packed(
  bars: readonly Pick<Bar, 'beginMs' | 'endMs'>[],
  least: number,
): { readonly rows: readonly number[]; readonly count: number } {
  const taken: { readonly from: number; readonly until: number }[][] = [];
  const rows = bars.map(() => 0);
  const spans = bars.map(({ beginMs, endMs }, at) => ({ at, from: beginMs, until: Math.max(endMs, beginMs + least) }));
  // The long ones first, so that they stand at the top.
  const order = [...spans].sort((a, b) => b.until - b.from - (a.until - a.from) || a.from - b.from);
  for (const { at, from, until } of order) {
    const found = taken.findIndex((row) => row.every((other) => other.until <= from || until <= other.from));
    const row = found < 0 ? taken.length : found;
    taken[row] = [...(taken[row] ?? []), { from, until }];
    rows[at] = row;
  }
  return { rows, count: Math.max(1, taken.length) };
}
