import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Bundles } from '../bundling/bundle';
import type { Environment } from '../config';
import { Database } from '../constructs/database';
import type { Network } from '../constructs/network';
import { PlinthStack } from './plinth-stack';

export class DatabaseStack extends PlinthStack {
  readonly database: Database;

  constructor(scope: Construct, environment: Environment, network: Network, bundles: Bundles) {
    super(scope, 'database', environment, 'PostgreSQL 16 with pgvector');
    this.database = new Database(this, 'Database', environment, network, bundles);
    const { instance, key, events } = this.database;
    new CfnOutput(this, 'Endpoint', {
      value: `${instance.dbInstanceEndpointAddress}:${instance.dbInstanceEndpointPort}`,
    });
    new CfnOutput(this, 'Key', { value: key.keyArn });
    new CfnOutput(this, 'EventsTopic', { value: events.topicArn });
  }
}
