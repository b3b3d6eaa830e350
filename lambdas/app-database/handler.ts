import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { systemsManager } from './parameters';
import { appDatabaseResource } from './resource';

export const handler = appDatabaseResource({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
  parameters: systemsManager(new SSMClient()),
});
