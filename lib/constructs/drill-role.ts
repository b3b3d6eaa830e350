import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { drillTag } from '../../lambdas/drill-sweep/contract';
import { allow } from './allow';
import { acknowledge } from './instance-exceptions';

export interface DrillRights {
  readonly prefix: string;
  readonly temporaryPrefix: string;
  readonly subnetGroup: string;
  readonly parameterGroup: string;
  /** The only one that they may have: a larger one would cost more than a drill is worth. */
  readonly instanceClass: string;
  readonly keyArn: string;
  readonly functionArns: string[];
  /** Whether it makes an empty instance instead of restoring a backup. */
  readonly empty: boolean;
}

const madeUp =
  'The name is made up while a drill runs; the star stands behind a prefix of this environment, or of RDS itself.';

/**
 * What a drill may do: make instances of its own name, tag and class from backups of this one, and change and delete those
 * alone.
 */
export function drillRole(scope: Construct, id: string, rights: DrillRights): iam.Role {
  const { partition, region, account } = Stack.of(scope);
  const role = new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    description: `Drills of ${rights.prefix}: restores backups into instances of their own, and removes those`,
  });
  const arn = (resource: string) => `arn:${partition}:rds:${region}:${account}:${resource}`;
  const temporary = arn(`db:${rights.temporaryPrefix}*`);
  const snapshots = [`rds:${rights.prefix}-*`, `${rights.prefix}-*`, 'awsbackup:*'];
  const groups = [`subgrp:${rights.subnetGroup}`, `pg:${rights.parameterGroup}`, 'og:default:postgres-16'];
  const backups = [arn(`db:${rights.prefix}`), ...snapshots.map((name) => arn(`snapshot:${name}`))];
  const makes = rights.empty
    ? ['rds:CreateDBInstance']
    : ['rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBInstanceToPointInTime'];
  const tag = (kind: string) => ({
    StringEquals: { [`aws:${kind}/${drillTag.key}`]: drillTag.value },
    // Of the snapshot and the groups that a call names, there is none.
    StringEqualsIfExists: { 'rds:DatabaseClass': rights.instanceClass },
  });
  allow(
    role,
    {
      actions: [...makes, 'rds:AddTagsToResource'],
      resources: [temporary, ...(rights.empty ? [] : backups), ...groups.map(arn)],
      conditions: tag('RequestTag'),
    },
    madeUp,
  );
  allow(role, { actions: ['rds:DescribeDBInstances'], resources: [temporary] }, madeUp);
  allow(
    role,
    {
      actions: [...(rights.empty ? [] : ['rds:ModifyDBInstance']), 'rds:DeleteDBInstance'],
      resources: [temporary],
      conditions: tag('ResourceTag'),
    },
    madeUp,
  );
  const secrets = `arn:${partition}:secretsmanager:${region}:${account}:secret:rds!db-*`;
  allow(role, { actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], resources: [secrets] }, madeUp);
  const key = [rights.keyArn];
  allow(role, { actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: key });
  allow(role, {
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: key,
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
  });
  allow(role, { actions: ['lambda:InvokeFunction'], resources: rights.functionArns });
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'The delivery of logs and of traces knows no resource to name; the CDK writes these statements.',
  );
  return role;
}
