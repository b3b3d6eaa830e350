import { type Call, members, type Operation } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { Databases } from './databases';
import { instanceXml, tagContext, tagsOf } from './databases-api';
import { arnOfKey, mayMakeSecret } from './managed-password';
import { parametersOf } from './parameter-groups';
import type { Restores } from './restores';

const settings = [
  'DBInstanceIdentifier',
  'DBInstanceClass',
  'DBSubnetGroupName',
  'DBParameterGroupName',
  'VpcSecurityGroupIds',
  'PubliclyAccessible',
  'MultiAZ',
  'DeletionProtection',
  'Port',
  'Tags',
] as const;

// Kept as they are given: nothing in a rehearsal depends on them.
const kept = [
  'AutoMinorVersionUpgrade',
  'BackupRetentionPeriod',
  'CACertificateIdentifier',
  'CopyTagsToSnapshot',
  'EnableCloudwatchLogsExports',
  'EnableIAMDatabaseAuthentication',
  'Iops',
  'MaxAllocatedStorage',
  'PreferredBackupWindow',
  'StorageThroughput',
  'StorageType',
];

export const isTrue = (value: unknown) => value === true || value === 'true';

/** The calls of RDS that make and remove instances outside of a template. */
export function restoreOperations(databases: Databases, restores: Restores): Readonly<Record<string, Operation>> {
  const { account } = databases;
  const arn = (kind: string, id: unknown) => account.arn('rds', `${kind}:${id}`);

  /** RDS asks for the right to every thing that a restore names, with the tags that it asks for. */
  const given = (input: Readonly<Record<string, unknown>>, call: Call, action: string, source: string) => {
    const id = String(input['DBInstanceIdentifier'] ?? input['TargetDBInstanceIdentifier']).toLowerCase();
    const tags = tagsOf(input['Tags']);
    const context = { ...tagContext(tags), 'rds:DatabaseClass': String(input['DBInstanceClass'] ?? '') };
    const group = input['DBSubnetGroupName'];
    const parameters = input['DBParameterGroupName'];
    const named = [
      arn('db', id),
      source,
      ...(group === undefined ? [] : [arn('subgrp', group)]),
      ...(parameters === undefined ? [] : [arn('pg', parameters)]),
    ];
    for (const resource of named) call.authorize(`rds:${action}`, resource, context);
    if (Object.keys(tags).length > 0) call.authorize('rds:AddTagsToResource', arn('db', id), context);
    const subnets = account.ofType('AWS::RDS::DBSubnetGroup').find((each) => each.id === group);
    if (group !== undefined && !subnets) {
      throw new AwsError('DBSubnetGroupNotFoundFault', `DBSubnetGroup ${group} not found.`, 404);
    }
    return {
      id,
      port: Number(input['Port'] ?? 5432),
      securityGroups: (input['VpcSecurityGroupIds'] ?? []) as string[],
      subnets: (subnets?.properties['SubnetIds'] ?? []) as string[],
      settings: input,
      parameters: parametersOf(account, parameters, databases.place.kind, () => {}),
      tags,
    };
  };

  return {
    CreateDBInstance: async (input, call) => {
      const own = ['Engine', 'EngineVersion', 'AllocatedStorage', 'StorageEncrypted', 'KmsKeyId'] as const;
      const master = ['MasterUsername', 'ManageMasterUserPassword', 'MasterUserSecretKmsKeyId'] as const;
      const all = members(input, [...settings, ...own, ...master], kept);
      if (all.Engine !== 'postgres' || !isTrue(all.ManageMasterUserPassword)) {
        throw new AwsError(
          'NotKnownToTheRehearsal',
          'The rehearsal creates instances of PostgreSQL whose password RDS looks after, and no other.',
          501,
        );
      }
      const target = given(input, call, 'CreateDBInstance', arn('db', String(all.DBInstanceIdentifier).toLowerCase()));
      const key = all.MasterUserSecretKmsKeyId === undefined ? undefined : String(all.MasterUserSecretKmsKeyId);
      mayMakeSecret(account, call, key);
      if (all.KmsKeyId !== undefined) {
        const keyArn = arnOfKey(account, String(all.KmsKeyId));
        call.authorize('kms:DescribeKey', keyArn);
        call.authorize('kms:CreateGrant', keyArn, { 'kms:GrantIsForAWSResource': 'true' });
      }
      return { DBInstance: instanceXml(restores.fresh(String(all.MasterUsername), key, target), restores) };
    },
    RestoreDBInstanceFromDBSnapshot: async (input, call) => {
      const all = members(input, [...settings, 'DBSnapshotIdentifier'], kept);
      const snapshot = String(all.DBSnapshotIdentifier);
      const target = given(input, call, 'RestoreDBInstanceFromDBSnapshot', arn('snapshot', snapshot));
      return { DBInstance: instanceXml(restores.fromSnapshot(snapshot, target), restores) };
    },
    RestoreDBInstanceToPointInTime: async (input, call) => {
      const own = [
        'SourceDBInstanceIdentifier',
        'TargetDBInstanceIdentifier',
        'RestoreTime',
        'UseLatestRestorableTime',
      ] as const;
      const all = members(input, [...settings, ...own], kept);
      const source = String(all.SourceDBInstanceIdentifier);
      if ((all.RestoreTime === undefined) === !isTrue(all.UseLatestRestorableTime)) {
        throw new AwsError('InvalidParameterCombination', 'Give one of RestoreTime and UseLatestRestorableTime.');
      }
      const target = given(input, call, 'RestoreDBInstanceToPointInTime', arn('db', source));
      const time = all.RestoreTime === undefined ? 'latest' : new Date(String(all.RestoreTime));
      return { DBInstance: instanceXml(restores.toTime(source, time, target), restores) };
    },
    DeleteDBInstance: async (input, call) => {
      const known = ['DBInstanceIdentifier', 'SkipFinalSnapshot', 'FinalDBSnapshotIdentifier'] as const;
      const all = members(input, known, ['DeleteAutomatedBackups']);
      const instance = databases.instance(String(all.DBInstanceIdentifier));
      call.authorize('rds:DeleteDBInstance', instance.arn, resourceTags(instance.tags));
      if (isTrue(instance.settings['DeletionProtection'])) {
        throw new AwsError(
          'InvalidParameterCombination',
          'Cannot delete protected DB Instance, please disable deletion protection and try again.',
        );
      }
      if (!isTrue(all.SkipFinalSnapshot)) {
        throw new AwsError(
          'InvalidParameterCombination',
          'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
        );
      }
      return { DBInstance: instanceXml(restores.remove(instance.id), restores) };
    },
  };
}

export const resourceTags = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`rds:db-tag/${key}`, value],
    ]),
  );
