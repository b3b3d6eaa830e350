import { type Call, members, type Operation } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { ServicePrincipals } from '../iam/services';
import type { DatabaseInstance, Databases } from './databases';
import { instanceXml, tagContext, tagsOf } from './databases-api';
import { mayMakeSecret } from './managed-password';
import type { Modifications } from './modifications';
import type { Restores } from './restores';
import { isTrue, resourceTags } from './restores-api';

// Kept as they are given, and shown: nothing else in a rehearsal depends on them.
const settings = [
  'BackupRetentionPeriod',
  'CloudwatchLogsExportConfiguration',
  'DeletionProtection',
  'EnablePerformanceInsights',
  'MaxAllocatedStorage',
  'MonitoringInterval',
  'MonitoringRoleArn',
  'PerformanceInsightsKMSKeyId',
  'PerformanceInsightsRetentionPeriod',
  'PreferredBackupWindow',
  'PreferredMaintenanceWindow',
] as const;

const others = [
  'DBInstanceIdentifier',
  'NewDBInstanceIdentifier',
  'MasterUserPassword',
  'ManageMasterUserPassword',
  'MasterUserSecretKmsKeyId',
  'ApplyImmediately',
] as const;

/** The calls that change an instance outside of a template, and its tags. */
export function modifyOperations(
  databases: Databases,
  restores: Restores,
  modifications: Modifications,
  services: ServicePrincipals,
): Readonly<Record<string, Operation>> {
  const { account } = databases;
  return {
    ModifyDBInstance: async (input, call) => {
      const all = members(input, [...others, ...settings]);
      const id = String(all.DBInstanceIdentifier).toLowerCase();
      // Before it is looked for: who may not change it is not told whether it is there.
      const there = databases.instances.get(id);
      call.authorize('rds:ModifyDBInstance', account.arn('rds', `db:${id}`), resourceTags(there?.tags ?? {}));
      const instance = databases.instance(id);
      const changed = Object.fromEntries(
        settings.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const])),
      );
      const asked = [
        ...(all.NewDBInstanceIdentifier === undefined ? [] : ['rename' as const]),
        ...(all.MasterUserPassword === undefined ? [] : ['password' as const]),
        ...(isTrue(all.ManageMasterUserPassword) ? ['manage' as const] : []),
        ...(Object.keys(changed).length === 0 ? [] : ['settings' as const]),
      ];
      const [what, another] = asked;
      if (what === undefined) throw new AwsError('InvalidParameterCombination', 'No modifications were requested');
      if (another !== undefined) throw unknown(`a change of two kinds at once (${asked.join(', ')})`);
      if (!isTrue(all.ApplyImmediately)) throw unknown('a change that waits for the maintenance window');
      if (what === 'rename') rename(instance, String(all.NewDBInstanceIdentifier).toLowerCase());
      if (what === 'password') modifications.setPassword(instance, checked(String(all.MasterUserPassword)));
      if (what === 'settings') {
        mayMonitor(call, instance.arn, changed);
        modifications.change(instance, changed);
      }
      if (what === 'manage') {
        const key = all.MasterUserSecretKmsKeyId === undefined ? undefined : String(all.MasterUserSecretKmsKeyId);
        mayMakeSecret(account, call, key);
        modifications.managePassword(instance, key);
      }
      return { DBInstance: instanceXml(instance, restores) };
    },
    AddTagsToResource: async (input, call) => {
      const { ResourceName, Tags } = members(input, ['ResourceName', 'Tags']);
      const tags = tagsOf(Tags);
      const instance = [...databases.instances.values()].find(({ arn }) => arn === ResourceName);
      const context = { ...tagContext(tags), ...resourceTags(instance?.tags ?? {}) };
      call.authorize('rds:AddTagsToResource', String(ResourceName), context);
      if (!instance) throw new AwsError('DBInstanceNotFound', `DBInstance ${ResourceName} not found.`, 404);
      instance.tags = { ...instance.tags, ...tags };
      return {};
    },
  };

  function rename(instance: DatabaseInstance, id: string): void {
    if (!/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(id) || id.endsWith('-')) {
      throw new AwsError(
        'InvalidParameterValue',
        `The parameter NewDBInstanceIdentifier is not a valid identifier: ${id}.`,
      );
    }
    modifications.rename(instance, id);
  }

  /** Enhanced monitoring writes with a role that the caller hands on. */
  function mayMonitor(call: Call, arn: string, changed: Readonly<Record<string, unknown>>): void {
    const { MonitoringInterval: interval, MonitoringRoleArn: role } = changed;
    if (interval === undefined || Number(interval) === 0) return;
    if (role === undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.',
      );
    }
    const service = 'monitoring.rds.amazonaws.com';
    call.authorize('iam:PassRole', String(role), { 'iam:PassedToService': service });
    const missing = services.whyNotAssumed(String(role), service, arn);
    if (missing !== undefined) throw new AwsError('InvalidParameterValue', missing);
  }
}

const unknown = (what: string) => new AwsError('NotKnownToTheRehearsal', `The rehearsal does not know ${what}.`, 501);

/** As RDS takes it; the sentence does not repeat it. */
function checked(password: string): string {
  if (/^[\x21-\x7e]{8,128}$/.test(password) && !/[/'"@]/.test(password)) return password;
  throw new AwsError(
    'InvalidParameterValue',
    "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
  );
}
