import { inDev, inProd, type Refusal } from '../good-settings';

/** Dumps need it. */
const nat = { network: { egress: 'nat' } };

export const backups: readonly Refusal[] = [
  [
    'hours that are no days',
    { backups: { hourly: { keepHours: 36 } } },
    'backups.hourly.keepHours: 36 is not a whole number of days; AWS Backup takes multiples of 24',
  ],
  [
    'less than a day of hours',
    { backups: { hourly: { keepHours: 12 } } },
    'backups.hourly.keepHours: 12 is out of range; AWS Backup takes whole days, as hours from 24 to 876000',
  ],
  [
    'days for the hourly tier',
    { backups: { hourly: { keepDays: 1, keepHours: 24 } } },
    'backups.hourly.keepDays: is for the other tiers; write keepHours',
  ],
  [
    'hours for the daily tier',
    { backups: { daily: { keepHours: 24, keepDays: 1 } } },
    'backups.daily.keepHours: is for the hourly tier; write keepDays',
  ],
  [
    'a weekly tier of 6 days',
    { backups: { weekly: { keepDays: 6 } } },
    'backups.weekly.keepDays: 6 is shorter than the time to the next one; keep a weekly one for 7 days at least',
  ],
  [
    'a monthly tier of 30 days',
    { backups: { monthly: { keepDays: 30 } } },
    'backups.monthly.keepDays: 30 is shorter than the time to the next one; keep a monthly one for 31 days at least',
  ],
  [
    'a daily tier kept for no day',
    { backups: { daily: { keepDays: 0 } } },
    'backups.daily.keepDays: 0 is out of range; AWS Backup takes 1 to 36500',
  ],
  [
    'a weekly tier kept shorter than the daily one',
    { backups: { daily: { keepDays: 30 }, weekly: { keepDays: 14 } } },
    'backups.weekly.keepDays: 14 is shorter than the daily tier is kept, 30 days; a rarer one is kept at least as long',
  ],
  [
    'a tier outside the vault lock',
    { backups: { hourly: { keepHours: 24 }, vaultLock: { mode: 'governance', minimumDays: 7, maximumDays: 90 } } },
    'backups.hourly.keepHours: 24 is outside the vault lock of 7 to 90 days; AWS Backup would refuse each job',
  ],
  [
    'a vault lock that is final after a day',
    { backups: { vaultLock: { mode: 'compliance', minimumDays: 1, maximumDays: 9, changeableForDays: 1 } } },
    'backups.vaultLock.changeableForDays: 1 is out of range; AWS Backup takes 3 to 36500',
  ],
  [
    'a vault lock upside down',
    { backups: { vaultLock: { mode: 'governance', minimumDays: 9, maximumDays: 1 } } },
    'backups.vaultLock.minimumDays: 9 is over maximumDays, 1',
  ],
  [
    'a copy into the same region',
    { backups: { daily: { keepDays: 7 }, copyTo: { region: 'ap-southeast-2', keepDays: 7 } } },
    "backups.copyTo.region: 'ap-southeast-2' is the region of the environment itself; a copy goes to another one",
  ],
  [
    'a copy to nowhere',
    { backups: { daily: { keepDays: 7 }, copyTo: { keepDays: 7 } } },
    'backups.copyTo: goes nowhere; write another region, or another account',
  ],
  [
    'a copy to another region of another account',
    { backups: { daily: { keepDays: 7 }, copyTo: { region: 'ap-southeast-4', account: '210987654321', keepDays: 7 } } },
    'backups.copyTo: goes to another region and another account; AWS Backup copies snapshots of RDS to one of them',
  ],
  [
    'a copy of nothing',
    { backups: { copyTo: { region: 'ap-southeast-4', keepDays: 7 } } },
    'backups.copyTo: copies nothing; it takes a daily, weekly or monthly tier',
  ],
  [
    'dumps kept for no day',
    { ...nat, backups: { dumps: { schedule: 'daily', keepDays: 0 } } },
    'backups.dumps.keepDays: 0 is out of range; S3 takes 1 to 36500',
  ],
  [
    'dumps every minute',
    { ...nat, backups: { dumps: { schedule: 'minutely', keepDays: 7 } } },
    "backups.dumps.schedule: 'minutely' is not allowed; write 'daily' or 'weekly'",
  ],
  [
    'weekly dumps kept for three days',
    { ...nat, backups: { dumps: { schedule: 'weekly', keepDays: 3 } } },
    'backups.dumps.keepDays: 3 is shorter than the time to the next one; keep a weekly dump for 7 days at least',
  ],
  [
    'dumps locked for longer than they are kept',
    { ...nat, backups: { dumps: { schedule: 'daily', keepDays: 7, lockDays: 8 } } },
    'backups.dumps.lockDays: 8 is longer than keepDays, 7; a dump cannot expire while it is locked',
  ],
  [
    'dumps that move to Glacier when they are gone',
    { ...nat, backups: { dumps: { schedule: 'daily', keepDays: 7, glacierAfterDays: 7 } } },
    'backups.dumps.glacierAfterDays: 7 is not before keepDays, 7; a dump would be gone by then',
  ],
  [
    'a dump that may not shrink at all',
    { ...nat, backups: { dumps: { schedule: 'daily', keepDays: 7, maximumShrinkPercent: 0 } } },
    'backups.dumps.maximumShrinkPercent: 0 is out of range; a share is 1 to 100',
  ],
  [
    'dumps without a way to the images that make them',
    { backups: { dumps: { schedule: 'daily', keepDays: 7 } }, network: { egress: 'endpoints' } },
    "backups.dumps: cannot run without a way to the public registry of its images, which no VPC endpoint leads to; set network.egress to 'nat'",
  ],
  [
    'a drill of dumps that nobody makes',
    inProd({ drills: { kinds: ['snapshot', 'dump'] } }),
    "environments.prod.drills.kinds[1]: 'dump' has nothing to restore: there is no dump; set backups.dumps",
  ],
  [
    'a drill of points in time without backups',
    inDev({ backups: { retentionDays: 0 }, drills: { schedule: 'weekly', kinds: ['pointInTime'] } }),
    "environments.dev.drills.kinds[0]: 'pointInTime' has nothing to restore: there is no point in time; set backups.retentionDays to 1 to 35",
  ],
  [
    'a drill of snapshots without any',
    inDev({ backups: { retentionDays: 0 }, drills: { schedule: 'weekly' } }),
    "environments.dev.drills.kinds[0]: 'snapshot' has nothing to restore: there is no snapshot; set backups.retentionDays or a tier",
  ],
  [
    'a drill of nothing',
    inProd({ drills: { kinds: [] } }),
    "environments.prod.drills.kinds: has 0 of at least 1; write what is restored, such as 'snapshot'",
  ],
  [
    'a drill of something else',
    inProd({ drills: { kinds: ['snapshots'] } }),
    "environments.prod.drills.kinds[0]: 'snapshots' is not allowed; write 'snapshot', 'pointInTime' or 'dump'",
  ],
  [
    'a drill of one thing twice',
    inProd({ drills: { kinds: ['snapshot', 'snapshot'] } }),
    "environments.prod.drills.kinds: names 'snapshot' twice; once is enough",
  ],
  [
    'an RPO under 5 minutes',
    { objectives: { rtoMinutes: 15, rpoMinutes: 1 } },
    'objectives.rpoMinutes: 1 is out of range; RDS can keep 5 to 44640',
  ],
  [
    'an RPO that the backups cannot keep',
    inDev({ backups: { retentionDays: 0, daily: { keepDays: 1 } }, objectives: { rtoMinutes: 15, rpoMinutes: 60 } }),
    'environments.dev.objectives.rpoMinutes: 60 cannot be kept: the most frequent backup is daily; set backups.retentionDays to 1 to 35',
  ],
  [
    'an objective without RTO',
    { objectives: { rpoMinutes: 60 } },
    'objectives.rtoMinutes: is missing; write the minutes until the database is back',
  ],
  [
    'the name of an approval with a capital letter',
    inProd({ drills: { signOff: ['Lead'] } }),
    "environments.prod.drills.signOff[0]: 'Lead' is not an approval's name; write it like 'lead-engineer', with at most 26 letters",
  ],
  [
    'the name of an approval that is too long for its function',
    inProd({ drills: { signOff: ['abcdefghijklmnopqrstuvwxyza'] } }),
    "environments.prod.drills.signOff[0]: 'abcdefghijklmnopqrstuvwxyza' is not an approval's name; write it like 'lead-engineer', with at most 26 letters",
  ],
  [
    'one approval twice',
    inProd({ drills: { signOff: ['lead', 'lead'] } }),
    "environments.prod.drills.signOff: names 'lead' twice; once is enough",
  ],
  [
    'windows that leave no time for a tier',
    {
      backups: { window: '00:00-22:30', daily: { keepDays: 7 } },
      instance: { maintenanceWindow: 'sun:22:30-sun:23:00' },
    },
    "backups.window: '00:00-22:30' leaves no time for the tiers: AWS Backup begins nothing in it, nor in the maintenance window, 'sun:22:30-sun:23:00', nor in the hour before each; make one of them shorter",
  ],
  [
    'an objective that the pause around the windows breaks',
    inDev({ backups: { retentionDays: 0, hourly: { keepHours: 24 } }, objectives: { rtoMinutes: 60, rpoMinutes: 60 } }),
    "environments.dev.objectives.rpoMinutes: 60 cannot be kept: the most frequent backup is hourly, with up to 240 minutes around RDS's windows; set backups.retentionDays to 1 to 35",
  ],
  [
    'evidence that is locked for less than no time',
    inProd({ drills: { lockEvidenceDays: -1 } }),
    'environments.prod.drills.lockEvidenceDays: -1 is out of range; S3 takes 0 to 36500',
  ],
  [
    'no time at all to sign',
    inProd({ drills: { signOffWithinHours: 0 } }),
    'environments.prod.drills.signOffWithinHours: 0 is out of range; a drill waits 1 to 720',
  ],
  [
    'restore tests without a tier',
    inDev({ drills: { restoreTesting: { schedule: 'weekly' } } }),
    'environments.dev.drills.restoreTesting: has nothing to restore: there is no tier; set backups.daily or another',
  ],
  [
    'restore tests without a schedule',
    inProd({ drills: { restoreTesting: {} } }),
    "environments.prod.drills.restoreTesting.schedule: is missing; write how often: 'daily', 'weekly' or 'monthly'",
  ],
];
