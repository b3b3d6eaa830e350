import { inDev, inProd, type Refusal } from '../good-settings';

export const production: readonly Refusal[] = [
  [
    'production with a retention of 6 days',
    inProd({ backups: { retentionDays: 6 } }),
    'environments.prod.backups.retentionDays: 6 is not allowed in production; write 7 to 35',
  ],
  [
    'production without deletion protection',
    inProd({ instance: { deletionProtection: false } }),
    'environments.prod.instance.deletionProtection: false is not allowed in production; write true',
  ],
  [
    'production without Multi-AZ',
    inProd({ instance: { multiAz: false } }),
    'environments.prod.instance.multiAz: false is not allowed in production; write true',
  ],
  [
    'production without a drill',
    inProd({ drills: { schedule: 'none' } }),
    "environments.prod.drills.schedule: 'none' is not allowed in production; write 'daily', 'weekly' or 'monthly'",
  ],
  [
    'production without a snapshot before migrations',
    inProd({ migrations: { snapshotBefore: false } }),
    'environments.prod.migrations.snapshotBefore: false is not allowed in production; write true',
  ],
  [
    'production that drops',
    inProd({ onDelete: 'drop' }),
    "environments.prod.onDelete: 'drop' is not allowed in production; write 'retain'",
  ],
  [
    'real personal data outside production',
    inDev({ personalData: 'real' }),
    "environments.dev.personalData: 'real' is for production, and dev is not; write 'never' or 'sanitised'",
  ],
];
