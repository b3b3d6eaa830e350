import { Annotations, ArnFormat, Aws, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type {
  AppDatabaseProperties,
  ExtensionsProperties,
  MigrationsProperties,
  VectorIndexesProperties,
} from '../../lambdas/shared/contract';
import type { CheckedMigrations } from '../checks/migrations';
import type { Environment } from '../config';
import { type SchemaPlace, SchemaResource } from './schema-resource';

export interface SchemaProps extends SchemaPlace {
  readonly migrations: CheckedMigrations;
}

/** What is inside of the database, in the order in which one needs the other. */
export class Schema extends Construct {
  readonly migrationHead: string;
  readonly vectorIndexes: string;

  constructor(scope: Construct, id: string, environment: Environment, { migrations, ...place }: SchemaProps) {
    super(scope, id);
    for (const warning of migrations.warnings) Annotations.of(this).addWarningV2('plinth:migrations', warning);
    const roles = this.addRoles(environment, place);
    const extensions = new SchemaResource<ExtensionsProperties>(this, 'Extensions', {
      ...place,
      capability: 'extensions',
      description: 'Creates and updates the extensions',
      type: 'PlinthExtensions',
      memoryMiB: 256,
      properties: { ...commonOf(environment, place), Extensions: environment.database.extensions },
    });
    const migrated = this.addMigrations(environment, place, migrations);
    const indexes = this.addVectorIndexes(environment, place, migrations);
    extensions.resource.node.addDependency(roles.resource);
    migrated.resource.node.addDependency(extensions.resource);
    indexes.resource.node.addDependency(migrated.resource);
    this.migrationHead = migrated.resource.getAttString('Head');
    this.vectorIndexes = indexes.resource.getAttString('State');
  }

  private addRoles(environment: Environment, place: SchemaPlace): SchemaResource<AppDatabaseProperties> {
    const { roles, connectionParameters, onDelete } = environment;
    const { onRemove, ...declared } = roles;
    const { key } = place.database;
    const resource = new SchemaResource<AppDatabaseProperties>(this, 'Roles', {
      ...place,
      capability: 'app-database',
      description: 'Makes the roles and the database, and publishes how to connect',
      type: 'PlinthRoles',
      memoryMiB: 256,
      properties: {
        ...commonOf(environment, place),
        Roles: declared,
        OnRemove: onRemove,
        Parameters: connectionParameters,
        Key: key.keyArn,
        OnDelete: onDelete,
      },
    });
    const arnOf = (name: string) =>
      Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') });
    const actions = ['GetParameter', 'PutParameter', ...(onDelete === 'drop' ? ['DeleteParameter'] : [])];
    resource.role.addToPolicy(
      new iam.PolicyStatement({
        actions: actions.map((action) => `ssm:${action}`),
        resources: [connectionParameters.app, connectionParameters.readonly].map(arnOf),
      }),
    );
    resource.role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [key.keyArn] }));
    return resource;
  }

  private addMigrations(environment: Environment, place: SchemaPlace, { checksums }: CheckedMigrations) {
    const { prefix, roles } = environment;
    const { snapshotBefore, ...settings } = environment.migrations;
    const resource = new SchemaResource<MigrationsProperties>(this, 'Migrations', {
      ...place,
      capability: 'migrations',
      description: 'Applies the migrations',
      type: 'PlinthMigrations',
      // The parser needs about 100 MB for each MB of a statement list.
      memoryMiB: 1024,
      polled: true,
      properties: {
        ...commonOf(environment, place),
        Owner: roles.owner.name,
        Migrations: Object.entries(checksums)
          .map(([id, checksum]) => `${id}: ${checksum}`)
          .reverse(),
        Settings: settings,
        SnapshotOf: snapshotBefore ? prefix : undefined,
      },
    });
    if (snapshotBefore) {
      const arn = (kind: string, name: string) =>
        Stack.of(this).formatArn({
          service: 'rds',
          resource: kind,
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        });
      const snapshots = arn('snapshot', `${prefix}-migration-*`);
      resource.role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['rds:CreateDBSnapshot', 'rds:DescribeDBSnapshots', 'rds:AddTagsToResource'],
          resources: [arn('db', prefix), snapshots],
        }),
      );
      Validations.of(resource.role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::${plain(snapshots, this)}]`,
        reason:
          'Each deploy takes a snapshot with a name of its own; the star stands behind the prefix of these alone.',
      });
    }
    return resource;
  }

  private addVectorIndexes(environment: Environment, place: SchemaPlace, { head }: CheckedMigrations) {
    const { roles, vectorIndexes, name } = environment;
    return new SchemaResource<VectorIndexesProperties>(this, 'VectorIndexes', {
      ...place,
      capability: 'vector-indexes',
      description: 'Builds the vector indexes, or starts to',
      type: 'PlinthVectorIndexes',
      memoryMiB: 256,
      properties: {
        ...commonOf(environment, place),
        Owner: roles.owner.name,
        SearchRoles: [roles.app.name, roles.readonly.name],
        Indexes: vectorIndexes,
        MigrationHead: head,
        Environment: name,
      },
    });
  }
}

/** As the rules write an ARN whose account is known when it is deployed. */
const plain = (arn: string, scope: Construct) =>
  arn.replace(Stack.of(scope).account, (account) => (account === Aws.ACCOUNT_ID ? '<AWS::AccountId>' : account));

const commonOf = ({ prefix, database: { name, port } }: Environment, { database }: SchemaPlace) => ({
  Prefix: prefix,
  Server: {
    Host: database.instance.dbInstanceEndpointAddress,
    Port: port,
    AdminSecret: database.secret.secretArn,
  },
  Database: name,
});
