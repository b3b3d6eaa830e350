import type { Account } from '../account';
import type { ServicePrincipals } from '../iam/services';
import type { Databases } from '../services/databases';
import { group, parametersOf } from '../services/parameter-groups';
import { ResourceFailure, type ResourceRequest, type ResourceType } from './type';

type Properties = Readonly<Record<string, unknown>>;

export function databaseTypes(
  databases: Databases,
  services: ServicePrincipals,
  note: (sentence: string) => void,
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::RDS::DBInstance': {
      named: 'DBInstanceIdentifier',
      replacing: [
        'DBInstanceIdentifier',
        'DBName',
        'DBSubnetGroupName',
        'Engine',
        'KmsKeyId',
        'MasterUsername',
        'Port',
        'StorageEncrypted',
        'SourceDBInstanceIdentifier',
      ],
      create: async (request) => create(request),
      update: async ({ id, attributes, properties, previous }) => {
        if (properties['MasterUserPassword'] !== previous['MasterUserPassword']) {
          throw new ResourceFailure('The rehearsal does not change the master password through the template.');
        }
        return { id, attributes };
      },
      snapshot: async ({ account, stack, logicalId, id, properties }) => {
        refuseProtected(id, properties);
        const name = account.nameFor(stack, `snapshot-${logicalId}`, { longest: 255, lower: true });
        const { status } = await databases.finalSnapshot(name, id);
        if (status !== 'available') throw new ResourceFailure(`The final snapshot of ${id} came to be "${status}".`);
      },
      remove: async ({ id, properties }) => {
        refuseProtected(id, properties);
        await databases.remove(id);
      },
    },
  };
  async function create({ account, stack, logicalId, properties }: ResourceRequest) {
    if (properties['SourceDBInstanceIdentifier'] !== undefined) return replica(account, stack, logicalId, properties);
    if (properties['Engine'] !== 'postgres') {
      throw new ResourceFailure(`The rehearsal has no database engine "${properties['Engine']}", only postgres.`);
    }
    const id = String(
      properties['DBInstanceIdentifier'] ?? account.nameFor(stack, logicalId, { longest: 63 }),
    ).toLowerCase();
    const database = properties['DBName'];
    const monitor = properties['MonitoringRoleArn'];
    const monitors = 'monitoring.rds.amazonaws.com';
    const distrust =
      monitor !== undefined && services.whyNotAssumed(String(monitor), monitors, account.arn('rds', `db:${id}`));
    if (distrust)
      throw new ResourceFailure(
        `IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING. ${distrust}`,
      );
    const instance = await databases.create({
      id,
      master: { user: String(properties['MasterUsername']), password: String(properties['MasterUserPassword']) },
      ...(database !== undefined && { database: String(database) }),
      port: Number(properties['Port'] ?? 5432),
      parameters: parametersOf(account, properties['DBParameterGroupName'], databases.place.kind, note),
      archive: Number(properties['BackupRetentionPeriod'] ?? 1) > 0 && databases.place.cannot.pointInTime === undefined,
      securityGroups: (properties['VPCSecurityGroups'] ?? []) as string[],
      subnets: subnetsOf(account, properties),
      settings: withoutPassword(properties),
      tags: Object.fromEntries(
        ((properties['Tags'] ?? []) as { Key: string; Value: string }[]).map((tag) => [tag.Key, tag.Value]),
      ),
    });
    return {
      id,
      attributes: {
        'Endpoint.Address': instance.address,
        'Endpoint.Port': String(instance.port),
        DBInstanceArn: instance.arn,
        DbiResourceId: instance.resourceId,
      },
    };
  }
  /** A copy that follows its source has no server here: nothing that is rehearsed connects to it. */
  async function replica(account: Account, stack: string, logicalId: string, properties: Properties) {
    const id = String(
      properties['DBInstanceIdentifier'] ?? account.nameFor(stack, logicalId, { longest: 63 }),
    ).toLowerCase();
    const source = String(properties['SourceDBInstanceIdentifier']).split(':').at(-1) ?? '';
    databases.instances.get(source)?.replicas.push(id);
    note(`${id} is a read replica: it is recorded, and no server is started for it.`);
    const address = databases.addressOf(id);
    const attributes = {
      'Endpoint.Address': address,
      'Endpoint.Port': String(properties['Port'] ?? 5432),
      DBInstanceArn: account.arn('rds', `db:${id}`),
      DbiResourceId: `db-${account.random(26).toUpperCase()}`,
    };
    return { id, attributes };
  }
}

function refuseProtected(id: string, { DeletionProtection }: Properties): void {
  if (DeletionProtection !== true) return;
  throw new ResourceFailure(
    `Cannot delete protected DB Instance, please disable deletion protection and try again: ${id}.`,
  );
}

const subnetsOf = (account: Account, properties: Properties) =>
  (group(account, 'AWS::RDS::DBSubnetGroup', properties['DBSubnetGroupName'])?.properties['SubnetIds'] ??
    []) as string[];

function withoutPassword({ MasterUserPassword: _, ...rest }: Properties): Properties {
  return rest;
}
