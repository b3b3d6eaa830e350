import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { BundledFunction, type BundledFunctionProps } from './bundled-function';
import type { Network } from './network';

export interface DatabaseFunctionProps extends BundledFunctionProps {
  readonly network: Network;
}

/** A function that reaches the database, from the subnets and with the group that may. */
export class DatabaseFunction extends BundledFunction {
  constructor(scope: Construct, id: string, { network, ...props }: DatabaseFunctionProps) {
    const { vpc, functionSubnets: vpcSubnets, functions } = network;
    super(scope, id, props, { vpc, vpcSubnets, securityGroups: [functions] });
    this.allowInterfaces();
  }

  /** Lambda makes and removes the network interfaces with the function's role, before there is an ARN to name. */
  private allowInterfaces(): void {
    const actions = [
      'CreateNetworkInterface',
      'DeleteNetworkInterface',
      'DescribeNetworkInterfaces',
      'DescribeSubnets',
    ];
    const { partition, region, account } = Stack.of(this);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: actions.map((action) => `ec2:${action}`),
        resources: ['*'],
      }),
    );
    // The code itself must not: whoever takes over the function could otherwise put an interface anywhere.
    this.role.addToPolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: actions.map((action) => `ec2:${action}`),
        resources: ['*'],
        conditions: {
          ArnEquals: { 'lambda:SourceFunctionArn': [`arn:${partition}:lambda:${region}:${account}:function:*`] },
        },
      }),
    );
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'EC2 lets no network interface be named before it is made; the code itself is denied these actions.',
    });
  }
}
