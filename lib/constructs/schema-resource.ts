import { type CfnElement, CustomResource, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { ResourceProperties } from '../../lambdas/shared/contract';
import { type Bundles, bundleOf } from '../bundling/bundle';
import type { Database } from './database';
import { DatabaseFunction } from './database-function';
import type { Network } from './network';

export interface SchemaPlace {
  readonly network: Network;
  readonly database: Database;
  readonly bundles: Bundles;
}

export interface SchemaResourceProps<P> extends SchemaPlace {
  readonly capability: string;
  readonly description: string;
  /** As cdk diff shows it, below Custom::. */
  readonly type: string;
  readonly properties: P;
  readonly memoryMiB: number;
  /** True where the work may take longer than one invocation: it then goes on in polls. */
  readonly polled?: boolean;
}

// Lambda ends a function after 15 minutes, and the framework's own function waits for ours and answers after it.
const invocation = Duration.minutes(14);
// The most that CloudFormation waits, and so little less for the polls that the framework still tells a timeout itself.
const longest = { service: Duration.minutes(60), polls: Duration.minutes(55), interval: Duration.seconds(15) };

/** A custom resource over the provider framework, with a function of its own. */
export class SchemaResource<P extends ResourceProperties> extends Construct {
  readonly resource: CustomResource;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: SchemaResourceProps<P>) {
    super(scope, id);
    const { network, database, bundles, capability, description, polled = false } = props;
    const { function: handler, role } = new DatabaseFunction(this, 'Handler', {
      description,
      bundle: bundleOf(bundles, capability),
      network,
      key: database.key,
      timeout: invocation,
      memoryMiB: props.memoryMiB,
    });
    this.role = role;
    this.allowReadingAdmin(database);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: this.createProvider(handler, database, polled).serviceToken,
      resourceType: `Custom::${props.type}`,
      serviceTimeout: polled ? longest.service : invocation.plus(Duration.seconds(30)),
      properties: readable(props.properties),
    });
    // Before its rights are there, the function could read no secret; after they are gone, it could drop nothing.
    this.resource.node.addDependency(role);
  }

  private allowReadingAdmin({ secret, key }: Database): void {
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    );
    this.role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] }));
  }

  private createProvider(handler: lambda.Function, { key }: Database, polled: boolean): Provider {
    const logGroup = new logs.LogGroup(this, 'FrameworkLogs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const roleOf = (id: string) => {
      const role = new iam.Role(this, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      logGroup.grantWrite(role);
      return role;
    };
    const provider = new Provider(this, 'Provider', {
      onEventHandler: handler,
      logGroup,
      frameworkOnEventRole: roleOf('OnEventRole'),
      frameworkLambdaLoggingLevel: lambda.ApplicationLogLevel.INFO,
      ...(polled && {
        isCompleteHandler: handler,
        queryInterval: longest.interval,
        totalTimeout: longest.polls,
        frameworkCompleteAndTimeoutRole: roleOf('PollRole'),
      }),
    });
    this.acknowledge(handler, provider, polled);
    return provider;
  }

  private acknowledge(handler: lambda.Function, provider: Provider, polled: boolean): void {
    const frameworks = polled ? ['framework-isComplete', 'framework-onTimeout'] : [];
    const invoked = [handler, ...frameworks.map((name) => provider.node.findChild(name))];
    for (const { node } of invoked) {
      const id = Stack.of(this).getLogicalId(node.defaultChild as CfnElement);
      Validations.of(this).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`,
        reason: 'The framework lets itself invoke this one function, and the star stands for its versions alone.',
      });
    }
    if (!polled) return;
    const because = (id: string, reason: string) =>
      Validations.of(provider).acknowledge({ id: `AwsSolutions::AwsSolutions-${id}`, reason });
    because(
      'SF1',
      'The poll loop of the framework: its steps log themselves, and a log of it would take rights over all.',
    );
    because('SF2', 'The poll loop of the framework, which offers no tracing; its steps log what they do.');
  }
}

/** CloudFormation makes a text of every flag anyway, and `cdk diff` shows the change of a text, but not of a flag. */
const readable = (properties: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, asText(value)]));

function asText(value: unknown): unknown {
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(asText);
  return typeof value === 'object' && value !== null && !Token.isUnresolved(value) ? readable(value) : value;
}
