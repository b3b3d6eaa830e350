import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { type BundledProject, projectFile } from './contract';
import { drillCheckFunction } from './function';
import { publishedParameter } from './parameter';

export const handler = drillCheckFunction({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
  readParameter: publishedParameter(new SSMClient()),
  bundled: () => JSON.parse(readFileSync(join(__dirname, projectFile), 'utf8')) as BundledProject,
});
