import type { App } from 'aws-cdk-lib';
import { type Environment, loadProject, selectEnvironment } from './config';

/** The environment that the context names: `project` is a folder (default: here), `env` a name in its config. */
export async function synthesizable(app: App): Promise<Environment> {
  const context = (name: string): string | undefined => app.node.tryGetContext(name);
  const project = await loadProject(context('project') ?? '.');
  return selectEnvironment(project, context('env'));
}
