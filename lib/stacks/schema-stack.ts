import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { Schema, type SchemaProps } from '../constructs/schema';
import { PlinthStack } from './plinth-stack';

export class SchemaStack extends PlinthStack {
  readonly schema: Schema;

  constructor(scope: Construct, environment: Environment, props: SchemaProps) {
    super(scope, 'schema', environment, 'Roles, extensions, migrations and vector indexes');
    this.schema = new Schema(this, 'Schema', environment, props);
    const { instance } = props.database;
    const { app, readonly } = environment.connectionParameters;
    const outputs = {
      Endpoint: `${instance.dbInstanceEndpointAddress}:${instance.dbInstanceEndpointPort}`,
      AppParameter: app,
      ReadonlyParameter: readonly,
      MigrationHead: this.schema.migrationHead,
      VectorIndexes: this.schema.vectorIndexes,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
