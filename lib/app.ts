import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleHandlers } from './bundling/bundle';
import { checkMigrations } from './checks/migrations';
import { type Environment, loadProject, selectEnvironment } from './config';
import { DatabaseStack } from './stacks/database-stack';
import { NetworkStack } from './stacks/network-stack';
import { SchemaStack } from './stacks/schema-stack';

/** The stacks of the environment that the context names: `project` is a folder (default: here), `env` a name in it. */
export async function buildApp(app: App): Promise<Environment> {
  const context = (name: string): string | undefined => app.node.tryGetContext(name);
  const project = await loadProject(context('project') ?? '.');
  const environment = selectEnvironment(project, context('env'));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const migrations = await checkMigrations(project.sqlFolder, environment.migrations);
  const bundles = await bundleHandlers({ migrations: migrations.files });
  const { network } = new NetworkStack(app, environment);
  const { database } = new DatabaseStack(app, environment, network, bundles);
  new SchemaStack(app, environment, { network, database, bundles, migrations });
  return environment;
}
