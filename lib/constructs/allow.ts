import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './instance-exceptions';

export interface Allowed {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: Record<string, Record<string, string>>;
}

/** A statement for a role. Where a name ends in a star, the reason says why it cannot be written out. */
export function allow(role: iam.Role, allowed: Allowed, reasonForStars?: string): void {
  role.addToPolicy(new iam.PolicyStatement(allowed));
  if (reasonForStars === undefined) return;
  for (const resource of allowed.resources.filter((each) => each.includes('*'))) {
    acknowledge(role, `IAM5[Resource::${asRulesWrite(resource, role)}]`, reasonForStars);
  }
}

/** As the rules write an ARN whose account, or a part of it, is known when it is deployed. */
export function asRulesWrite(arn: string, scope: Construct): string {
  const stack = Stack.of(scope);
  const written = JSON.stringify(stack.resolve(arn)) ?? '';
  const attribute = /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(written)?.[1];
  const end = /"(\/[^"]*)"\]\]\}$/.exec(written)?.[1];
  if (attribute !== undefined) return `<${attribute}.Arn>${end ?? ''}`;
  return arn
    .replace(stack.account, (account) => (account === Aws.ACCOUNT_ID ? '<AWS::AccountId>' : account))
    .replace(stack.partition, (partition) => (partition === Aws.PARTITION ? '<AWS::Partition>' : partition));
}
