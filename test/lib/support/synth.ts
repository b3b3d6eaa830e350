import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../../lib/app';
import { type Environment, loadProject } from '../../../lib/config';

const root = join(__dirname, '..', '..', '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

export interface Synthesized {
  readonly environment: Environment;
  readonly app: App;
  /** The template of the stack for a purpose, such as `network`. */
  template(purpose: string): Template;
}

const made = new Map<string, Promise<Synthesized>>();

/**
 * The app as the CDK builds it for an environment of a project, without the validators, which take seconds. The tests of
 * a file share what they ask for more than once; none of them changes it.
 */
export function synthesize(env: string, project = root): Promise<Synthesized> {
  const key = `${env} of ${project}`;
  const there = made.get(key) ?? synthesizeAnew(env, project);
  made.set(key, there);
  return there;
}

/** For a project that has changed since. */
export async function synthesizeAnew(env: string, project = root): Promise<Synthesized> {
  process.env['CDK_VALIDATION'] = 'false';
  // What would be uploaded is 16 MB, and no template depends on a copy of it.
  const outdir = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'synth-'));
  const app = new App({ outdir, context: { ...context, 'aws:cdk:disable-asset-staging': true, env, project } });
  const environment = await buildApp(app);
  return {
    environment,
    app,
    template: (purpose) => {
      const stack = app.node.tryFindChild(`${environment.prefix}-${purpose}`);
      if (!stack) throw new Error(`There is no stack for "${purpose}".`);
      return Template.fromStack(stack as Parameters<typeof Template.fromStack>[0]);
    },
  };
}

export const defaultProject = () => loadProject(root);
