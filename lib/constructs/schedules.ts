import * as events from 'aws-cdk-lib/aws-events';
import type { Environment } from '../config';
import { type QuietHours, quietTime } from '../config/quiet-time';
import { backupWindow } from '../config/windows';

const weekDays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const dayMinutes = 24 * 60;

/** Minutes from the midnight before the backup window: when it begins, and when the tiers do. */
export function nightOf(environment: Environment): { readonly window: number; readonly tiers: number } {
  const { start, length } = backupWindow(environment.backups.window) ?? { start: 0, length: 0 };
  // Without tiers, no time has to be quiet.
  return { window: start, tiers: quietTime(environment) ?? start + length };
}

/** So many minutes after midnight, every day, or of one day of the week or month; over midnight it is the next day. */
export function cronAt(
  minutes: number,
  on: { readonly weekDay?: string; readonly day?: number } = {},
): events.Schedule {
  const over = Math.floor(minutes / dayMinutes);
  const { weekDay, day } = on;
  return events.Schedule.cron({
    minute: String(minutes % 60),
    hour: String(Math.floor(minutes / 60) % 24),
    ...(weekDay !== undefined && { weekDay: weekDays[(weekDays.indexOf(weekDay) + over) % 7] ?? weekDay }),
    ...(day !== undefined && { day: String(day + over) }),
  });
}

/** At these full hours: one expression for all days that have the same ones. Days are counted from Monday on. */
export function cronsOf(hours: QuietHours): readonly { readonly days: string; readonly schedule: events.Schedule }[] {
  const alike = new Map<string, string[]>();
  hours.forEach((ofDay, at) => {
    const name = weekDays[(at + 1) % 7] ?? '';
    alike.set(ofDay.join(), [...(alike.get(ofDay.join()) ?? []), name]);
  });
  return [...alike].flatMap(([written, days]) => {
    if (written === '') return [];
    const hour = written.split(',').length === 24 ? '*' : written;
    const weekDay = days.length === 7 ? {} : { weekDay: days.join() };
    return [{ days: days.join('-').toLowerCase(), schedule: events.Schedule.cron({ minute: '0', hour, ...weekDay }) }];
  });
}
