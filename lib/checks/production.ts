import { isReplica } from './holdings';
import { judgeDrills } from './production-drills';
import { nameOf, type Resource, resourcesOf, type Templates } from './templates';

const isTrue = (value: unknown) => value === true || value === 'true';
const leastBackupDays = 7;

/**
 * What production needs, judged on what would be deployed. The config has been asked the same; this is so that no
 * construct can lose on the way what the config says.
 */
export function judgeProduction(templates: Templates): readonly string[] {
  const all = Object.values(templates).flatMap(resourcesOf);
  const databases = all.filter(([, resource]) => resource.Type === 'AWS::RDS::DBInstance');
  const primaries = databases.filter(([, resource]) => !isReplica(resource));
  const lasting = all.filter(([, { Type }]) => keptInProduction.has(Type));
  return [
    ...(primaries.length === 0 ? ['No stack holds a database.'] : []),
    ...primaries.flatMap(judgePrimary),
    ...databases.flatMap(judgeInstance),
    ...lasting.flatMap(judgeKept),
    ...judgeDrills(templates),
  ];
}

const keptInProduction = new Set([
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBSubnetGroup',
  'AWS::RDS::DBParameterGroup',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::S3::Bucket',
  'AWS::Backup::BackupVault',
]);

type Entry = readonly [string, Resource];

function judgePrimary([id, resource]: Entry): readonly string[] {
  const { MultiAZ, BackupRetentionPeriod } = resource.Properties ?? {};
  const days = Number(BackupRetentionPeriod ?? 1);
  const name = nameOf(id, resource);
  return [
    ...(isTrue(MultiAZ) ? [] : [`The database ${name} has no second zone: MultiAZ is ${MultiAZ ?? 'not set'}.`]),
    ...(days >= leastBackupDays
      ? []
      : [`The database ${name} keeps its backups for ${days} days; production keeps ${leastBackupDays} or more.`]),
  ];
}

function judgeInstance([id, resource]: Entry): readonly string[] {
  const { DeletionProtection, StorageEncrypted, PubliclyAccessible } = resource.Properties ?? {};
  const name = nameOf(id, resource);
  return [
    ...(isTrue(DeletionProtection) ? [] : [`The database ${name} can be deleted: DeletionProtection is not on.`]),
    ...(isTrue(StorageEncrypted) ? [] : [`The database ${name} is not encrypted: StorageEncrypted is not on.`]),
    ...(isTrue(PubliclyAccessible) ? [`The database ${name} has an address on the internet.`] : []),
  ];
}

function judgeKept([id, resource]: Entry): readonly string[] {
  return (['DeletionPolicy', 'UpdateReplacePolicy'] as const)
    .filter((policy) => !resource[policy]?.startsWith('Retain'))
    .map((policy) => {
      const written = resource[policy] ?? 'not set';
      return `${nameOf(id, resource)} (${resource.Type}) is to be kept: ${policy} is ${written} instead of Retain.`;
    });
}
