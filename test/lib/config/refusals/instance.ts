import type { Refusal } from '../good-settings';

export const instance: readonly Refusal[] = [
  [
    'a region that is a zone',
    { region: 'ap-southeast-2a' },
    "region: 'ap-southeast-2a' is not a region; write it like 'ap-southeast-2'",
  ],
  ['an account as a number', { account: 123456789012 }, 'account: 123456789012 is not a text; write it in quotes'],
  [
    'an account of 11 digits',
    { account: '12345678901' },
    "account: '12345678901' is not an account; write its twelve digits in quotes",
  ],
  ['a port below 1150', { database: { port: 80 } }, 'database.port: 80 is out of range; RDS takes 1150 to 65535'],
  ['a port over 65535', { database: { port: 65536 } }, 'database.port: 65536 is out of range; RDS takes 1150 to 65535'],
  [
    'another major version',
    { database: { engineVersion: '15' } },
    "database.engineVersion: '15' is not offered; write '16', or one minor like '16.13'",
  ],
  [
    'an instance class without db.',
    { instance: { class: 'r7g.large' } },
    "instance.class: 'r7g.large' is not an instance class; write it like 'db.t4g.medium'",
  ],
  [
    'an instance class of no size',
    { instance: { class: 'db.r7g.big' } },
    "instance.class: 'db.r7g.big' is not an instance class; write it like 'db.t4g.medium'",
  ],
  [
    '19 GiB',
    { instance: { storageGiB: 19 } },
    'instance.storageGiB: 19 is out of range; RDS takes GiB from 20 to 65536',
  ],
  [
    'more than 64 TiB',
    { instance: { storageGiB: 65537 } },
    'instance.storageGiB: 65537 is out of range; RDS takes GiB from 20 to 65536',
  ],
  [
    'growth of less than a tenth',
    { instance: { storageGiB: 100, maxStorageGiB: 109 } },
    "instance.maxStorageGiB: 109 is too low; RDS wants a tenth over storageGiB, 110, or write 'none'",
  ],
  [
    'IOPS on a small volume',
    { instance: { storageGiB: 399, iops: 12000 } },
    'instance.iops: 12000 can be set from 400 GiB on; storageGiB is 399',
  ],
  [
    'IOPS under the baseline',
    { instance: { storageGiB: 400, iops: 3000 } },
    'instance.iops: 3000 is out of range; gp3 takes 12000 to 64000',
  ],
  [
    'throughput over a quarter of IOPS',
    { instance: { storageGiB: 400, iops: 12000, throughputMiBps: 3001 } },
    'instance.throughputMiBps: 3001 is over a quarter of iops, 3000',
  ],
  ['16 replicas', { instance: { readReplicas: 16 } }, 'instance.readReplicas: 16 is out of range; RDS takes 0 to 15'],
];
