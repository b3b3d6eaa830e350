import { type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Network } from './network';

export interface DatabaseFunctionProps {
  readonly description: string;
  /** The folder of its bundle. */
  readonly bundle: string;
  readonly network: Network;
  readonly key: kms.IKey;
  readonly timeout: Duration;
  readonly memoryMiB: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A function that reaches the database, with a role that holds what it uses and nothing by default. */
export class DatabaseFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: DatabaseFunctionProps) {
    super(scope, id);
    const { network } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grantWrite(this.role);
    this.allowInterfaces();
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      code: lambda.Code.fromAsset(props.bundle),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      vpc: network.vpc,
      vpcSubnets: network.functionSubnets,
      securityGroups: [network.functions],
    });
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
