import { longestGap, quietHours, quietTime, type Windows } from '../../../lib/config/quiet-time';

const windows = (window: string, maintenanceWindow: string, retentionDays = 7): Windows => ({
  backups: { window, retentionDays },
  instance: { maintenanceWindow },
});
const clock = (minutes: number | undefined) =>
  minutes === undefined ? undefined : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

describe('the first quiet time after the backup window', () => {
  test.each([
    ['is its end, where maintenance is far away', windows('02:00-02:30', 'wed:12:00-wed:13:00'), '2:30'],
    [
      'is the end of maintenance, where that follows on one day',
      windows('15:30-16:00', 'sun:16:30-sun:17:30'),
      '17:30',
    ],
    // A job begins within the hour after its time, and none may in the hour before maintenance.
    ['keeps two hours before maintenance', windows('02:00-02:30', 'sun:04:29-sun:05:00'), '5:00'],
    ['may end just there', windows('02:00-02:30', 'sun:04:30-sun:05:00'), '2:30'],
    ['goes over midnight', windows('23:00-23:30', 'tue:01:00-tue:02:00'), '26:00'],
    ['does not mind a window in which RDS backs up nothing', windows('15:30-16:00', 'sun:20:00-sun:21:00', 0), '16:00'],
  ])('%s', (_name, given, expected) => {
    expect(clock(quietTime(given))).toBe(expected);
  });

  test('is none where the windows fill the day', () => {
    expect(quietTime(windows('00:00-22:30', 'sun:22:30-sun:23:00'))).toBeUndefined();
  });
});

test('hours are quiet outside of both windows and the two hours before each, on the days that have them', () => {
  const hours = quietHours(windows('15:30-16:00', 'sun:16:30-sun:17:30'));
  const all = Array.from({ length: 24 }, (_, at) => at);
  expect(hours[0]).toEqual(all.filter((at) => ![14, 15].includes(at)));
  expect(hours[6]).toEqual(all.filter((at) => ![14, 15, 16, 17].includes(at)));
});

test('maintenance over the end of the week is kept clear on both days', () => {
  const hours = quietHours(windows('12:00-12:30', 'sun:23:00-mon:01:30', 0));
  expect(hours[6]).not.toContain(22);
  expect(hours[6]).toContain(21);
  expect(hours[0]).not.toContain(1);
  expect(hours[0]).toContain(2);
});

test('the longest gap is the one around the windows, also over the end of the week', () => {
  expect(longestGap(quietHours(windows('15:30-16:00', 'sun:16:30-sun:17:30')))).toBe(5 * 60);
  expect(longestGap(quietHours(windows('12:00-12:30', 'sun:23:00-mon:01:30', 0)))).toBe(5 * 60);
  expect(longestGap([])).toBe(0);
});
