import type { App, IPolicyValidationPlugin } from 'aws-cdk-lib';

/** `CDK_VALIDATION=false` leaves the CDK's own rules out; AWS's rules for solutions go with them. */
export const rulesAreAsked = (): boolean => process.env['CDK_VALIDATION'] !== 'false';

/** Read only for a synth that is judged: it reads half of the CDK, which is a sixth of a synth. */
export function solutionsChecks(app: App): IPolicyValidationPlugin {
  const { AwsSolutionsChecks } = require('cdk-nag') as typeof import('cdk-nag');
  return new AwsSolutionsChecks(app);
}
