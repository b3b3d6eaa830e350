import { log } from '../shared/log';
import { type DrillSweepSettings, drillTag } from './contract';

export interface TemporaryInstance {
  readonly id: string;
  readonly status: string;
  readonly created: Date | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the sweeper sees and does in AWS. */
export interface Sweeping {
  instances(): Promise<readonly TemporaryInstance[]>;
  remove(id: string): Promise<void>;
  tell(subject: string, message: string): Promise<void>;
}

export interface Swept {
  readonly removed: readonly string[];
  /** Could not be removed, with the reason. */
  readonly failed: readonly string[];
}

const hourMs = 60 * 60_000;

/** Removes what an aborted drill has left: by name, by tag and by age, all three. */
export async function sweep(
  sweeping: Sweeping,
  { TemporaryPrefix, OlderThanHours }: DrillSweepSettings,
  now: Date,
): Promise<Swept> {
  const removed: string[] = [];
  const failed: string[] = [];
  for (const { id, status, created, tags } of await sweeping.instances()) {
    const ours = id.startsWith(TemporaryPrefix) && tags[drillTag.key] === drillTag.value;
    const old = created !== undefined && now.getTime() - created.getTime() > OlderThanHours * hourMs;
    if (!ours || !old || status === 'deleting') continue;
    try {
      await sweeping.remove(id);
      removed.push(id);
    } catch (error) {
      failed.push(`${id}: ${(error as Error).message}`);
    }
  }
  log(failed.length > 0 ? 'ERROR' : 'INFO', 'Swept.', { removed, failed });
  if (removed.length + failed.length > 0) {
    const lines = [
      ...removed.map((id) => `${id} was left behind by a drill; its deletion has begun.`),
      ...failed.map((text) => `Could not be deleted: ${text}`),
    ];
    await sweeping.tell('A drill left an instance behind', lines.join('\n'));
  }
  return { removed, failed };
}
