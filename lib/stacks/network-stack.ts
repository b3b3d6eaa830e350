import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { Network } from '../constructs/network';
import { PlinthStack } from './plinth-stack';

export class NetworkStack extends PlinthStack {
  readonly network: Network;

  constructor(scope: Construct, environment: Environment) {
    super(scope, 'network', environment, 'Network of the database');
    this.network = new Network(this, 'Network', environment);
    // For whoever lets an application in.
    new CfnOutput(this, 'VpcId', { value: this.network.vpc.vpcId });
    new CfnOutput(this, 'DatabaseSecurityGroup', { value: this.network.database.securityGroupId });
  }
}
