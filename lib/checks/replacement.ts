import type { PropertyDifference, ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';

// Their values, so that a synth without a change need not load the package.
const willReplace = 'WILL_REPLACE' as ResourceImpact.WILL_REPLACE;
const mayReplace = 'MAY_REPLACE' as ResourceImpact.MAY_REPLACE;

export interface PropertyChange {
  readonly property: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What CloudFormation's schema says of RDS is that these may replace an instance. RDS changes them in place, whatever
 * they were: it modifies, and at most restarts.
 */
const inPlace: ReadonlySet<string> = new Set([
  'AutoMinorVersionUpgrade',
  'BackupRetentionPeriod',
  'DBParameterGroupName',
  'MultiAZ',
  'PreferredMaintenanceWindow',
  'StorageType',
]);

/**
 * These tell what an instance was made from. One that is named for the first time, changed or taken away makes another
 * instance, but for a replica that loses its source: it becomes a database of its own, with what it has.
 */
const madeFrom: ReadonlySet<string> = new Set([
  'DBSnapshotIdentifier',
  'DBClusterSnapshotIdentifier',
  'SourceDBInstanceAutomatedBackupsArn',
  'SourceDbiResourceId',
  'RestoreTime',
  'UseLatestRestorableTime',
]);

const sources: ReadonlySet<string> = new Set(['SourceDBInstanceIdentifier', 'SourceDBClusterIdentifier']);

function replacesInstance(name: string, { oldValue, newValue, changeImpact }: PropertyDifference<unknown>): boolean {
  if (inPlace.has(name)) return false;
  if (madeFrom.has(name)) return true;
  if (sources.has(name)) return newValue !== undefined;
  // Performance Insights takes a key when it is switched on, and keeps it.
  if (name === 'PerformanceInsightsKMSKeyId') return oldValue !== undefined && newValue !== undefined;
  if (name === 'AvailabilityZone' || name === 'Engine') return newValue !== undefined;
  return changeImpact === willReplace;
}

/** The changes of a resource that make CloudFormation put another one in its place. */
export function replacing(difference: ResourceDifference): readonly PropertyChange[] {
  if (difference.resourceTypeChanged) {
    const { oldResourceType: before, newResourceType: after } = difference;
    return [{ property: 'Type', before, after }];
  }
  const isInstance = difference.resourceType === 'AWS::RDS::DBInstance';
  return Object.entries(difference.propertyUpdates)
    .filter(([name, change]) => (isInstance ? replacesInstance(name, change) : change.changeImpact === willReplace))
    .map(([property, { oldValue: before, newValue: after }]) => ({ property, before, after }));
}

/** The changes that only CloudFormation can tell, because the schema says no more than "perhaps". */
export function perhapsReplacing(difference: ResourceDifference): readonly PropertyChange[] {
  if (difference.resourceTypeChanged || difference.resourceType === 'AWS::RDS::DBInstance') return [];
  return Object.entries(difference.propertyUpdates)
    .filter(([, { changeImpact }]) => changeImpact === mayReplace)
    .map(([property, { oldValue: before, newValue: after }]) => ({ property, before, after }));
}
