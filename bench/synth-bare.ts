// The same stacks with the same resources as one of ours, by nothing but the CDK: the templates that ours wrote, read
// back as typed resources. No constructs of higher levels, no functions to bundle, no config, no migrations.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, DefaultStackSynthesizer, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

const from = process.env['PLINTH_BENCH_TEMPLATES'] ?? '';
const app = new App();
if (process.env['CDK_VALIDATION'] !== 'false') Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
for (const file of readdirSync(from).filter((name) => name.endsWith('.template.json'))) {
  const stack = new Stack(app, file.replace('.template.json', ''), {
    env: { region: 'ap-southeast-2' },
    analyticsReporting: false,
    // The templates hold that rule already.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  new CfnInclude(stack, 'All', { templateFile: join(from, file) });
}
app.synth();
