import { beginBundling } from '../lib/bundling/bundle';
import { rulesAreAsked } from '../lib/rules';

const turn = () => new Promise(setImmediate);

async function main(): Promise<void> {
  beginBundling();
  // Loading the CDK takes longer than the bundling, which asks this process for something now and then.
  const rules = rulesAreAsked() ? ['cdk-nag'] : [];
  for (const part of ['aws-cdk-lib', ...rules, 'aws-cdk-lib/aws-ec2', 'aws-cdk-lib/aws-rds']) {
    await turn();
    require(part);
  }
  await turn();
  const { runApp } = require('../lib/app') as typeof import('../lib/app');
  await runApp();
}
main();
