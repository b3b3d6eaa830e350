import { log } from '../shared/log';
import type { DrillWatchSettings } from './contract';

/** What the watch sees of the evidence, and what it keeps there for itself. */
export interface Watched {
  /** Keys below a prefix, in their order. */
  list(prefix: string): Promise<readonly string[]>;
  read(key: string): Promise<string | undefined>;
  write(key: string, body: string): Promise<void>;
}

export interface Overdue {
  readonly kind: string;
  /** When a drill of this kind last ended; absent when none ever did. */
  readonly last?: string;
  /** When the watch over it began. */
  readonly since: string;
}

interface Brief {
  readonly EndedAt: string;
  readonly Record: { readonly Kind: string };
}

const hourMs = 60 * 60_000;

/**
 * The kinds of which no drill has ended in time, whether it passed or failed: a drill that ends tells of itself, and one
 * that never starts tells nobody. A month is longer than an alarm can look back, so the history is looked through.
 */
export async function watch(
  evidence: Watched,
  { Kinds, WithinHours }: Pick<DrillWatchSettings, 'Kinds' | 'WithinHours'>,
  now: Date,
): Promise<readonly Overdue[]> {
  const last = await lastOf(evidence, Kinds);
  const overdue: Overdue[] = [];
  for (const kind of Kinds) {
    const since = await sinceOf(evidence, kind, now);
    const ended = last.get(kind);
    const reference = Math.max(Date.parse(since), ended === undefined ? 0 : Date.parse(ended));
    if (now.getTime() - reference <= WithinHours * hourMs) continue;
    overdue.push({ kind, since, ...(ended !== undefined && { last: ended }) });
  }
  log(overdue.length > 0 ? 'ERROR' : 'INFO', 'Watched over the drills.', { overdue, last: Object.fromEntries(last) });
  return overdue;
}

/** The keys begin with the time, so the newest stand last, and few are read. */
async function lastOf(evidence: Watched, kinds: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const key of [...(await evidence.list('history/'))].reverse()) {
    if (kinds.every((kind) => found.has(kind))) break;
    const text = await evidence.read(key);
    if (text === undefined) continue;
    const { EndedAt, Record } = JSON.parse(text) as Brief;
    if (!found.has(Record.Kind)) found.set(Record.Kind, EndedAt);
  }
  return found;
}

/** Kept when a kind is first seen: before it, nothing was due. */
async function sinceOf(evidence: Watched, kind: string, now: Date): Promise<string> {
  const key = `watch/${kind}.json`;
  const text = await evidence.read(key);
  if (text !== undefined) return (JSON.parse(text) as { readonly Since: string }).Since;
  const Since = now.toISOString();
  await evidence.write(key, `${JSON.stringify({ Since })}\n`);
  return Since;
}
