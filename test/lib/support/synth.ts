import { readFileSync } from 'node:fs';
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

/** The app as the CDK builds it for an environment of a project, without the validators, which take seconds. */
export async function synthesize(env: string, project = root): Promise<Synthesized> {
  const app = new App({ context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': false, env, project } });
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
