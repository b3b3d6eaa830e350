import { Stack, Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';

/** What every stack of an environment shares: its name, its place, its tags, and zones that need no look-up in AWS. */
export abstract class PlinthStack extends Stack {
  constructor(
    scope: Construct,
    purpose: string,
    readonly settings: Environment,
    description: string,
  ) {
    super(scope, `${settings.prefix}-${purpose}`, {
      env: { region: settings.region, ...(settings.account !== undefined && { account: settings.account }) },
      description: `${description} (${settings.prefix})`,
      terminationProtection: settings.production,
      analyticsReporting: false,
    });
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'The zones stand in the config, so that a synth needs no look-up and a diff shows a change of zones.',
    });
    const tags = { 'plinth:project': settings.project, 'plinth:environment': settings.name, ...settings.tags };
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }

  override get availabilityZones(): string[] {
    return [...this.settings.network.zones];
  }
}
