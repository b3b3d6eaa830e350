// AWS's rules for solutions, on the app as `cdk synth` builds it.
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { buildApp } from '../../lib/app';
import { root } from './support/golden';

const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
const before = process.env['CDK_VALIDATION'];
afterEach(() => {
  if (before === undefined) delete process.env['CDK_VALIDATION'];
  else process.env['CDK_VALIDATION'] = before;
});

/** The app of dev, and in its network a bucket that keeps no log of who reads it. */
async function appWithBareBucket(): Promise<App> {
  const outdir = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '', 'rules-'));
  const app = new App({ outdir, context: { ...context, env: 'dev', project: root } });
  await buildApp(app);
  new Bucket(app.node.findChild('ndis-chatbot-dev-network') as Stack, 'Bare');
  return app;
}

test('what they find and nobody has explained ends a synth', async () => {
  delete process.env['CDK_VALIDATION'];
  const app = await appWithBareBucket();
  expect(() => app.synth()).toThrow(/AwsSolutions-S1\b/);
});

test('they are left out where the CDK is told to leave its own out', async () => {
  process.env['CDK_VALIDATION'] = 'false';
  const app = await appWithBareBucket();
  expect(() => app.synth()).not.toThrow();
});
