import type { Backups, Instance } from './project';
import { backupWindow, maintenanceWindow, type Window } from './windows';

// AWS Backup fails a job that would begin during RDS's backup window or its maintenance window, or in the hour before
// one. And a job begins within an hour after its time.
const hour = 60;
const day = 24 * hour;
const week = 7 * day;

export interface Windows {
  readonly backups: Pick<Backups, 'window' | 'retentionDays'>;
  readonly instance: Pick<Instance, 'maintenanceWindow'>;
}

/** Hours of a day at which a job can begin, for each of the days from Monday on. */
export type QuietHours = readonly (readonly number[])[];

export function quietHours(windows: Windows): QuietHours {
  return Array.from({ length: 7 }, (_, of) =>
    Array.from({ length: 24 }, (_hour, at) => at).filter((at) => isQuiet(of * day + at * hour, windows)),
  );
}

/**
 * When daily and rarer jobs begin, in minutes from the midnight before the backup window begins: the first half hour after
 * that window that is quiet on every day. Undefined where there is none.
 */
export function quietTime(windows: Windows): number | undefined {
  const window = backupWindow(windows.backups.window);
  if (window === undefined) return undefined;
  const after = window.start + window.length;
  const times = Array.from({ length: 48 }, (_, half) => after + half * 30);
  return times.find((time) =>
    Array.from({ length: 7 }, (_, of) => of).every((of) => isQuiet(of * day + time, windows)),
  );
}

/** The longest time from one of these hours to the next, in minutes. */
export function longestGap(hours: QuietHours): number {
  const times = hours.flatMap((ofDay, of) => ofDay.map((at) => of * day + at * hour));
  const gaps = times.map((time, at) => (times[at + 1] ?? (times[0] ?? 0) + week) - time);
  return Math.max(0, ...gaps);
}

function isQuiet(minute: number, { backups, instance }: Windows): boolean {
  const daily = backups.retentionDays === 0 ? undefined : backupWindow(backups.window);
  const weekly = maintenanceWindow(instance.maintenanceWindow);
  const clear = (window: Window | undefined, round: number) => {
    if (window === undefined) return true;
    // From the hour before the window to its end; the job's own hour reaches as far back again.
    const since = (minute - (window.start - 2 * hour) + 2 * round) % round;
    return since === 0 || since >= window.length + 2 * hour;
  };
  return clear(daily, day) && clear(weekly, week);
}
