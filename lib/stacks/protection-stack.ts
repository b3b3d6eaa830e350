import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { Protection, type ProtectionProps } from '../constructs/protection';
import { PlinthStack } from './plinth-stack';

export class ProtectionStack extends PlinthStack {
  readonly protection: Protection;

  constructor(scope: Construct, environment: Environment, props: ProtectionProps) {
    super(scope, 'protection', environment, 'Backups, restore drills and their evidence');
    this.protection = new Protection(this, 'Protection', environment, props);
    const { alerts, evidence, drills, dumps, recovery } = this.protection;
    const outputs = {
      Alerts: alerts.topic.topicArn,
      Evidence: evidence.bucket.bucketName,
      Recovery: recovery.machine.stateMachineArn,
      ...(dumps && { Dump: dumps.machine.stateMachineArn, Dumps: dumps.bucket.bucketName }),
      ...Object.fromEntries(
        Object.entries(drills.machines).map(([kind, machine]) => [
          `Drill${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
          machine.stateMachineArn,
        ]),
      ),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
