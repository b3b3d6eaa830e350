import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/app';

// `cdk synth -c env=NAME [-c project=DIR]`: the CDK hands its context over in the environment.
const app = new App();
buildApp(app).then(
  () => app.synth(),
  (error) => {
    process.stderr.write(`${error instanceof Error && error.name === 'ConfigError' ? error.message : error?.stack}\n`);
    process.exitCode = 1;
  },
);
