import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { dumpFiles, dumpsFolder } from '../../lambdas/dump-record/contract';
import type { Environment } from '../config';
import { allow } from './allow';
import type { Database } from './database';
import { DatabaseTask } from './database-task';
import type { Dumps } from './dumps';
import { mostStorageGiB, vectorParameters } from './instance-memory';
import { rdsAuthority } from './rds-authority';

// As far as Fargate goes.
const largestStorageGiB = 200;
// Twice PostgreSQL's own, for an instance whose memory is not known.
const leastMaintenanceKb = 128 * 1024;

/** The task that loads a dump into the instance of a drill. It may read dumps, and the secrets of drills' instances. */
export function drillDumpTask(
  scope: Construct,
  { prefix, region, database: settings, instance }: Environment,
  temporaryPrefix: string,
  database: Database,
  dumps: Dumps,
): DatabaseTask {
  const { partition, account } = Stack.of(scope);
  const { maintenance_work_mem: maintenance = '0' } = vectorParameters(instance.class);
  const task = new DatabaseTask(scope, 'Load', {
    description: `Loads a dump into an instance of a drill of ${prefix}`,
    family: `${prefix}-drill-load`,
    key: database.key,
    cpu: 2048,
    memoryMiB: 4096,
    // The dump lies there while it is loaded, so that several tables can be loaded at once.
    storageGiB: Math.min(largestStorageGiB, mostStorageGiB(instance)),
    scripts: { postgres: 'restore.postgres.sh', storage: 'restore.storage.sh' },
    environment: {
      postgres: {
        PGPORT: String(settings.port),
        PGDATABASE: settings.name,
        PLINTH_AUTHORITIES: rdsAuthority(region),
        PLINTH_JOBS: '2',
        PLINTH_MAINTENANCE_MEMORY_KB: String(Math.max(leastMaintenanceKb, Number(maintenance))),
      },
      storage: { PLINTH_BUCKET: dumps.bucket.bucketName },
    },
  });
  const { role } = task;
  allow(
    role,
    { actions: ['s3:GetObject'], resources: [`${dumps.bucket.bucketArn}/${dumpsFolder}/*/${dumpFiles.dump}`] },
    'Each dump has a folder of its own.',
  );
  allow(
    role,
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [`arn:${partition}:secretsmanager:${region}:${account}:secret:rds!db-*`],
      conditions: {
        ArnLike: {
          'aws:ResourceTag/aws:rds:primaryDBInstanceArn': `arn:${partition}:rds:${region}:${account}:db:${temporaryPrefix}*`,
        },
      },
    },
    'The name is made up while a drill runs; the star stands behind a prefix of RDS, and a tag ties it to the drills.',
  );
  allow(role, { actions: ['kms:Decrypt'], resources: [database.key.keyArn] });
  return task;
}
