import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';

/** A rule of AWS that this resource breaks, with the reason why it does. */
export const acknowledge = (scope: Construct, id: string, reason: string): void =>
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${id}`, reason });

/** What holds for the instance and for its replicas. */
export function acknowledgeForAll(instance: Construct, environment: Environment): void {
  acknowledge(
    instance,
    'RDS11',
    'Every client expects 5432; who can reach it is decided by the security group, not by the number.',
  );
  acknowledge(
    instance,
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]',
    'The policy that AWS keeps for enhanced monitoring: it may write the log group RDSOSMetrics and nothing else.',
  );
  if (environment.instance.deletionProtection) return;
  acknowledge(instance, 'RDS10', 'Not production: the config switches the protection off, and the data are not real.');
}
