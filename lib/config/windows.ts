import type { Parser } from './fields';
import { also, text } from './values';

/** Minutes: of the day for a backup window, of the week from Monday on for a maintenance window. All UTC. */
export interface Window {
  readonly start: number;
  readonly length: number;
}

const day = 24 * 60;
const week = 7 * day;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const clock = '([01]\\d|2[0-3]):([0-5]\\d)';
const daily = new RegExp(`^${clock}-${clock}$`);
const weekly = new RegExp(`^(${days.join('|')}):${clock}-(${days.join('|')}):${clock}$`);

/** A window may go over midnight, or over the end of the week. */
const from = (start: number, end: number, round: number): Window => ({ start, length: (end - start + round) % round });

export function backupWindow(written: string): Window | undefined {
  const [, h1, m1, h2, m2] = daily.exec(written) ?? [];
  return m2 === undefined ? undefined : from(Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2), day);
}

export function maintenanceWindow(written: string): Window | undefined {
  const [, d1 = '', h1, m1, d2 = '', h2, m2] = weekly.exec(written) ?? [];
  const minute = (name: string, hours = '', minutes = '') =>
    days.indexOf(name) * day + Number(hours) * 60 + Number(minutes);
  return m2 === undefined ? undefined : from(minute(d1, h1, m1), minute(d2, h2, m2), week);
}

/** Whether a daily window and a weekly one share a minute on any day. Touching is no overlap. */
export function overlap(backup: Window, maintenance: Window): boolean {
  return days.some((_, index) => {
    const start = index * day + backup.start;
    const untilMaintenance = (maintenance.start - start + week) % week;
    const untilBackup = (start - maintenance.start + week) % week;
    return untilMaintenance < backup.length || untilBackup < maintenance.length;
  });
}

function windowText(read: typeof backupWindow, form: string): Parser<string> {
  return also(text, (written) => {
    const window = read(written);
    if (window === undefined) return `is not a window; write it in UTC like '${form}'`;
    return window.length < 30 ? `is ${window.length} minutes long; RDS wants at least 30` : undefined;
  });
}

export const backupWindowText = windowText(backupWindow, '15:30-16:00');

export const maintenanceWindowText = also(windowText(maintenanceWindow, 'sun:16:30-sun:17:30'), (written) =>
  (maintenanceWindow(written)?.length ?? 0) < day ? undefined : 'is a day or longer; RDS wants less than 24 hours',
);
