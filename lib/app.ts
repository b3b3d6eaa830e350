import { resolve } from 'node:path';
import { Annotations, App, Validations } from 'aws-cdk-lib';
import { bundleHandlers } from './bundling/bundle';
import { guard, withoutGolden } from './checks/guardrails';
import { checkMigrations } from './checks/migrations';
import { projectFiles } from './checks/project-files';
import { readAssembly } from './checks/templates';
import { type Environment, loadProject, selectEnvironment } from './config';
import { rulesAreAsked, solutionsChecks } from './rules';
import { DatabaseStack } from './stacks/database-stack';
import { NetworkStack } from './stacks/network-stack';
import { ProtectionStack } from './stacks/protection-stack';
import { SchemaStack } from './stacks/schema-stack';

// Errors whose message was written for whoever runs the synth; any other is a fault of ours and shows where.
const spoken = new Set(['ConfigError', 'OperationError', 'Refusal']);

/** `cdk synth -c env=NAME [-c project=DIR]`: the CDK hands its context over in the environment. */
export async function runApp(): Promise<void> {
  try {
    // Otherwise the half of an app that failed would be written as if it were all of it, when the process ends.
    const app = new App({ autoSynth: false });
    const environment = await buildApp(app);
    const { directory } = app.synth();
    guard(environment, resolve(projectOf(app)), readAssembly(directory));
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${spoken.has(name) ? message : stack}\n`);
    process.exitCode = 1;
  }
}

/** The stacks of the environment that the context names: `project` is a folder (default: here), `env` a name in it. */
export async function buildApp(app: App): Promise<Environment> {
  const project = await loadProject(projectOf(app));
  const environment = selectEnvironment(project, contextOf(app, 'env'));
  if (rulesAreAsked()) Validations.of(app).addPlugins(solutionsChecks(app));
  const migrations = await checkMigrations(project.sqlFolder, environment.migrations);
  const bundles = await bundleHandlers({
    migrations: migrations.files,
    project: await projectFiles(project.sqlFolder, migrations),
  });
  const { network } = new NetworkStack(app, environment);
  const databaseStack = new DatabaseStack(app, environment, network, bundles);
  const { database } = databaseStack;
  const schema = new SchemaStack(app, environment, { network, database, bundles, migrations });
  // What a heartbeat writes into, and a drill looks for, is there only then.
  new ProtectionStack(app, environment, { network, database, bundles, migrations }).addStackDependency(schema);
  const warning = withoutGolden(environment, project.folder);
  if (warning !== undefined) Annotations.of(databaseStack).addWarningV2('plinth:golden', warning);
  return environment;
}

const contextOf = (app: App, name: string): string | undefined => app.node.tryGetContext(name);
const projectOf = (app: App): string => contextOf(app, 'project') ?? '.';
