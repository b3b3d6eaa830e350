import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { extensionsResource } from './resource';

export const handler = extensionsResource({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
});
