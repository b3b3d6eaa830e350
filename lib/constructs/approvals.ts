import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type ApprovalSettings, approverOf } from '../../lambdas/approval/contract';
import { type Bundles, bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import type { Alerts } from './alerts';
import { allow } from './allow';
import { ControlFunction } from './control-function';
import type { Evidence } from './evidence';

export interface ApprovalsProps {
  /** Encrypts the logs, and what is kept. */
  readonly key: kms.IKey;
  readonly bundles: Bundles;
  readonly alerts: Alerts;
  readonly evidence: Evidence;
  /** A function of its own for each, so that IAM says who may answer for it. */
  readonly names: readonly string[];
  /** The names of the machines that wait here. */
  readonly machines: readonly string[];
}

const folders = 'Each request has a folder of its own below this one.';

/**
 * People whom a machine waits for. It hands a token to `ask`; each name has a function that takes the answer of somebody
 * who proves who they are, keeps it in the evidence, and wakes the machine when none is missing.
 */
export class Approvals extends Construct {
  readonly ask: lambda.Function;
  /** By the name that it answers for. */
  readonly approvers: Readonly<Record<string, lambda.Function>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    private readonly props: ApprovalsProps,
  ) {
    super(scope, id);
    const { alerts, names } = props;
    const asking = this.make('Ask', 'Asks people for an approval, and says what came of it');
    alerts.allowPublishing(asking.role);
    this.allowObjects(asking.role, ['s3:GetObject'], 'approvals/*');
    this.allowObjects(asking.role, ['s3:PutObject'], 'approvals/*/request.json', 'approvals/*/settled.json');
    this.allowObjects(asking.role, ['s3:PutObject', 's3:DeleteObject'], 'approval-tokens/*');
    this.ask = asking.function;
    const answering = names.map((name) => [name, this.makeApprover(name)] as const);
    this.approvers = Object.fromEntries(answering.map(([name, made]) => [name, made.function]));
    const answerers = answering.map(([, { role }]) => role);
    // A token ends a waiting. It decides nothing, and is nobody else's all the same.
    this.leaveTo(answerers, ['s3:GetObject', 's3:GetObjectVersion'], 'approval-tokens/*');
    // What is stored decides, so nobody else writes it, whatever IAM lets them do with the bucket.
    this.leaveTo([asking.role, ...answerers], ['s3:PutObject'], 'approvals/*');
    this.leaveTo([asking.role], ['s3:PutObject'], 'approval-tokens/*');
  }

  private leaveTo(roles: readonly iam.Role[], actions: string[], keys: string): void {
    const { bucket } = this.props.evidence;
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions,
        resources: [`${bucket.bucketArn}/${keys}`],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } },
      }),
    );
  }

  private makeApprover(name: string): ControlFunction {
    const made = this.make(`As-${name}`, `Takes the answer of whoever approves as ${name}`, name);
    this.allowObjects(made.role, ['s3:GetObject'], 'approvals/*', 'approval-tokens/*');
    this.allowObjects(made.role, ['s3:PutObject'], `approvals/*/answers/${name}.json`);
    const { partition, region, account } = Stack.of(this);
    const of = (what: string) => `arn:${partition}:states:${region}:${account}:${what}`;
    const { machines } = this.props;
    allow(made.role, {
      actions: ['states:SendTaskSuccess'],
      resources: machines.map((each) => of(`stateMachine:${each}`)),
    });
    allow(
      made.role,
      { actions: ['states:DescribeExecution'], resources: machines.map((each) => of(`execution:${each}:*`)) },
      'Each execution has a name of its own.',
    );
    return made;
  }

  private make(id: string, description: string, as?: string): ControlFunction {
    const { prefix, name } = this.environment;
    const { key, bundles, alerts, evidence } = this.props;
    const { account, region, urlSuffix } = Stack.of(this);
    const made = new ControlFunction(this, id, {
      description,
      bundle: bundleOf(bundles, 'approval'),
      key,
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      // A name that the command line can tell beforehand.
      ...(as !== undefined && { functionName: approverOf(prefix, as) }),
      environment: {
        PLINTH_APPROVAL: Stack.of(this).toJsonString({
          Prefix: prefix,
          Environment: name,
          Bucket: evidence.bucket.bucketName,
          Topic: alerts.topic.topicArn,
          Account: account,
          Sts: `sts.${region}.${urlSuffix}`,
          ...(as !== undefined && { As: as }),
        } satisfies ApprovalSettings),
      },
    });
    const { bucketArn } = evidence.bucket;
    // Without it, S3 answers "denied" for what is not there.
    allow(made.role, { actions: ['s3:ListBucket'], resources: [bucketArn] });
    allow(made.role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] });
    return made;
  }

  private allowObjects(role: iam.Role, actions: string[], ...keys: readonly string[]): void {
    const { bucketArn } = this.props.evidence.bucket;
    allow(role, { actions, resources: keys.map((each) => `${bucketArn}/${each}`) }, folders);
  }
}
