import { recoveryTags } from '../recovery-plan/contract';
import type { InstanceSeen } from '../recovery-plan/sight';
import { nameIn } from '../recovery-plan/stand';
import { log } from '../shared/log';
import type { RecoveryWatchSettings } from './contract';

/** What the watch sees and does in AWS. */
export interface Watching {
  instances(prefix: string): Promise<readonly InstanceSeen[]>;
  tell(subject: string, message: string): Promise<void>;
}

export interface Watched {
  /** Identifiers whose time is over. */
  readonly over: readonly string[];
  /** Nobody has the name of the application's instance, and recoveries have put some beside. */
  readonly nameless: boolean;
}

const dayMs = 24 * 60 * 60_000;

/** Tells, each day, of what recoveries have left beside and nobody need keep any more. Deletes nothing. */
export async function watch(
  watching: Watching,
  { Instance, Environment, KeepDays }: RecoveryWatchSettings,
  now: Date,
): Promise<Watched> {
  const found = (await watching.instances(Instance)).filter(({ status }) => status !== 'deleting');
  const beside = found.filter(({ id }) => nameIn(id, Instance) !== undefined);
  const over = beside.filter((each) => keepUntil(each, Instance, KeepDays) <= now).map(({ id }) => id);
  const nameless = beside.length > 0 && !found.some(({ id }) => id === Instance);
  log(nameless ? 'ERROR' : 'INFO', 'Looked for what recoveries have left.', { over, nameless });
  const lines = [
    ...(nameless
      ? [
          `No instance is called ${Instance}, and ${beside.map(({ id }) => id).join(', ')} stand beside it: a recovery stopped between its two renames.`,
          `Finish it by "npx plinth recover resume --env ${Environment}", or undo it by "npx plinth recover swap-back --env ${Environment}".`,
        ]
      : []),
    ...over.map(
      (id) => `${id} was kept for a recovery, and its time is over. It costs money until somebody deletes it.`,
    ),
    ...(over.length > 0 ? ['How to, and what goes with it: docs/recovery.md#when-the-time-is-over'] : []),
  ];
  if (lines.length > 0) {
    const subject = nameless ? `No instance is called ${Instance}` : `What a recovery left may be deleted: ${Instance}`;
    await watching.tell(subject, lines.join('\n'));
  }
  return { over, nameless };
}

/** By its tag, which anybody may set to another day; without one, by the day of its recovery. */
function keepUntil({ id, tags }: InstanceSeen, instance: string, days: number): Date {
  const tagged = new Date(tags[recoveryTags.keepUntil] ?? '');
  if (!Number.isNaN(tagged.getTime())) return tagged;
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(nameIn(id, instance) ?? '') ?? [];
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)) + days * dayMs);
}
