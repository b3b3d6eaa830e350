import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { recoveryTags } from '../../lambdas/recovery-plan/contract';
import type { Alerts } from './alerts';
import { allow } from './allow';
import type { Database } from './database';
import { acknowledge } from './instance-exceptions';

const madeUp =
  'The name is made up while a recovery runs; the star stands behind a prefix of this environment, or of RDS itself.';

/** The instances that a recovery may touch: the one that has the name, and what recoveries have put beside it. */
export function instancesOf(scope: Construct, prefix: string): string[] {
  const { partition, region, account } = Stack.of(scope);
  return [prefix, `${prefix}-restored-*`, `${prefix}-damaged-*`].map(
    (name) => `arn:${partition}:rds:${region}:${account}:db:${name}`,
  );
}

/** May restore, change and rename the instances of this environment. There is no right to delete anything in it. */
export function recoveryRole(
  scope: Construct,
  id: string,
  { prefix, database, alerts }: { readonly prefix: string; readonly database: Database; readonly alerts: Alerts },
  functionArns: string[],
): iam.Role {
  const { partition, region, account } = Stack.of(scope);
  const role = new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    description: `Recovery of ${prefix}: restores beside it, and swaps names`,
  });
  const arn = (resource: string) => `arn:${partition}:rds:${region}:${account}:${resource}`;
  const instances = instancesOf(scope, prefix);
  const snapshots = [`rds:${prefix}-*`, `${prefix}-*`, 'awsbackup:*'].map((name) => arn(`snapshot:${name}`));
  const groups = [
    `subgrp:${database.subnetGroup.subnetGroupName}`,
    `pg:${database.parameterGroupName}`,
    'og:default:postgres-16',
  ];
  allow(
    role,
    {
      actions: ['rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBInstanceToPointInTime'],
      resources: [...instances, ...snapshots, ...groups.map(arn)],
      // What it makes says of which recovery it is.
      conditions: { StringLike: { [`aws:RequestTag/${recoveryTags.name}`]: '*' } },
    },
    madeUp,
  );
  allow(
    role,
    { actions: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance', 'rds:AddTagsToResource'], resources: instances },
    madeUp,
  );
  allow(role, {
    actions: ['iam:PassRole'],
    resources: [database.monitoringRoleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'monitoring.rds.amazonaws.com' } },
  });
  allow(role, { actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: [database.key.keyArn] });
  alerts.allowPublishing(role);
  allow(role, { actions: ['lambda:InvokeFunction'], resources: functionArns });
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'The delivery of logs and of traces knows no resource to name; the CDK writes these statements.',
  );
  return role;
}
