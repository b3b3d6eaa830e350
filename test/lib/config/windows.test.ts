import { backupWindow, maintenanceWindow, overlap } from '../../../lib/config/windows';

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const weekClock = (minute: number) => `${days[Math.floor(minute / 1440) % 7]}:${clock(minute)}`;

/** Every quarter of an hour of the week that a window covers, counted one by one. */
const quarters = (start: number, length: number) =>
  Array.from({ length: length / 15 }, (_, index) => (start + index * 15) % (7 * 1440));

test('two windows overlap exactly when they share a quarter of an hour on some day of the week', () => {
  const wrong: string[] = [];
  for (let start = 0; start < 1440; start += 45) {
    for (let other = 0; other < 7 * 1440; other += 105) {
      for (const [length, otherLength] of [
        [30, 60],
        [75, 30],
        [45, 1425],
      ] as const) {
        const backup = `${clock(start)}-${clock(start + length)}`;
        const maintenance = `${weekClock(other)}-${weekClock(other + otherLength)}`;
        const [daily, weekly] = [backupWindow(backup), maintenanceWindow(maintenance)];
        if (!daily || !weekly) throw new Error(`Cannot read ${backup} or ${maintenance}.`);
        const busy = new Set(quarters(other, otherLength));
        const shared = days.some((_, day) => quarters(day * 1440 + start, length).some((quarter) => busy.has(quarter)));
        if (overlap(daily, weekly) !== shared) wrong.push(`${backup} and ${maintenance}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('windows that touch do not overlap', () => {
  const maintenance = maintenanceWindow('sun:16:00-sun:17:00');
  expect(maintenance).toEqual({ start: 6 * 1440 + 960, length: 60 });
  for (const written of ['15:30-16:00', '17:00-17:30']) {
    const backup = backupWindow(written);
    expect(backup && maintenance && overlap(backup, maintenance)).toBe(false);
  }
});
