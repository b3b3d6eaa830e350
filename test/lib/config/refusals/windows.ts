import { inDev, inProd, type Refusal } from '../good-settings';

export const windows: readonly Refusal[] = [
  [
    'a backup window of 15 minutes',
    inProd({ backups: { window: '15:30-15:45' } }),
    "environments.prod.backups.window: '15:30-15:45' is 15 minutes long; RDS wants at least 30",
  ],
  [
    'a backup window of no length',
    { backups: { window: '15:30-15:30' } },
    "backups.window: '15:30-15:30' is 0 minutes long; RDS wants at least 30",
  ],
  [
    'a backup window with a bad hour',
    { backups: { window: '24:00-24:30' } },
    "backups.window: '24:00-24:30' is not a window; write it in UTC like '15:30-16:00'",
  ],
  [
    'a backup window without leading zeros',
    { backups: { window: '3:30-4:00' } },
    "backups.window: '3:30-4:00' is not a window; write it in UTC like '15:30-16:00'",
  ],
  [
    'a backup window that is no text',
    { backups: { window: 1530 } },
    'backups.window: 1530 is not a text; write it in quotes',
  ],
  [
    'a backup window inside the maintenance window',
    { backups: { window: '16:45-17:15' } },
    "backups.window: '16:45-17:15' overlaps the maintenance window, 'sun:16:30-sun:17:30'; RDS wants them apart",
  ],
  [
    'a backup window over midnight into the maintenance window',
    { backups: { window: '23:45-00:30' }, instance: { maintenanceWindow: 'tue:00:15-tue:01:00' } },
    "backups.window: '23:45-00:30' overlaps the maintenance window, 'tue:00:15-tue:01:00'; RDS wants them apart",
  ],
  [
    'a maintenance window over the end of the week',
    { backups: { window: '00:15-00:45' }, instance: { maintenanceWindow: 'sun:23:30-mon:00:30' } },
    "backups.window: '00:15-00:45' overlaps the maintenance window, 'sun:23:30-mon:00:30'; RDS wants them apart",
  ],
  [
    'a maintenance window that swallows the backup window',
    inProd({ instance: { maintenanceWindow: 'wed:10:00-wed:20:00' } }),
    "environments.prod.backups.window: '15:30-16:00' overlaps the maintenance window, 'wed:10:00-wed:20:00'; RDS wants them apart",
  ],
  [
    'a maintenance window of 15 minutes',
    inProd({ instance: { maintenanceWindow: 'sun:16:30-sun:16:45' } }),
    "environments.prod.instance.maintenanceWindow: 'sun:16:30-sun:16:45' is 15 minutes long; RDS wants at least 30",
  ],
  [
    'a maintenance window of a day',
    { instance: { maintenanceWindow: 'sun:16:30-mon:16:30' } },
    "instance.maintenanceWindow: 'sun:16:30-mon:16:30' is a day or longer; RDS wants less than 24 hours",
  ],
  [
    'a maintenance window without a day',
    { instance: { maintenanceWindow: '16:30-17:30' } },
    "instance.maintenanceWindow: '16:30-17:30' is not a window; write it in UTC like 'sun:16:30-sun:17:30'",
  ],
  [
    'a maintenance window on an unknown day',
    { instance: { maintenanceWindow: 'sunday:16:30-sunday:17:30' } },
    "instance.maintenanceWindow: 'sunday:16:30-sunday:17:30' is not a window; write it in UTC like 'sun:16:30-sun:17:30'",
  ],
  [
    'a retention of 36 days',
    inProd({ backups: { retentionDays: 36 } }),
    'environments.prod.backups.retentionDays: 36 is out of range; RDS keeps automated backups for 0 to 35',
  ],
  [
    'a retention below zero',
    inDev({ backups: { retentionDays: -1 } }),
    'environments.dev.backups.retentionDays: -1 is out of range; RDS keeps automated backups for 0 to 35',
  ],
  [
    'a retention of half a day',
    inDev({ backups: { retentionDays: 0.5 } }),
    'environments.dev.backups.retentionDays: 0.5 is not a whole number; RDS keeps automated backups for 0 to 35',
  ],
  [
    'a replica of an instance without backups',
    inDev({ backups: { retentionDays: 0 }, instance: { readReplicas: 1 } }),
    'environments.dev.instance.readReplicas: 1 needs backups.retentionDays of 1 to 35; RDS copies from a backup',
  ],
];
